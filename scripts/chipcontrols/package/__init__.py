"""A data package: its descriptor, schemas and tables, each file read once."""
