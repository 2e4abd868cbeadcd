"""Reads what coaches bring of earlier sessions. Pure."""
