"""What predicted dependencies of tumours go with: omics, clinic, survival."""
