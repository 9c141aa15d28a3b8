"""Lines of words become blocks in reading order."""
