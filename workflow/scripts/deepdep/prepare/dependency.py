"""Gene dependency scores: which genes are modelled, and the table of labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats import read
from deepdep.io.rdata import read_feature_list
from deepdep.io.text import few
from deepdep.log import logger

FEWEST_LINES = 20


@dataclass(frozen=True)
class GeneChoice:
    """How genes are chosen: number reported, missing share allowed (exclusive), genes added.

    With ``listed`` genes it is these that are reported, whatever their spread and missing share.
    """

    reported: int
    max_missing: float
    extra: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


def read_gene_list(path: str | Path) -> tuple[str, ...]:
    """Read genes of interest: .RData of Prep4DeepDEP, or the first column of a text below its header."""
    if str(path).endswith(".RData"):
        return tuple(read_feature_list(path, "genes")["feature"])
    return tuple(dict.fromkeys(symbol for symbol in read("gene_list", path).frame["symbol"] if symbol))


def gene_choice(settings: Mapping[str, Any], listed: str | Path | None) -> GeneChoice:
    """Return the choice that the section ``genes`` of a config makes, with its list of genes read."""
    genes = read_gene_list(listed) if listed else ()
    return GeneChoice(settings["reported"], settings["max_missing"], tuple(settings["extra"]), genes)


def labelled_lines(scores: pd.DataFrame, modelled: list[str]) -> list[str]:
    """Return the modelled lines that have at least one score, in the order of ``modelled``.

    Raises
    ------
    InputError
        None of the modelled lines is in ``scores``.
    """
    scored = set(scores.index[scores.notna().any(axis=1)])
    lines = [line for line in modelled if line in scored]
    if not lines:
        seen = f"Scores exist for {few(scores.index, 3)}; modelled are {few(modelled, 3)}"
        remedy = "Use the sample sheet's ids in the dependency table, and check its orientation."
        raise InputError(f"zero overlap of dependency scores with modelled cell lines. {seen}.", remedy)
    others = sorted(scored - set(lines))
    logger.info("dependency: %d labelled lines that are modelled", len(lines))
    if others:
        logger.warning("dependency: %d lines with scores are not modelled: %s", len(others), few(others))
    return lines


def choose_genes(scores: pd.DataFrame, settings: GeneChoice, fingerprinted: set[str]) -> pd.DataFrame:
    """Choose the fixed reporting set, the genes of largest standard deviation, and add the extra ones.

    The set is chosen from all labels, so it has seen the test lines' scores; reports say so.

    Parameters
    ----------
    scores
        Labelled, modelled lines x genes; NaN = not measured.
    settings
        Number of genes to report, missing share a candidate stays below, extra genes.
    fingerprinted
        Genes that have a fingerprint.

    Returns
    -------
    pd.DataFrame
        gene, sd (ddof 1), mean, n, missing, reported, extra: reported genes by sd, largest
        first, then extra genes in the order of the config.

    Raises
    ------
    InputError
        Fewer than 20 labelled lines, one value only, or no candidate gene.
    """
    check_labels(scores)
    table = describe_genes(scores)
    table["fingerprint"] = table.index.isin(fingerprinted)
    varying = table[(table["sd"] > 0) & (table["missing"] < settings.max_missing)]
    candidates = varying[varying["fingerprint"]]
    log_candidates(table, varying, settings)
    if candidates.empty:
        remedy = "Raise the missing share allowed, or use gene symbols that the gene sets have."
        raise InputError("no gene has scores that vary, few enough missing, and a fingerprint.", remedy)
    ordered = candidates.rename_axis("gene").sort_values(["sd", "gene"], ascending=[False, True])
    reported = ordered.index[: settings.reported]
    if settings.listed:
        reported = pd.Index(usable(table, settings.listed, "listed"))
    extra = usable(table, settings.extra, "extra")
    chosen = table.loc[[*reported, *(gene for gene in extra if gene not in reported)]].rename_axis("gene")
    chosen = chosen.drop(columns="fingerprint").reset_index()
    return chosen.assign(reported=chosen["gene"].isin(reported), extra=chosen["gene"].isin(extra))


def describe_genes(scores: pd.DataFrame) -> pd.DataFrame:
    """Return sd, mean, n and missing share of each gene, in double precision."""
    values = scores.astype(np.float64)
    constant = values.max() == values.min()
    return pd.DataFrame(
        {
            "sd": values.std(ddof=1).mask(constant, 0.0),
            "mean": values.mean(),
            "n": values.notna().sum(),
            "missing": values.isna().mean(),
        }
    )


def check_labels(scores: pd.DataFrame) -> None:
    """Raise InputError for scores no model can learn from."""
    n = int(scores.notna().any(axis=1).sum())
    if n == 1:
        raise InputError(
            "only one cell line is labelled.", f"Provide scores of at least {FEWEST_LINES} lines."
        )
    if n < FEWEST_LINES:
        remedy = f"Provide scores of at least {FEWEST_LINES} lines that have the required omics."
        raise InputError(f"only {n} modelled cell lines have dependency scores.", remedy)
    if np.nanmin(scores.to_numpy()) == np.nanmax(scores.to_numpy()):
        remedy = "Provide a table of measured dependency scores."
        raise InputError("all dependency scores have one and the same value.", remedy)


def log_candidates(table: pd.DataFrame, varying: pd.DataFrame, settings: GeneChoice) -> None:
    """Log what the filters removed, and warn of too few candidates."""
    constant, bare = table.index[~(table["sd"] > 0)], varying.index[~varying["fingerprint"]]
    gaps = int((table["missing"] >= settings.max_missing).sum())
    logger.info("dependency: %d genes, %d of them too often missing", len(table), gaps)
    if len(constant):
        logger.warning("dependency: %d genes without variation are no candidates: %s", *count(constant))
    if len(bare):
        logger.warning("dependency: %d genes without a fingerprint are no candidates: %s", *count(bare))
    found = len(varying) - len(bare)
    if found < settings.reported and not settings.listed:
        logger.warning("dependency: %d candidate genes where %d were asked for", found, settings.reported)


def excluded_genes(scores: pd.DataFrame, settings: GeneChoice, fingerprinted: set[str]) -> pd.DataFrame:
    """Return genes asked for by name that cannot be modelled: gene, reason."""
    table = describe_genes(scores)
    table["fingerprint"] = table.index.isin(fingerprinted)
    wanted = list(dict.fromkeys([*settings.listed, *settings.extra]))
    rows = [(gene, why) for why, genes in unusable(table, wanted).items() for gene in genes]
    return pd.DataFrame(rows, columns=["gene", "reason"])


def unusable(table: pd.DataFrame, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Return the genes that cannot be modelled by why."""
    absent = [gene for gene in wanted if gene not in table.index]
    there = table.loc[[gene for gene in wanted if gene in table.index]]
    bare = there.index[~there["fingerprint"]]
    constant = there.index[there["fingerprint"] & ~(there["sd"] > 0)]
    return {
        "not in the dependency table": absent,
        "without a fingerprint": list(bare),
        "without variation": list(constant),
    }


