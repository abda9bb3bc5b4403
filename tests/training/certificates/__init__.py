"""Language certificates: handed in, confirmed, counted."""
