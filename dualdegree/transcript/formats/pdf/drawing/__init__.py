"""How does anything get onto a page? Measured text, blocks, tables, and the bytes of the file."""
