"""Readers of source formats, parquet in and out, identifiers."""
