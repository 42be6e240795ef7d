"""The same rules over columns: blocks of many courses at once."""
