"""Training: the loop, devices, checkpoints, pretraining, one interface to every model."""
