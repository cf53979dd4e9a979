"""Whose a case is: the answer to a transfer (移送), and an inspector's mend of an error (改派)."""
