"""What helps a curator: drafts of rows, and the page that shows what is covered."""
