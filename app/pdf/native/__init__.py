"""The compiled reader: C that calls pdfium for each letter and line of a page."""
