"""DepMap OmicsSomaticMutationsMatrixDamaging and ...Hotspot: models x genes, 0, 1 or 2."""

from pathlib import Path

import numpy as np

from deepdep.io.formats import depmap_matrix
from deepdep.io.formats.base import Table, Wanted, expect


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read as 0/1: 2 stands for a variant on all copies and counts as 1."""
    table = depmap_matrix.read(path, wanted)
    values = table.frame.to_numpy()
    expect(bool((np.isin(values, (0, 1, 2)) | np.isnan(values)).all()), path, "values other than 0, 1 and 2")
    both = int((values == 2).sum())
    frame = table.frame.clip(upper=1)
    return Table(frame, "0/1, 1 = damaging variant", {**table.notes, "values_of_2_set_to_1": both})
