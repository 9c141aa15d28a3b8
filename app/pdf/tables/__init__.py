"""How tables are found and read."""
