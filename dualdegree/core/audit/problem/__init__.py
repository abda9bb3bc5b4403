"""What is there to count, and which rule takes what? A student's case as a problem in whole numbers."""
