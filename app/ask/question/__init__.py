"""What a question asks: in words that need no conversation, without instructions, and what bars an answer."""
