"""What is made of the predictions for tumours: map, events, clinical groups, survival."""
