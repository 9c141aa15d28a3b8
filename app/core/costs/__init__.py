"""The prices of models and of the cloud, and estimates of what they count."""
