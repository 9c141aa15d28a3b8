"""What the front door leads to."""
