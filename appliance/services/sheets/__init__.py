"""A restaurant's spreadsheet: its tabs read, taken over and written."""
