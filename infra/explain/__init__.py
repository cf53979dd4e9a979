"""Why a card is what it is: derived again from its facts, under the rules that it names."""
