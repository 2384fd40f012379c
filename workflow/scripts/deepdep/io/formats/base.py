"""What every reader takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule, choose_tumors
from deepdep.io.identifiers import GeneNames, rename_lines
from deepdep.io.ids import check_ids
from deepdep.io.text import few
from deepdep.log import logger


@dataclass(frozen=True)
class Wanted:
    """What of a file is wanted, and by which rules.

    Parameters
    ----------
    features
        Genes (symbols, or ``SYMBOL (ENTREZ)``) or probes, in the order wanted; None for all.
    samples
        Sample ids as the table will have them; None for all.
    tumors
        TCGA only: one aliquot per patient by this rule; None keeps the file's ids.
    sample_ids
        Names in the file to ids wanted (CCLE or Sanger names to ACH); None keeps the names.
    names
        Aliases and Entrez ids of genes.
    options
        Options of single formats, e.g. release, probemap; each reader says which.
    """

    features: tuple[str, ...] | None = None
    samples: frozenset[str] | None = None
    tumors: TumorRule | None = None
    sample_ids: Mapping[str, str] | None = None
    names: GeneNames | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def option(self, name: str, path: str | Path) -> Any:
        """Return an option a reader cannot do without."""
        if name not in self.options:
            raise InputError(f"{path}: this format needs the option {name!r}.", "Set it for this table.")
        return self.options[name]


@dataclass(frozen=True)
class Table:
    """What a reader gives.

    Parameters
    ----------
    frame
        ``matrix``: samples x features float32, NaN = missing, index ``sample``. ``segments``:
        columns sample, chrom, start, end, mean. ``sheet``: one row per patient, sample or entry.
    units
        Of the values.
    notes
        Counts of what was repaired or left out, and facts of the source, for the header.
    """

    frame: pd.DataFrame
    units: str
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Samples:
    """Samples chosen: their positions in the file, their ids, and counts."""

    positions: np.ndarray
    ids: list[str]
    notes: dict[str, int]


def expect(fact: bool, path: str | Path, what: str) -> None:
    """Raise InputError where a file is not what its format says it is."""
    if not fact:
        remedy = "Check dataset and version of the file; if the official file is like this, report it."
        raise InputError(f"{path}: {what}.", remedy)


def limits(values: np.ndarray, path: str | Path) -> tuple[float, float]:
    """Return the least and the most of values; none but missing ones raise InputError."""
    expect(not values.size or not np.isnan(values).all(), path, "every value is missing")
    return (float(np.nanmin(values)), float(np.nanmax(values))) if values.size else (0.0, 0.0)


def suspect(fact: bool, path: str | Path, what: str) -> None:
    """Warn where a file differs in a way that does not change the values."""
    if not fact:
        logger.warning("%s: %s", path, what)


def choose_samples(names: list[str], wanted: Wanted, path: str | Path) -> Samples:
    """Choose samples from the names a file has for them, in file order.

    Raises
    ------
    InputError
        No sample is left.
    """
    if wanted.tumors is not None:
        chosen, notes = choose_tumors(names, wanted.tumors, path)
        ids = [chosen.get(name) for name in names]
    elif wanted.sample_ids is not None:
        ids, notes = rename_lines(names, wanted.sample_ids, path), {}
    else:
        ids, notes = list(names), {}
    kept = [
        at
        for at, name in enumerate(ids)
        if name is not None and (wanted.samples is None or name in wanted.samples)
    ]
    if not kept:
        seen = f"the file has {few(names, 3)}; wanted are {few(sorted(wanted.samples or ()), 3) or 'all'}"
        remedy = "Use one id scheme, and check sample types and the table of names."
        raise InputError(f"{path}: no sample is left ({seen}).", remedy)
    check_ids([ids[at] for at in kept], path, "sample")
    notes = {**notes, "samples_left_out": len(names) - len(kept)}
    return Samples(np.array(kept), [ids[at] for at in kept], notes)
