"""The words of a text as search compares them, in every language: what is indexed and what is asked for are
made by the same code."""
