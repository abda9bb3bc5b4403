"""How are grades distributed at each institution? ECTS grading tables, taken in and drawn."""
