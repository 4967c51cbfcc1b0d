"""What the library knows of languages: numbers, dates, names, quotations."""
