"""What if something were different, and how are both degrees finished with the least work? Tried, compared, saved."""
