"""How a quote is found again in the source."""
