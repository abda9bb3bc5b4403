"""Is an answer true? Recomputed from its claims by plain code that shares nothing with the search."""
