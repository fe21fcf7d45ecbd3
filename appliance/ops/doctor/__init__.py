"""Is this machine fit to answer the telephone? Looked at from outside the server, which may be down or not start."""
