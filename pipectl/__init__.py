"""Sales pipeline management as plain text."""

__version__ = "0.1.0"
