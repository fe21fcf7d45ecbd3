"""The operator's console. Talks HTTP only and knows nothing of the server but `appliance.contract`."""
