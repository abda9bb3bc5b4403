"""What does a text in YAML or JSON hold, and on which line? Trees of texts, read within fixed bounds."""
