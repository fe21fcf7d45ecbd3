"""Maitre: the self-hosted back end behind a restaurant's AI phone agent."""

from importlib.metadata import version

__version__ = version("maitre")
