"""What is best where rules count otherwise than by adding up? Asked without them, then of integer programs."""
