"""What is let in: connections, and the turns that requests of a tenant take."""
