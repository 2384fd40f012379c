"""Predicted dependencies of tumours against published maps: those are predictions too, not truth."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.metrics import pearson
from deepdep.io.barcodes import reduce_tcga
from deepdep.io.formats.workbook import read_first_sheet
from deepdep.io.tables import read_numeric_table
from deepdep.io.text import few
from deepdep.tumors.association import centred_frame

SUMMARY = {"gene": "Gene dependency", "mean": "Mean", "sd": "Std"}  # columns of Table S14 of the paper
FEWEST = 3  # shared tumours, and genes, from which on a correlation is given


def read_external(settings: Mapping[str, Any], samples: set[str]) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Read a published map.

    Parameters
    ----------
    settings
        ``path``, ``holds`` (``scores``: a matrix of tumours and genes, ``summary``: mean and SD per gene)
        and what says how to read it.
    samples
        Ids of the study's tumours.

    Returns
    -------
    tuple
        Per gene (index) ``mean`` and ``sd`` over tumours; the scores (tumours x genes), None of a summary.
    """
    if settings["holds"] == "summary":
        return read_summary(settings["path"], {**SUMMARY, **settings.get("columns", {})}), None
    tcga = settings.get("ids") == "tcga_patient"
    scores = read_numeric_table(settings["path"], settings["orientation"], None if tcga else samples)
    if tcga:
        patients = reduce_tcga(scores.index.to_series())
        scores = scores.loc[patients.index].set_axis(patients.to_numpy())
    return pd.DataFrame({"mean": scores.mean(), "sd": scores.std(ddof=0)}), scores


def read_summary(path: str | Path, names: Mapping[str, str]) -> pd.DataFrame:
    """Read mean and SD per gene of a workbook or a text table, whose header may stand below a title.

    Raises
    ------
    InputError
        If no row of the first ten has the names of all columns.
    """
    cells = summary_cells(Path(path))
    wanted = list(names.values())
    heads = [row for row in range(min(10, len(cells))) if set(wanted) <= set(cells.iloc[row].astype(str))]
    if not heads:
        raise InputError(
            f"{path}: no row has the columns {few(wanted)}; the first is {few(cells.iloc[0].dropna())}.",
            "name the columns of gene, mean and sd under external.<name>.columns.",
        )
    table = cells.iloc[heads[0] + 1 :].set_axis(cells.iloc[heads[0]].astype(str), axis=1)[wanted]
    table = table.set_axis(list(names), axis=1).dropna().drop_duplicates("gene").set_index("gene")
    return table.apply(pd.to_numeric, errors="coerce").dropna()


def summary_cells(path: Path) -> pd.DataFrame:
    """Return all cells of a table as they are, the first row too."""
    if path.suffix == ".xlsx":
        below = read_first_sheet(path)
        return pd.DataFrame(np.vstack([below.columns.to_numpy(dtype=object), below.to_numpy(dtype=object)]))
    return pd.read_csv(path, sep=None, engine="python", header=None, dtype=str)


def per_gene_agreement(
    ours: pd.DataFrame, theirs: pd.DataFrame, scores: pd.DataFrame | None, groups: pd.Series
) -> pd.DataFrame:
    """Set our map beside another, gene by gene.

    Parameters
    ----------
    ours
        Tumours x genes.
    theirs
        Per gene ``mean`` and ``sd``.
    scores
        Their tumours x genes, None where only the summary is known.
    groups
        Cancer type of our tumours.

    Returns
    -------
    pandas.DataFrame
        Index gene (of both maps): ``mean``, ``sd`` (ours), ``their_mean``, ``their_sd``; with scores ``n``
        (shared tumours), ``r`` and ``r_within`` (after the means of the cancer types are taken from both).

    Raises
    ------
    InputError
        If the maps share fewer than three genes or, of scores, tumours.
    """
    genes = ours.columns.intersection(theirs.index)
    check_shared(genes, ours.columns, theirs.index, "genes")
    found = pd.DataFrame({"mean": ours[genes].mean(), "sd": ours[genes].std(ddof=0)})
    found[["their_mean", "their_sd"]] = theirs.loc[genes, ["mean", "sd"]]
    if scores is not None:
        tumors = ours.index.intersection(scores.index)
        check_shared(tumors, ours.index, scores.index, "tumours")
        pair = ours.loc[tumors, genes], scores.loc[tumors, genes]
        found["n"] = (pair[0].notna() & pair[1].notna()).sum()
        found["r"] = pearson(*(table.to_numpy() for table in pair))[0]
        centred = (centred_frame(table, groups.loc[tumors]) for table in pair)
        found["r_within"] = pearson(*(table.to_numpy() for table in centred))[0]
    return found.rename_axis("gene")


def check_shared(shared: pd.Index, ours: pd.Index, theirs: pd.Index, what: str) -> None:
    """Refuse maps that have next to nothing in common."""
    if len(shared) < FEWEST:
        raise InputError(
            f"the maps share {len(shared)} {what}: one has {few(ours, 3)}, the other {few(theirs, 3)}.",
            "check orientation, ids and columns of the map under external.",
        )


def agreement_facts(found: pd.DataFrame, line_means: pd.Series) -> dict[str, Any]:
    """Say in numbers how alike two maps are, and what the gene means of cell lines alone give.

    Parameters
    ----------
    found
        Of :func:`per_gene_agreement`.
    line_means
        Gene to the mean measured score of the labelled cell lines: they know no tumour.
    """
    floor = line_means.reindex(found.index)
    facts = {
        "genes": len(found),
        "r_of_means": across(found["mean"], found["their_mean"]),
        "r_of_means_by_cell_line_means": across(floor, found["their_mean"]),
        "r_of_sds": across(found["sd"], found["their_sd"]),
    }
    if "r" in found:
        facts |= {
            "tumors": int(found["n"].max()),
            "mean_r_per_gene": float(found["r"].mean()),
            "mean_r_per_gene_within_cancer_type": float(found["r_within"].mean()),
        }
    return facts


def across(first: pd.Series, second: pd.Series) -> float:
    """Return Pearson's r across genes."""
    return float(pearson(first.to_numpy()[:, None], second.to_numpy()[:, None])[0, 0])


def no_agreement() -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the empty table and facts of a map that cannot be compared."""
    columns = ["mean", "sd", "their_mean", "their_sd"]
    return pd.DataFrame(columns=columns, dtype=np.float64).rename_axis("gene"), {"genes": 0}
