"""Durable work: group commit of what comes in, the task queue, delivery of what goes out."""
