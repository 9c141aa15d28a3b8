"""What the options of commands take."""
