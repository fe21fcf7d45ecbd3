"""Phone platforms, one package each. Neutral events and tool calls come out; nothing of a platform's dialect does."""
