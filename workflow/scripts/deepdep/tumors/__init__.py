"""From predictions to tumours: map, events, clinical groups, survival."""
