"""Selective dependencies of each cancer type, and summaries of the map per gene and type."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from deepdep.evaluate.splits import UNKNOWN
from deepdep.tumors.profiles import Profiles, known_group
from deepdep.tumors.pvalues import fdr
from deepdep.tumors.welch import welch

SHOWN_OF_EXPRESSION = {"n": "expression_n", "d": "expression_d", "log10_p": "expression_log10_p"}


def large_groups(groups: pd.Series, least: int) -> tuple[list[str], list[dict[str, object]]]:
    """Name the groups of enough samples, and say of the others why they are left out."""
    counts = groups.value_counts().sort_index()
    small = counts[(counts < least) | (counts.index == UNKNOWN)]
    notes = [
        {
            "what": f"cancer type {name}",
            "n": int(count),
            "reason": "no cancer type in the sheet" if name == UNKNOWN else f"fewer than {least} samples",
        }
        for name, count in small.items()
    ]
    return [str(name) for name in counts.index if name not in small.index], notes


def selective_dependencies(
    tumors: Profiles, expression: pd.DataFrame | None, least: int
) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Test which genes' predicted dependency sets a cancer type apart from all other tumours.

    Parameters
    ----------
    tumors
        Tumours of all cohorts.
    expression
        The same rows x genes that are features of expression; None where the study has none.
    least
        Fewest tumours of a type that is tested; types of fewer count among the other tumours.

    Returns
    -------
    table
        Long, sorted by group and d: as of ``welch``, with ``log10_p`` and ``fdr`` over all genes and types,
        and beside it ``expression_n``, ``expression_d``, ``expression_log10_p``, ``expression_fdr`` of the
        same test on the gene's own expression (NaN where the gene is no feature).
    notes
        Types that are not tested: what, n, reason.
    """
    groups = known_group(tumors.samples)
    names, notes = large_groups(groups, least)
    if len(groups) and len(names) == 1 and groups.eq(names[0]).all():
        notes.append(
            {"what": f"cancer type {names[0]}", "n": len(groups), "reason": "no other type beside it"}
        )
        names = []
    table = welch(tumors.scores, groups, names)
    table["fdr"] = fdr(table["log10_p"].to_numpy())
    return beside_expression(table, expression, groups, names), notes


def beside_expression(
    table: pd.DataFrame, expression: pd.DataFrame | None, groups: pd.Series, names: Sequence[str]
) -> pd.DataFrame:
    """Put the same test on the gene's own expression beside each row, and sort by group and d."""
    columns = [*SHOWN_OF_EXPRESSION.values(), "expression_fdr"]
    own = (
        [] if expression is None else [gene for gene in table["gene"].unique() if gene in expression.columns]
    )
    if expression is not None and own and names:
        other = welch(expression[own], groups, names)[["group", "gene", *SHOWN_OF_EXPRESSION]]
        other = other.rename(columns=SHOWN_OF_EXPRESSION)
        other["expression_fdr"] = fdr(other["expression_log10_p"].to_numpy())
        table = table.merge(other, how="left", on=["group", "gene"])
    else:
        table = table.assign(**dict.fromkeys(columns, np.nan))
    return table.sort_values(["group", "d"], kind="stable", ignore_index=True)


def top_genes(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the genes of most negative d of each group (sorted by d): stronger dependency than elsewhere."""
    return table[table["d"] < 0].groupby("group", sort=False).head(count)


def summarise(profiles: Profiles, spread: pd.DataFrame) -> pd.DataFrame:
    """Summarise the predictions per gene and group.

    Parameters
    ----------
    profiles
        Samples of all cohorts.
    spread
        The same rows x genes: standard deviation of each prediction over models; NaN where there is none.

    Returns
    -------
    DataFrame
        cohort, group, gene, ``n`` samples, ``mean`` and ``sd`` of the predictions over samples (sd: n - 1,
        NaN of one), ``prediction_sd`` (mean over samples of each prediction's own standard deviation),
        ``outside`` (share of the samples that are out of domain, of those where it is known).
    """
    keys = [profiles.samples["cohort"], known_group(profiles.samples)]
    grouped = profiles.scores.groupby(keys, sort=True)
    wide = {"mean": grouped.mean(), "sd": grouped.std()}
    wide["prediction_sd"] = spread.groupby(keys, sort=True).mean()
    index = pd.MultiIndex.from_product([range(len(wide["mean"])), wide["mean"].columns])
    table = pd.DataFrame({key: part.to_numpy().ravel() for key, part in wide.items()})
    rows = wide["mean"].index.take(index.get_level_values(0).to_numpy())
    table.insert(0, "cohort", rows.get_level_values(0).to_numpy(object))
    table.insert(1, "group", rows.get_level_values(1).to_numpy(object))
    table.insert(2, "gene", index.get_level_values(1).to_numpy(object))
    sizes = profiles.samples.groupby(keys, sort=True).agg(n=("sample", "size"), outside=("outside", share))
    return table.join(sizes, on=["cohort", "group"])[
        ["cohort", "group", "gene", "n", "mean", "sd", "prediction_sd", "outside"]
    ]


def share(flags: pd.Series) -> float:
    """Return the share of yes among the known flags; NaN if none is known."""
    return float(flags.astype(np.float64).mean()) if flags.notna().any() else np.nan
