"""The local models behind OpenAI's protocol: what runs with Docker Compose needs no key and no network."""
