"""English: its numbers, months and bounds, as prose writes them."""
