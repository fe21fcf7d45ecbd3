"""The live tools: what the agent asks while the caller waits, heard, decided and put into words."""
