"""The page "Results, honestly": what was reached, beside what reaches it too, and what is not beaten.

Every number and every sentence is made from the tables; nothing is known of any study here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from deepdep.evaluate.gene_sets import REPORTED
from deepdep.evaluate.protocols import NEEDED
from deepdep.evaluate.verdicts import (
    GENE_MEAN,
    METRICS,
    bracketed,
    deep_gain,
    differences,
    not_beaten,
    sentences,
)
from deepdep.plot.page import MISSING, Section

MAIN = NEEDED  # the protocol that leads
SHOWN = {
    "mean_gene_skill": "mean skill per gene",
    "mean_r_within_lineage": "mean r (within lineages)",
    "genes_q_below_0.05": "genes q < 0.05",
    "fraction_of_ceiling": "r / ceiling",
    "repeats": "repeats",
    "fit_seconds": "seconds per fit",
    "max_rss_mb": "memory (MB)",
    "note": "note",
}
INTERVALS = {
    "mean_r": "mean r per gene (pooled)",
    "mean_r_fold_weighted": "mean r (within folds)",
    "skill": "MSE skill over gene mean",
}
LEAD = """Each number is of lines that the model has not seen; intervals are 95 %, bootstrap over patients.
Skill is 1 - MSE / MSE of the training gene means, over all cells with its interval, and as the mean of the
genes. Read a model beside gene_mean, which knows no omics, lineage_mean, which knows the lineage alone, and
ridge, where they are compared. All gene sets and metrics are in tables/results.tsv."""
DIFFERENCES = """Same lines, genes and draws of patients for both models. A model beats another where the
whole interval of the difference lies above 0; "not told apart" is no proof that two models are equal.
Many differences are looked at, and their intervals are not corrected for that."""


@dataclass(frozen=True)
class Facts:
    """What the page is made from.

    ``results``: as of ``collect_results``. ``pairs``: differences of all protocols (protocol, then the
    columns of ``paired_rows``). ``ceiling``: r between screens, of ``screens.ceiling``, or None.
    """

    results: pd.DataFrame
    pairs: pd.DataFrame
    ceiling: pd.DataFrame | None = None


@dataclass(frozen=True)
class Roles:
    """What models are to each other.

    ``floors``: those with shuffled labels. ``variants``: model to the one that it varies. ``deep_pair``:
    the model with a deep part and that without. ``known``: what was known of the tested lines before.
    """

    floors: Sequence[str] = ()
    variants: Mapping[str, str] = field(default_factory=dict)
    deep_pair: Sequence[str] | None = None
    known: Sequence[str] = ()


def honest_sections(facts: Facts, roles: Roles) -> list[Section]:
    """Give the sections of the page, the main protocol first."""
    found = differences(facts.results, facts.pairs)
    main = found[(found["protocol"] == MAIN) & (found["reference"] != GENE_MEAN)]
    own = main[~main["model"].isin(roles.floors)]
    said = list(sentences(own)) or ["no model of evaluate.references is among those compared"]
    return [
        protocol_section(facts.results, MAIN),
        Section(f"Differences to references ({MAIN})", DIFFERENCES, said),
        deep_section(found, roles.deep_pair),
        beaten_section(found, roles.floors),
        ablations(found, roles),
        floors(facts.results, roles.floors),
        *[protocol_section(facts.results, name) for name in formed(facts.results) if name != MAIN],
        impossible_section(facts.results),
        ceiling_section(facts.ceiling),
        Section("Known before", "What had been looked at before these numbers were made.", known(roles)),
        sources_section(facts.results),
    ]


def formed(results: pd.DataFrame) -> list[str]:
    """Name the protocols that have results."""
    return list(results.loc[results["gene_set"] == REPORTED, "protocol"].unique())


def protocol_section(results: pd.DataFrame, protocol: str) -> Section:
    """Show the models of a protocol, the best first, over the reported genes."""
    rows = results[(results["protocol"] == protocol) & (results["gene_set"] == REPORTED)]
    rows = rows.sort_values("mean_r", ascending=False, na_position="last", kind="stable")
    first = rows.iloc[0]
    measured = (
        f"{first['score']}, {first['split']}. Measured on {first['lines']:,.0f} lines of "
        f"{first['patients']:,.0f} patients in {first['lineages']:,.0f} lineages, for "
        f"{first['genes']:,.0f} genes."
    )
    text = f"{measured}\n\n{LEAD}" if protocol == MAIN else measured
    return Section(f"Protocol {protocol}", text, (), model_table(rows))


def model_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Choose and name the columns of a table of models; a column without any value is left out."""
    table = pd.DataFrame({"model": rows["model"]})
    for column, name in INTERVALS.items():
        ends = rows[[column, f"{column}_low", f"{column}_high"]]
        table[name] = [bracketed(*values) for values in ends.itertuples(index=False)]
    for column, name in SHOWN.items():
        if rows[column].replace("", None).notna().any():
            table[name] = rows[column]
    return table


