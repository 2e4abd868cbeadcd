"""Backups: the whole database in one sealed file, and back again."""
