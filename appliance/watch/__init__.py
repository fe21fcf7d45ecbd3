"""Watching: what is logged and measured."""
