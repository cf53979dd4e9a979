"""People of a stage, as an operator enters them."""
