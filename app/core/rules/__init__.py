"""Rules that every store follows: what a file becomes, what a run begins with, what a stored answer
forgets."""
