"""Whether quotes, with what stands around them, carry what a claim says."""
