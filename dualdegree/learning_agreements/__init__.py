"""What will a student study at the partner, and what will be recognised for it? Agreed on by three."""
