"""One omic of one cohort: from what was read to the features that the models see."""

from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.io.parquet import column_names, read_matrix
from deepdep.prepare.features import kept_part
from deepdep.prepare.published import published_values


def build_omic(source: pd.DataFrame, features: pd.DataFrame, omic: str, what: str) -> pd.DataFrame:
    """Give samples exactly the features kept, in their order.

    Parameters
    ----------
    source
        Samples x features as read; NaN = not measured.
    features
        Columns feature, kept, and fill for published features.
    omic
        The omic.
    what
        The table, for messages.

    Returns
    -------
    pd.DataFrame
        samples x features, float32. NaN = not measured, but for published features, which come
        filled. A sample without any of the features loses its row.
    """
    if "fill" in features and len(source):
        return published_values(source, features.set_index("feature")["fill"], omic)
    return kept_part(source, features, what)


def read_kept(path: str | Path, features: pd.DataFrame) -> pd.DataFrame:
    """Read of an omic's source the features kept that it has; all if it has none of them."""
    kept = set(features.loc[features["kept"], "feature"])
    there = [name for name in column_names(path) if name in kept]
    return read_matrix(path, columns=there) if there else read_matrix(path)


def empty_omic(features: list[str]) -> pd.DataFrame:
    """Return no samples x ``features``: the omic of a cohort that lacks it."""
    index = pd.Index([], dtype=str, name="sample")
    return pd.DataFrame(np.empty((0, len(features)), np.float32), index, features)
