"""What the letters of a font mean where pdfium takes them for others."""
