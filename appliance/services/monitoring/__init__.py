"""The house watching itself: health, figures, alerts, and what the console shows of them."""
