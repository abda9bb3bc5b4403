"""A part as one program, in which pieces that a shared work links bid together: for parts in which limits bind."""
