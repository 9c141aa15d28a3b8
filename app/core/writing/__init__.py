"""Conventions of written language: hyphens at the ends of lines, scripts without word spaces, letters that
are one, and languages told by their words."""
