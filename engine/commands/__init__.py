"""The commands of `python -m engine`, a module each: its flags, and what it does."""
