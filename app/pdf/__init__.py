"""A PDF file becomes pages. It knows pdfium and nothing of the product."""