def deep_section(found: pd.DataFrame, pair: Sequence[str] | None) -> Section:
    """Say what the deep part gains; the config names the two models."""
    heading = "What the deep part gains"
    if not pair:
        return Section(heading, "The config names no pair of models for this (evaluate.deep_pair).")
    said = deep_gain(found, pair)
    return Section(heading, "" if said else f"{pair[0]} and {pair[1]} have no common result.", said)


def beaten_section(found: pd.DataFrame, shuffled: Sequence[str]) -> Section:
    """List what is not beaten, in all protocols."""
    said = not_beaten(found, shuffled)
    text = "Each reference that a model does not beat, over the reported genes."
    if not said:
        text += " None: every model beats every reference that it was compared with."
    if found.empty:
        text = "No two models were compared."
    return Section("What is not beaten", text, said)


def ablations(found: pd.DataFrame, roles: Roles) -> Section:
    """Show what models that vary another one gain over it, in the main protocol."""
    rows = []
    for model, base in roles.variants.items():
        part = found[(found["protocol"] == MAIN) & (found["model"] == model) & (found["reference"] == base)]
        gains: Iterable[Any] = part.itertuples()
        values = {row.metric: bracketed(row.difference, row.low, row.high, "+") for row in gains}
        rows.append([model, base, *(values.get(metric, MISSING) for metric in METRICS)])
    if not rows:
        return Section("Ablations", "No compared model varies another one.")
    table = pd.DataFrame(rows, columns=["model", "varies", *METRICS.values()])
    return Section("Ablations", f"Model less the model that it varies, by {MAIN}.", (), table)


def floors(results: pd.DataFrame, names: Sequence[str]) -> Section:
    """Show what models reach whose labels were shuffled or swapped: what labels do not earn."""
    rows = results[results["model"].isin(names) & (results["gene_set"] == REPORTED)]
    if rows.empty:
        return Section("Floors", "No model with shuffled labels was run.")
    text = """Trained on labels that changed places, among all lines or within a lineage: what such a model
    reaches is not earned by what the omics of a line say of that line."""
    table = model_table(rows)
    table.insert(0, "protocol", rows["protocol"])
    return Section("Floors", text, (), table)


def impossible_section(results: pd.DataFrame) -> Section:
    """Name the protocols without a result, and why."""
    rows = results[results["gene_set"].isna()]
    said = [f"{row.protocol}: {row.note}" for row in rows.itertuples()]
    return Section("Protocols without a result", "" if said else "None.", said)


def ceiling_section(ceiling: pd.DataFrame | None) -> Section:
    """Show how far two screens of the same lines agree: what no model can exceed by much."""
    heading = "Ceiling"
    if ceiling is None or ceiling.empty:
        return Section(heading, "There is no second screen of the same lines: the ceiling is not known.")
    each = ceiling.dropna(subset=["r"]).groupby("screen", as_index=False)
    table = each.agg(genes=("gene", "size"), mean_r=("r", "mean"), median_r=("r", "median"))
    text = "Pearson's r of each gene between two screens, over the lines measured in both."
    return Section(heading, text, (), table.rename(columns={"mean_r": "mean r", "median_r": "median r"}))


def known(roles: Roles) -> list[str]:
    """List what was known before, or that nothing is said of it."""
    return list(roles.known) or ["The config says nothing of it (evaluate.prior_knowledge)."]


def sources_section(results: pd.DataFrame) -> Section:
    """Name the files of labels with their checksums."""
    each = results["sources"].str.split("; ").explode()
    return Section("Sources", "Files of labels and gene sets.", [text for text in each.unique() if text])
