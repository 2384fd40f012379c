"""A second screen: its scores brought to the first one's scale, its lines tested, and how far both agree."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.roles import COLUMNS, choose_validation, fold_rows, roles_by_patient
from deepdep.evaluate.splits import patient_folds

logger = logging.getLogger("deepdep")

FEWEST_PAIRS = 5  # lines of both screens that a gene needs to be brought from one scale to the other
NEW, COMMON = "new", "common"


def comparable_screen(
    scores: pd.DataFrame, dependency: pd.DataFrame, modelled: list[str], name: str, method: str
) -> pd.DataFrame:
    """Return what a second screen says of the modelled lines and genes, on the first one's scale.

    Parameters
    ----------
    scores
        The second screen, lines x genes; NaN = not measured.
    dependency
        Labels of the first, lines x genes.
    modelled
        Lines with the required omics.
    name
        Of the screen in the config.
    method
        ``none``, ``shift_scale`` or ``quantile``.

    Returns
    -------
    DataFrame
        Lines x genes of both screens, float32; lines without any score are left out.

    Raises
    ------
    InputError
        No shared gene, no modelled line, or too few lines of both to harmonise by.
    """
    table = shared_part(scores, list(dependency.columns), modelled, name)
    labels = dependency[table.columns].astype(np.float64)
    harmonised = harmonise(table, labels, method, name)
    return harmonised.astype(np.float32).rename_axis("sample")


def shared_part(scores: pd.DataFrame, genes: list[str], modelled: list[str], name: str) -> pd.DataFrame:
    """Return the modelled genes and lines of a screen, lines without any score left out."""
    shared = [gene for gene in genes if gene in scores.columns]
    if not shared:
        raise InputError(
            f"screens.{name}: none of its genes is modelled.",
            "use the gene symbols of the dependency table, and check the screen's orientation.",
        )
    table = scores.reindex(index=[line for line in modelled if line in scores.index], columns=shared)
    table = table[table.notna().any(axis=1)].astype(np.float64)
    if table.empty:
        raise InputError(
            f"screens.{name}: none of its lines has the required omics.",
            "use the sample sheet's ids in the screen, or name its line_names.",
        )
    logger.info("screen %s: %d lines with omics; %d of %d genes", name, *table.shape, len(genes))
    return table


def harmonise(screen: pd.DataFrame, dependency: pd.DataFrame, method: str, name: str) -> pd.DataFrame:
    """Bring each gene of a screen to its scale in ``dependency``, by the lines measured in both.

    ``shift_scale``: equal mean and standard deviation. ``quantile``: the common lines' scores of one
    screen, in order, become those of the other, with straight lines in between; beyond the ends, values
    are shifted as the ends are. A map grows with the score, whatever the method, so that ranks within a
    gene stay as measured. Genes with fewer than ``FEWEST_PAIRS`` such lines, or of one value, are dropped.
    """
    if method == "none":
        return screen
    lines = screen.index.intersection(dependency.index)
    columns = {}
    for gene in screen.columns:
        pairs = pd.DataFrame({"own": screen.loc[lines, gene], "first": dependency.loc[lines, gene]}).dropna()
        if len(pairs) >= FEWEST_PAIRS and (pairs.max() > pairs.min()).all():
            columns[gene] = HARMONISE[method](screen[gene].to_numpy(), *pairs.to_numpy().T)
    if not columns:
        raise InputError(
            f"screens.{name}: {len(lines)} lines are labelled in both screens, too few to bring its scores "
            "to the first one's scale.",
            f"set screens.{name}.harmonise to none, or use a screen that shares lines.",
        )
    if len(columns) < screen.shape[1]:
        text = "screen %s: %d genes with fewer than %d lines of both screens are left out"
        logger.warning(text, name, screen.shape[1] - len(columns), FEWEST_PAIRS)
    return pd.DataFrame(columns, index=screen.index)


def shift_scale(values: np.ndarray, own: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Give values of a screen the mean and standard deviation that the common lines have in the first."""
    return first.mean() + (values - own.mean()) * first.std() / own.std()


