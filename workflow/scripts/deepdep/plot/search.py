"""The table of a search for widths as a person reads it: best trials first, omic by omic."""

import pandas as pd

LEAD = """Combinations of the widths of the encoder (first layer to bottleneck; the decoder mirrors them),
drawn at random, each trained for a few epochs on unlabelled samples. The completed trial of least
validation loss gives the encoder of its omic; of equal ones the smaller network.

A pruned trial was worse than the median of the completed ones before it and ended early: its loss is
the least of its own epochs. A failed trial met a loss that is not finite."""

ORDER = ["completed", "pruned", "failed"]


def readable_trials(trials: pd.DataFrame) -> pd.DataFrame:
    """Sort the trials of each omic, completed ones first, by loss, and name the columns of the page."""
    table = trials.assign(place=trials["state"].map(ORDER.index))
    table = table.sort_values(["omic", "place", "validation_loss", "parameters"], kind="stable")
    table = table.drop(columns="place").reset_index(drop=True)
    if table["reason"].isna().all():
        table = table.drop(columns="reason")
    return table.rename(columns={"validation_loss": "validation loss"})
