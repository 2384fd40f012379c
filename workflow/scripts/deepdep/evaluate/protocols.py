"""Protocols of the config: how each splits the labelled lines, and what is said where it cannot.

``patients``: repeated K-fold by patient. ``lineage``, ``cluster``: one lineage, or one cluster of lines of
like expression, held out at a time. ``genes``: K-fold by patient, with genes held out too. ``screen``:
tested against a second screen. ``published``: lines drawn at random, as in the paper.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.held_out import expression_clusters, leave_cluster_out, leave_lineage_out
from deepdep.evaluate.roles import COLUMNS
from deepdep.evaluate.screens import screen_splits
from deepdep.evaluate.splits import cross_validation, published_subsamplings
from deepdep.evaluate.unseen import deal_genes, no_gene_folds

logger = logging.getLogger("deepdep")

NEEDED = "cv"  # without this protocol there is no final model, no interval and no ranking
# What stands in the header of the splits and in the tables made with them.
WORDS = {
    "patients": "by patient: all lines of a patient are on one side",
    "lineage": "one lineage held out at a time; no line of a test line's patient is trained on",
    "cluster": "one cluster of lines of like expression held out at a time; "
    "no line of a test line's patient is trained on",
    "genes": "by patient and gene: tested are genes without any label in training, in held-out lines",
    "screen": "against a second screen; no line of a test line's patient is trained on",
    "published": "by line as published: lines of one patient may be on both sides",
}


@dataclass(frozen=True)
class Lines:
    """What protocols may look at.

    ``sheet``: patient, group (lineage) and labelled (bool) of the modelled lines (index: sample).
    ``genes``: genes modelled. ``expression``: lines x genes, for ``cluster``. ``screened``: lines of the
    second screen, for ``screen``, and ``screen_fault``, why it has none.
    """

    sheet: pd.DataFrame
    genes: list[str] = field(default_factory=list)
    expression: pd.DataFrame | None = None
    screened: pd.Index | pd.Series | None = None
    screen_fault: str = ""

    @property
    def labelled(self) -> pd.DataFrame:
        """Patient and group of the labelled lines."""
        return self.sheet.loc[self.sheet["labelled"], ["patient", "group"]]


@dataclass(frozen=True)
class Formed:
    """Splits and gene folds of a protocol; without rows, and ``impossible`` says why, where it has none."""

    splits: pd.DataFrame
    gene_folds: pd.DataFrame
    impossible: str = ""


def form_protocol(name: str, protocol: Mapping[str, Any], lines: Lines, seed: int) -> Formed:
    """Make the splits of a protocol, or say why there are none.

    Raises
    ------
    InputError
        ``cv`` cannot be formed: nothing can be done without it.
    """
    try:
        splits = make_splits(lines, name, protocol, seed)
        by_gene = protocol["kind"] == "genes"
        folds = deal_genes(lines.genes, protocol["folds"], seed) if by_gene else no_gene_folds()
    except InputError as error:
        if name == NEEDED:
            raise
        logger.error("protocol %s is left out: %s", name, error)
        return Formed(no_splits(), no_gene_folds(), str(error))
    return Formed(splits, folds)


def no_splits() -> pd.DataFrame:
    """Return the splits of a protocol that cannot be formed."""
    types = dict.fromkeys(COLUMNS, str) | {"repeat": np.int64, "fold": np.int64}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def make_splits(lines: Lines, name: str, protocol: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Make the splits of a protocol of the config.

    Parameters
    ----------
    lines
        What the protocol looks at.
    name
        Name of the protocol.
    protocol
        Its entry in the config, with its kind.

    Returns
    -------
    DataFrame
        sample, repeat, fold, role (train, validation, test), group (patient). A line that has no
        row in a fold takes no part in it.

    Raises
    ------
    InputError
        The lines cannot be split like that.
    """
    try:
        return MAKERS[protocol["kind"]](lines, protocol, seed)
    except InputError as error:
        error.args = (f"protocols.{name}: {error}",)
        raise


def by_patient(lines: Lines, protocol: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Split by patient; gene folds, where there are any, go beside."""
    folds, repeats, share = (protocol[key] for key in ("folds", "repeats", "validation_share"))
    return cross_validation(lines.labelled["patient"], folds, repeats, share, seed)


def by_lineage(lines: Lines, protocol: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Hold out lineages."""
    return leave_lineage_out(lines.labelled, protocol["min_lines"], protocol["validation_share"], seed)


def by_cluster(lines: Lines, protocol: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Hold out clusters of expression."""
    assert lines.expression is not None  # noqa: S101  the rule gives it to this kind
    expression = lines.expression.reindex(lines.labelled.index)
    sheet = lines.labelled.assign(cluster=expression_clusters(expression, protocol["clusters"], seed))
    return leave_cluster_out(sheet, protocol["min_lines"], protocol["validation_share"], seed)


def by_screen(lines: Lines, protocol: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Test against a second screen."""
    if lines.screen_fault:
        found, _, remedy = lines.screen_fault.partition(" Remedy: ")
        raise InputError(found, remedy)
    assert lines.screened is not None  # noqa: S101  the rule gives it to this kind
    return screen_splits(lines.sheet, lines.screened, protocol, seed)


def by_line(lines: Lines, protocol: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Subsample as published."""
    patients = lines.labelled["patient"]
    return published_subsamplings(patients, protocol["repeats"], protocol["validation_share"], seed)


MAKERS = {
    "patients": by_patient,
    "genes": by_patient,
    "lineage": by_lineage,
    "cluster": by_cluster,
    "screen": by_screen,
    "published": by_line,
}
