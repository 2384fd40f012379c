"""What the predictions say of tumours: the map, its clusters, associations. No torch."""
