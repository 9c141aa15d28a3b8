"""Conventions of written language: hyphens at the ends of lines, scripts without word spaces."""
