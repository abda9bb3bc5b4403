"""A part searched piece by piece, with prices for bounds: for parts in which no limit binds."""
