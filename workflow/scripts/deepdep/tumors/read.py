"""Cohorts of tumours as the analyses read them: predictions, expression of the same genes, sheets."""

from collections.abc import Mapping, Sequence

import pandas as pd

from deepdep.io.parquet import read_matrix, read_present, read_table
from deepdep.tumors.clinical import Cohort, load_cohort


def read_cohorts(
    names: Sequence[str], predictions: Sequence[str], samples: Sequence[str], expression: Mapping[str, str]
) -> list[Cohort]:
    """Read cohorts by name; ``expression`` has the file of those whose expression was measured."""
    cohorts = []
    for name, path, sheet in zip(names, predictions, samples, strict=True):
        predicted = read_matrix(path)
        measured = pd.DataFrame(index=predicted.index)
        if name in expression:
            measured = read_present(expression[name], predicted.columns)
        cohorts.append(load_cohort(name, predicted, measured, read_table(sheet)))
    return cohorts
