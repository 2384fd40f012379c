"""One table of all results of a study: every model by every protocol, and what it was measured on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.evaluate.splits import UNKNOWN, patients_of_test_lines
from deepdep.io.notes import load_notes
from deepdep.io.parquet import read_header, read_table

SIMULATED = "simulated"
MOST_NOTES = 3  # different warnings that a row tells
FIRST = [
    "study",
    "protocol",
    "split",
    "score",
    "sources",
    "model",
    "gene_set",
    "lines",
    "patients",
    "lineages",
]
COSTS = ["fit_seconds", "max_rss_mb", "note"]


def collect_results(
    study: str,
    files: Iterable[tuple[str | Path, str | Path]],
    lineages: pd.Series,
    costs: pd.DataFrame,
    simulated: bool,
) -> pd.DataFrame:
    """Put the summaries of all protocols below each other.

    Parameters
    ----------
    study
        Its name.
    files
        Summary and splits of each protocol.
    lineages
        Lineage of each line (index: sample).
    costs
        As of ``training_costs``.
    simulated
        Whether the data are.

    Returns
    -------
    DataFrame
        A row per protocol, model and gene set: ``FIRST``, the columns of the summaries, and ``COSTS``
        (``note``: warnings of the fits, why a protocol has no result, ``simulated``).
    """
    parts = [protocol_rows(summary, splits, lineages) for summary, splits in files]
    table = pd.concat(parts, ignore_index=True).assign(study=study)
    table = table.merge(costs, on=["protocol", "model"], how="left", validate="many_to_one")
    said = [table["warnings"], table[IMPOSSIBLE], pd.Series(SIMULATED if simulated else "", table.index)]
    table["note"] = [
        "; ".join(filter(None, words)) for words in zip(*(part.fillna("") for part in said), strict=True)
    ]
    table = table.drop(columns=["warnings", IMPOSSIBLE])
    return table[[*FIRST, *table.columns.drop([*FIRST, *COSTS]), *COSTS]]


def protocol_rows(summary: str | Path, splits: str | Path, lineages: pd.Series) -> pd.DataFrame:
    """Read the summary of a protocol, and say what it was measured on."""
    header, tested = read_header(summary), patients_of_test_lines(read_table(splits)).index
    known = lineages.reindex(tested).dropna()
    sources = "; ".join(f"{path} sha256:{digest}" for path, digest in header.get("sources", {}).items())
    about = {name: header[name] for name in ("protocol", "split", "score")}
    table = read_table(summary).assign(
        **about, sources=sources, lineages=known[known != UNKNOWN].nunique(), lines=len(tested)
    )
    return table.reindex(columns=list(dict.fromkeys([*table.columns, *FIRST, IMPOSSIBLE])))


def training_costs(notes: Sequence[str | Path], benchmarks: Sequence[str | Path]) -> pd.DataFrame:
    """Say what the fold models of each protocol and model cost, and what their fits warned of.

    Parameters
    ----------
    notes
        ``models/<model>/<protocol>/<run>.json`` of every fold.
    benchmarks
        What snakemake measured of the same trainings, in the same order.

    Returns
    -------
    DataFrame
        protocol, model, fit_seconds (mean of the folds), max_rss_mb (largest of the folds; NaN where a
        job was too short to be measured) and warnings.
    """
    rows = []
    for note, benchmark in zip(notes, benchmarks, strict=True):
        protocol, model = Path(note).parts[-2], Path(note).parts[-3]
        measured = pd.read_csv(benchmark, sep="\t")[["s", "max_rss"]].apply(pd.to_numeric, errors="coerce")
        said = sorted(set(warnings_in(load_notes(note)["model"])))
        rows.append([protocol, model, measured["s"].mean(), measured["max_rss"].max(), said])
    table = pd.DataFrame(rows, columns=["protocol", "model", "fit_seconds", "max_rss_mb", "warnings"])
    return table.groupby(["protocol", "model"], sort=False, as_index=False).agg(
        fit_seconds=("fit_seconds", "mean"), max_rss_mb=("max_rss_mb", "max"), warnings=("warnings", told)
    )


def warnings_in(notes: Any) -> Iterator[str]:
    """Find the warnings in a model's notes, and in those of the models that it is made of."""
    if isinstance(notes, Mapping):
        yield from notes.get("warnings", [])
        for key, part in notes.items():
            yield from warnings_in(part) if key != "warnings" else ()
    elif isinstance(notes, list):
        for part in notes:
            yield from warnings_in(part)


def told(folds: pd.Series) -> str:
    """Write the warnings of all folds, each with the number of folds that it is of."""
    counts = folds.explode().dropna().value_counts()
    words = [f"{text} ({count} of {len(folds)} folds)" for text, count in counts.head(MOST_NOTES).items()]
    if len(counts) > MOST_NOTES:
        words.append(f"and {len(counts) - MOST_NOTES} warnings more")
    return "; ".join(words)
