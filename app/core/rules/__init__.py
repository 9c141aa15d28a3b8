"""What every store decides alike: what a file becomes, what a run begins with, what a kept answer forgets."""
