"""What a month is worth: points, and the facts that took them."""
