"""Chinese in both scripts: its quantities and dates, as the press writes them."""
