"""Dependency scores of any screen as one contract: samples x genes float32, NaN = not measured.

The metadata say which score it is and which way it points. No score is rescaled: CERES and Chronos
put common essentials at -1, ATARiS is centred per gene, fold changes have the scale of their screen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats import read
from deepdep.io.formats.base import Wanted
from deepdep.io.identifiers import rename_lines
from deepdep.io.line_names import read_line_names
from deepdep.io.tables import one_row_per_sample, read_numeric_table
from deepdep.io.text import few

LOWER, HIGHER = "lower = more dependent", "higher = more dependent"


@dataclass(frozen=True)
class ScoreType:
    """A kind of score: what it is, which way it points, and the values it can have."""

    name: str
    direction: str
    low: float = -np.inf
    high: float = np.inf
    signed: bool = True


SCORES = {
    "gene_effect": ScoreType("gene effect, 0 = none", LOWER),
    "ceres": ScoreType("CERES gene effect, 0 = none, -1 = median of common essentials", LOWER),
    "chronos": ScoreType("Chronos gene effect, 0 = none, -1 = median of common essentials", LOWER),
    "ataris": ScoreType("ATARiS gene solution, relative within a gene", LOWER),
    "demeter2": ScoreType("DEMETER2 score, 0 = none, -1 = median of common essentials", LOWER),
    "fold_change": ScoreType("log fold change of guides or hairpins", LOWER),
    "bayes_factor": ScoreType("Bayes factor (BAGEL), above 0 = essential", HIGHER),
    "probability": ScoreType("probability of dependency", HIGHER, 0.0, 1.0, signed=False),
    "binary": ScoreType("0/1, 1 = dependent", HIGHER, 0.0, 1.0, signed=False),
}
# Beyond this a gene effect is no gene effect: the lowest in public releases is near -10.
WIDEST = {"ceres": 20.0, "chronos": 20.0, "demeter2": 20.0}


@dataclass(frozen=True)
class Scores:
    """Samples x genes float32 (index ``sample``), and what the header of the file says of it."""

    frame: pd.DataFrame
    meta: dict[str, Any]


def read_scores(path: str | Path, format_name: str, score: str, wanted: Wanted) -> Scores:
    """Read a screen's scores.

    Parameters
    ----------
    path
        The file.
    format_name
        A format of ``io.formats`` that gives a matrix, or ``matrix`` for a user's own table
        (option ``orientation``, features_in_rows if not said).
    score
        A key of ``SCORES``: it cannot be told from the file (CERES and Chronos came under
        one file name).
    wanted
        Genes, lines, names.

    Raises
    ------
    InputError
        An unknown score, values that contradict it, or a file that cannot be read.
    """
    kind = score_type(score)
    if format_name == "matrix":
        frame, notes = own_matrix(path, wanted), {}
    else:
        table = read(format_name, path, wanted)
        frame, notes = table.frame, table.notes
    check_scores(frame.to_numpy(), score, path)
    meta = {"type": score, "units": kind.name, "direction": kind.direction, "notes": notes}
    return Scores(frame.astype(np.float32).rename_axis(index="sample", columns=None), meta)


def scores_of_study(
    settings: Mapping[str, Any], samples: Iterable[str], line_names: str | Path | None
) -> Scores:
    """Read the scores that the section ``dependency`` of a config names.

    Parameters
    ----------
    settings
        path, type, and where the study has them format and orientation.
    samples
        Cell lines of the sample sheet.
    line_names
        Table of names (``io.line_names``), or None where the file has the sheet's ids.
    """
    wanted = Wanted(
        samples=frozenset(samples),
        sample_ids=read_line_names(line_names) if line_names else None,
        options={"orientation": settings["orientation"]},
    )
    return read_scores(settings["path"], settings.get("format", "matrix"), settings["type"], wanted)


def own_matrix(path: str | Path, wanted: Wanted) -> pd.DataFrame:
    """Read a user's own table: genes wanted, and with ``sample_ids`` its lines under their ids."""
    known = set(wanted.samples) if wanted.samples and wanted.sample_ids is None else None
    orientation = str(wanted.options.get("orientation", "features_in_rows"))
    frame = read_numeric_table(path, orientation, known)
    if wanted.features is not None:
        frame = frame[[gene for gene in wanted.features if gene in frame]]
    if wanted.sample_ids is not None:
        names = pd.Series(rename_lines(frame.index, wanted.sample_ids, path), index=frame.index).dropna()
        frame = frame.loc[names.index].set_axis(pd.Index(names.to_list(), name="sample"))
        frame = one_row_per_sample(frame, Path(path))
    if frame.empty:
        raise InputError(f"{path}: none of the lines or genes wanted.", "Check ids and orientation.")
    return frame


def score_type(score: str) -> ScoreType:
    """Return what is known of a score."""
    if score not in SCORES:
        raise InputError(f"unknown dependency score {score!r}.", f"Use one of {few(SCORES, 20)}.")
    return SCORES[score]


def check_scores(values: np.ndarray, score: str, path: str | Path) -> None:
    """Raise InputError for values that contradict the stated score."""
    kind = score_type(score)
    measured = values[np.isfinite(values)]
    if not len(measured):
        raise InputError(f"{path}: no score at all.", "Check the file.")
    low, high = float(measured.min()), float(measured.max())
    seen = f"{path}: values from {low:g} to {high:g} are no {score}"
    if low < kind.low or high > kind.high:
        raise InputError(f"{seen} ({kind.low:g} to {kind.high:g}).", "State the score the file has.")
    if kind.signed and low >= 0:
        remedy = "Take the gene effect file, not the gene dependency file, or state `probability`."
        raise InputError(f"{seen}: none is negative.", remedy)
    widest = WIDEST.get(score, np.inf)
    if max(-low, high) > widest:
        raise InputError(f"{seen}: beyond {widest:g}.", "State the score the file has (fold_change?).")
