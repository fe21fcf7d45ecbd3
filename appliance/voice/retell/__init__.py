"""Retell AI: its signature, its payloads."""
