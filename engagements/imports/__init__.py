"""Reads what people bring: tables, spreadsheets and calendars. Pure: no database, no clock, no settings."""
