"""A document's card: what its first pages, running heads, bookmarks, metadata and file name say that it
is."""
