"""A problem in independent parts, and what each has: pieces, their ways, and what is asked of them."""
