# Which features a model's predictions come from.
ATTRIBUTION = config["attribution"]


def attribution_files():
    """List what the analysis of attributions leaves."""
    return []


ANALYSES["attribution"] = attribution_files
