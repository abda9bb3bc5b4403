"""What is best where rules count otherwise than by adding up? Asked first without them, and then of integer programs."""
