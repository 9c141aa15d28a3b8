"""What documents are about, in their own words."""
