"""The model multilingual-e5-small on this machine: its file of weights, its pieces, and its graph."""
