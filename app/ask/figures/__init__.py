"""Answers from the figures of tables, as they are printed or computed of them."""
