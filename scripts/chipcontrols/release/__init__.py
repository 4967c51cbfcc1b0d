"""Releases of a package: Parquet and the other formats, built and compared."""
