"""Everything behind ./run: one machine, nothing but Python, one command. Knows nothing of Django."""
