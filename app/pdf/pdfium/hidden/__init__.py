"""Words that no reader sees: told by flags, the layers of the file, and pictures of the page."""
