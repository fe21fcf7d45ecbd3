"""Who is asking: users, sessions, second factors, tokens, and what they may do."""
