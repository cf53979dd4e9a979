"""Explain a card: derive it again from its facts, under the rules that it names."""
