"""What stands in for the cloud around the two Lambda images when they run with Docker Compose."""
