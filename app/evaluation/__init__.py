"""How well the program does on a folder of PDFs with known questions."""
