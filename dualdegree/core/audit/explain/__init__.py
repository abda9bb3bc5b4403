"""Why is the answer what it is, and what has changed? In words without a language yet."""
