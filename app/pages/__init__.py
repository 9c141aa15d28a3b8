"""Pages as they are stored and shown."""
