"""How does the demonstration get into a database? Through the real importers and services."""
