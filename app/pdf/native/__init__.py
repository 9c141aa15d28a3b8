"""The compiled reader: C that calls pdfium for each letter and line, and gives what the plain one gives."""
