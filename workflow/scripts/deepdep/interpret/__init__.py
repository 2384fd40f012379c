"""What models have learned: bottleneck nodes, decoded signatures, attributions to features."""
