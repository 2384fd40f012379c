"""What a fitted model has learned, asked of the model itself."""
