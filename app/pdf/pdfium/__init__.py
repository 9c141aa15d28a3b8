"""What pdfium says of a page."""
