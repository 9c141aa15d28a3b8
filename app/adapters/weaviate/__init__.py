"""The index in Weaviate."""