def quantile(values: np.ndarray, own: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Map values by the ordered scores of the common lines; tied ones go to the mean of their places."""
    ordered = pd.Series(np.sort(first)).groupby(np.sort(own)).mean()
    places, targets = ordered.index.to_numpy(), ordered.to_numpy()
    inside = np.clip(values, places[0], places[-1])
    return np.interp(inside, places, targets) + (values - inside)


HARMONISE = {"shift_scale": shift_scale, "quantile": quantile}


def screen_splits(
    sheet: pd.DataFrame, screened: pd.Index | pd.Series, protocol: Mapping[str, Any], seed: int
) -> pd.DataFrame:
    """Make the splits that test against a second screen.

    ``new``: tested are its lines whose patients have no label in the first screen, by a model of all
    labelled lines. ``common``: tested are the lines of both screens, in folds by patient.

    Parameters
    ----------
    sheet
        patient and labelled (bool, in the first screen) of the modelled lines (index: sample).
    screened
        Lines of the second screen.
    protocol
        screen, lines, validation_share and, for ``common``, folds and repeats.

    Returns
    -------
    DataFrame
        As of ``make_splits``.
    """
    patients = sheet.loc[sheet["labelled"], "patient"]
    if protocol["lines"] == NEW:
        return new_lines(sheet["patient"], patients, screened, protocol, seed)
    common = patients[patients.index.isin(screened)]
    if common.empty:
        raise InputError(
            f"screen {protocol['screen']}: none of its lines is labelled in the study.",
            "set the protocol's lines to new, or leave the protocol out.",
        )
    parts = []
    for repeat in range(protocol["repeats"]):
        generator = np.random.default_rng([seed, repeat])
        fold_of = patient_folds(common, protocol["folds"], generator).reindex(patients.index)
        for fold in range(protocol["folds"]):
            roles = roles_by_patient(patients, fold_of == fold, protocol["validation_share"], generator)
            parts.append(fold_rows(patients, roles, repeat, fold))
    return pd.concat(parts).reset_index()[COLUMNS]


def new_lines(
    everyone: pd.Series,
    labelled: pd.Series,
    screened: pd.Index | pd.Series,
    protocol: Mapping[str, Any],
    seed: int,
) -> pd.DataFrame:
    """Train on the labelled lines, test the screen's lines of other patients: one fold."""
    tested = everyone[everyone.index.isin(screened) & ~everyone.isin(labelled)]
    if tested.empty:
        raise InputError(
            f"screen {protocol['screen']}: every line of it with omics is labelled in the study, or of a "
            "patient with such a line.",
            "set the protocol's lines to common, or leave the protocol out.",
        )
    roles = pd.Series("train", labelled.index)
    share, generator = protocol["validation_share"], np.random.default_rng([seed, 0])
    roles[choose_validation(labelled, share, generator)] = "validation"
    both = pd.concat([roles, pd.Series("test", tested.index)])
    return fold_rows(everyone, both, 0, 0).reset_index()[COLUMNS]


def ceiling(dependency: pd.DataFrame, screens: Mapping[str, pd.DataFrame], min_lines: int) -> pd.DataFrame:
    """Correlate the labels of two screens gene by gene: what no model of one can exceed by much.

    Returns
    -------
    DataFrame
        gene, n (lines measured in both), r (Pearson; NaN where n is below ``min_lines``), screen.
    """
    parts = [empty_ceiling()]
    for name, table in screens.items():
        lines, genes = table.index.intersection(dependency.index), table.columns
        own, first = (part.loc[lines, genes].astype(np.float64) for part in (table, dependency))
        counts = (own.notna() & first.notna()).sum()
        r = own.corrwith(first).reindex(genes).where(counts >= min_lines)
        rows = {"gene": genes, "n": counts.to_numpy(), "r": r.to_numpy(np.float64), "screen": name}
        parts.append(pd.DataFrame(rows))
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def empty_ceiling() -> pd.DataFrame:
    """Return the table of agreement without rows."""
    types = {"gene": str, "n": np.int64, "r": np.float64, "screen": str}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
