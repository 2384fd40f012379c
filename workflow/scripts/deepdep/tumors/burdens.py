"""How altered a tumour is: mutation and copy-number burden; and the list of samples of the map."""

import numpy as np
import pandas as pd

from deepdep.tumors.profiles import KEY, known_group

BURDENS = ["mutation_burden", "copy_number_burden"]


def mutation_burden(mutation: pd.DataFrame) -> pd.Series:
    """Return the mutated features of each sample (samples x features, 0 or 1); NaN where none is measured."""
    return mutation.ne(0).where(mutation.notna()).sum(axis=1, min_count=1).astype(np.float64)


def copy_number_burden(copy_number: pd.DataFrame) -> pd.Series:
    """Return the mean absolute copy number (log2 ratio) of each sample over its measured features.

    A heavy loss of a single feature counts with its full size; NaN where none is measured.
    """
    return copy_number.abs().mean(axis=1).astype(np.float64)


def map_samples(
    seen: pd.DataFrame,
    domains: dict[str, str],
    spread: pd.Series,
    omics: dict[str, pd.DataFrame],
    limit: float,
) -> pd.DataFrame:
    """List the samples of the map.

    Parameters
    ----------
    seen
        What the model has seen of each sample: samples.tsv of the predictions, rows numbered from 0.
    domains
        Cohort to ``cell_line`` or ``tumor``.
    spread
        Mean standard deviation of each sample's predictions over genes; NaN where there is none.
    omics
        Samples (the same rows) x features of ``mutation`` and ``copy_number``, where the study has them.
    limit
        Share of held-out lines that are nearer to the training lines, above which a sample is out of domain.

    Returns
    -------
    DataFrame
        cohort, sample, patient, group, domain, ``beyond``, ``outside`` (yes, no; missing where ``beyond``
        is), ``sd``, ``mutation_burden`` (mutated features), ``copy_number_burden`` (log2), has_<omic>.
    """
    beyond = seen["beyond"].astype(np.float64)
    table = seen[[*KEY, "patient"]].assign(
        group=known_group(seen),
        domain=seen["cohort"].map(domains),
        in_training=seen["in_training"],
        beyond=beyond,
        outside=beyond.gt(limit).astype("boolean").mask(beyond.isna()),
        sd=spread.to_numpy(np.float64),
        mutation_burden=np.nan,
        copy_number_burden=np.nan,
    )
    if "mutation" in omics:
        table["mutation_burden"] = mutation_burden(omics["mutation"])
    if "copy_number" in omics:
        table["copy_number_burden"] = copy_number_burden(omics["copy_number"])
    return table.join(seen.filter(regex="^has_"))