def usable(table: pd.DataFrame, genes: Sequence[str], what: str) -> list[str]:
    """Return the genes asked for that can be modelled; name the others in warnings."""
    wanted = list(dict.fromkeys(genes))
    left = unusable(table, wanted)
    for why, names in left.items():
        if names:
            logger.warning("dependency: %d %s genes skipped, %s: %s", len(names), what, why, few(names, 20))
    lost = {gene for names in left.values() for gene in names}
    kept = [gene for gene in wanted if gene not in lost]
    if wanted and not kept and what == "listed":
        raise InputError(
            "none of the listed genes can be modelled.", "Use the symbols of the dependency table."
        )
    return kept


def count(genes: pd.Index) -> tuple[int, str]:
    """Return number and first names of genes, for a log line."""
    return len(genes), few(genes)


def build_dependency(scores: pd.DataFrame, lines: list[str], genes: list[str]) -> pd.DataFrame:
    """Return lines x genes, float32, NaN = not measured; lines without any of the genes lose their row.

    Raises
    ------
    InputError
        No line has a score of any of the genes.
    """
    table = scores.reindex(index=lines, columns=genes).astype(np.float32).rename_axis("sample")
    empty = table.isna().all(axis=1)
    if empty.all():
        remedy = "Check the lines' ids and the genes of the dependency table."
        raise InputError("no cell line has a score of the genes chosen.", remedy)
    if empty.any():
        text = "dependency: %d lines without a score of the chosen genes: %s"
        logger.warning(text, *count(table.index[empty]))
    return table[~empty]
