"""Made-up restaurants and simulated calls: what the demo plays and what load is made of."""
