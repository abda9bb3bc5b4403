"""What does one case say, and how are it and its answer written down? From texts to frozen facts and back."""
