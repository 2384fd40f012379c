"""From raw tables to the cohorts, genes and fingerprints of a study."""
