"""Backups: made while the server runs, proved before they count, put back while it does not."""
