"""An item of the catalogue (事项): is it listed as the law has it."""
