"""What commands read and print, and what an operator's machine refuses."""
