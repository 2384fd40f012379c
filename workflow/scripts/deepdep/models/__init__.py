"""Networks and baselines: what is fitted, without the loop that fits it."""
