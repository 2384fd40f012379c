"""A cohort with planted truth: the study demo."""
