"""Splits, metrics, intervals, recovery of planted truth."""
