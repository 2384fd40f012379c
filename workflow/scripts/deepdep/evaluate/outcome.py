"""What stands in the tables of a protocol: its models' predictions, or why there are none."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.compare import Comparison
from deepdep.evaluate.gene_sets import gene_sets
from deepdep.evaluate.gene_table import genes_by_model
from deepdep.evaluate.paired import as_pairs
from deepdep.evaluate.unseen import tested_labels
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_header, read_matrix, read_table, write_table

IMPOSSIBLE = "impossible"  # key of the header of tables that have no result, and their column

TEXTS = ("table", "genes_table", "pairs_table")  # what the tables of a comparison are as text


def predictions_by_model(
    repeats: Mapping[str, int], files: Iterable[str | Path]
) -> dict[str, list[pd.DataFrame]]:
    """Read out-of-fold predictions that come model by model, repeat by repeat.

    Parameters
    ----------
    repeats
        Model to its number of repeats.
    """
    left = iter(files)
    return {model: [read_matrix(next(left)) for _ in range(count)] for model, count in repeats.items()}


def tested_gene_sets(
    files: Any, genes: list[str], share: float, below: float
) -> dict[str, list[pd.DataFrame]]:
    """Read the labels of a protocol and return those of each set of genes, one table per repeat.

    Parameters
    ----------
    files
        Paths as attributes: labels (trained on), dependency (tested against, maybe a second screen),
        splits, gene_folds.
    genes
        The reported genes; one that the tested screen lacks has no label.
    share, below
        As of ``gene_sets``.
    """
    labels, tested = (read_matrix(path).reindex(columns=genes) for path in (files.labels, files.dependency))
    splits, gene_folds = read_table(files.splits), read_table(files.gene_folds)
    repeats = sorted(splits["repeat"].unique())
    each = [tested_labels(tested, splits, gene_folds, repeat) for repeat in repeats]
    return gene_sets(labels, splits, share, below, each)


def sources_of(files: Iterable[str | Path]) -> dict[str, str]:
    """Return path and sha256 of the files that some tables say they are made from."""
    return {name: digest for path in files for name, digest in read_header(path).get("sources", {}).items()}


def refuse_impossible(header: Mapping[str, str]) -> None:
    """Raise the InputError of a protocol whose splits say that it cannot be formed."""
    if IMPOSSIBLE in header:
        found, _, remedy = header[IMPOSSIBLE].partition(" Remedy: ")
        raise InputError(found, remedy)


def no_result(reason: str) -> pd.DataFrame:
    """Return the table of a protocol that cannot be formed or evaluated: one row that says why."""
    return pd.DataFrame({"model": ["none"], IMPOSSIBLE: [reason]})


def no_comparison(reason: str) -> Comparison:
    """Return the tables of a protocol that cannot be formed or evaluated: no genes, no differences."""
    genes, pairs = pd.DataFrame({"gene": pd.Series(dtype=str)}), as_pairs([])
    pairs.insert(1, "gene_set", pd.Series(dtype=str))
    return Comparison(no_result(reason), genes, pairs)


def write_comparison(found: Comparison, files: Any, about: Mapping[str, Any]) -> None:
    """Write the tables of a protocol, whole or not at all.

    Parameters
    ----------
    files
        Paths as attributes: summary, genes, pairs (parquet), table, pairs_table, genes_table (text).
    about
        protocol, split, score, sources and, without a result, ``IMPOSSIBLE``: the header of the tables.
    """
    write_table(found.summary, files.summary, "metrics by model and gene set", **about)
    write_table(found.genes, files.genes, "metrics by model and gene", **about)
    write_table(found.pairs, files.pairs, "differences between models", **about)
    side_by_side = genes_by_model(found.genes, found.summary)
    texts = zip(found._replace(genes=side_by_side), TEXTS, strict=True)
    for table, name in texts:
        with whole_file(getattr(files, name)) as temporary:
            text = table.assign(split=about["split"])
            text.to_csv(temporary, sep="\t", index=False, float_format="%.5g")


def rank_models(summary: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Rank models by their mean r per gene.

    Parameters
    ----------
    summary
        A row per model: model, mean_r (NaN where undefined), and maybe gene_set, of which only
        ``reported`` counts.
    baseline
        A model that is run anyway and takes no place.

    Returns
    -------
    DataFrame
        place (1 = best), model, mean_r; models of the same mean_r in order of their names.
    """
    rows = summary[summary["gene_set"] == "reported"] if "gene_set" in summary else summary
    rows = rows.loc[rows["model"] != baseline, ["model", "mean_r"]]
    rows = rows.sort_values(
        ["mean_r", "model"], ascending=[False, True], na_position="last", ignore_index=True
    )
    rows.insert(0, "place", rows.index + 1)
    return rows
