"""Spoken language: what callers say and how we say it back, in Spanish and English. Values in, values out."""
