"""What models and the cloud charge, and what their counts are made of."""
