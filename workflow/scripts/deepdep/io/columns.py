"""Names that the workflow gives to columns of a cohort's samples; a module of its own, without readers."""

CONFOUNDER = "confounder_"  # before the name of a column that the config names as a confounder
