"""Tables of synthetic essentiality from its summary, and which wishes of the config could be met."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.interpret.summary import Summary, Wanted, bin_centres, sampled_places
from deepdep.interpret.synthetic import Assay

NO_FINGERPRINT = "the gene is neither predicted by the model nor in a gene set of its fingerprints"


@dataclass(frozen=True)
class Wishes:
    """What of the config's names is there.

    ``pairs``, ``partners``: those that are; ``skipped``: kind, name, reason of the others.
    """

    pairs: list[tuple[str, str]]
    partners: list[str]
    skipped: pd.DataFrame


def meet_wishes(settings: dict[str, Any], features: Sequence[str], genes: Sequence[str]) -> Wishes:
    """Sort out named pairs and partners whose mutation or gene is not there.

    Parameters
    ----------
    settings
        Section ``synthetic`` of the config.
    features
        Mutations that are flipped.
    genes
        Genes with a fingerprint, trained or not.
    """
    skipped, pairs, partners = [], [], []
    for mutation, gene in settings["pairs"]:
        reasons = ["the mutation is not flipped"] * (mutation not in features)
        reasons += [NO_FINGERPRINT] * (gene not in genes)
        if reasons:
            skipped.append(("pair", f"{mutation} - {gene}", "; ".join(reasons)))
        else:
            pairs.append((mutation, gene))
    for mutation in settings["partners"]:
        if mutation in features:
            partners.append(mutation)
        else:
            skipped.append(("partners", mutation, "the mutation is not flipped"))
    return Wishes(pairs, partners, pd.DataFrame(skipped, columns=["kind", "name", "reason"]))


def known_mutations(names: Sequence[str] | None, features: Sequence[str]) -> tuple[list[str], pd.DataFrame]:
    """Return the mutations to flip, all if none are named, and the named ones that the model does not read.

    Raises
    ------
    InputError
        If no named one is left.
    """
    if names is None:
        return list(features), pd.DataFrame(columns=["kind", "name", "reason"])
    known = [name for name in names if name in set(features)]
    lost = [("mutation", name, "the model does not read it") for name in names if name not in set(features)]
    if not known:
        raise InputError(
            "synthetic.mutations names no mutation that the model reads.", "name some, or null for all."
        )
    return known, pd.DataFrame(lost, columns=["kind", "name", "reason"])


def wanted_of(settings: dict[str, Any], assay: Assay, wishes: Wishes, trained: int, seed: int) -> Wanted:
    """Return what is kept of each line, by place."""
    flips, genes = pd.Index(assay.mutations), pd.Index(assay.genes)
    pairs = [(flips.get_loc(mutation), genes.get_loc(gene)) for mutation, gene in wishes.pairs]
    return Wanted(
        trained,
        settings["top_pairs"],
        sampled_places(trained * len(flips), settings["sampled_pairs"], seed),
        np.array(pairs, int).reshape(-1, 2),
        flips.get_indexer(pd.Index(wishes.partners)),
        settings["least_change"],
        settings["top_share"],
    )


def statistics_tables(summary: Summary, assay: Assay) -> dict[str, pd.DataFrame]:
    """Return mean, sd and fraction_negative over lines, mutations x genes."""
    found = summary.statistics()
    return {name: pd.DataFrame(v.T, assay.mutations, assay.genes) for name, v in found.items()}


def top_table(summary: Summary, assay: Assay) -> pd.DataFrame:
    """List each line's pairs with the largest changes: line, mutation, gene, mutated, change."""
    parts = []
    for row, (line, kept) in enumerate(summary.lines.items()):
        genes, flips = np.divmod(kept["top_places"], len(assay.mutations))
        part = {
            "line": line,
            "mutation": np.array(assay.mutations, object)[flips],
            "gene": np.array(assay.genes, object)[genes],
            "mutated": assay.mutated[row, flips],
            "change": kept["top_changes"],
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def pair_table(summary: Summary, assay: Assay, wishes: Wishes, trained: int) -> pd.DataFrame:
    """List the named pairs in every line: mutation, gene, trained, line, mutated, wild_type, change."""
    columns = ["mutation", "gene", "trained", "line", "mutated", "wild_type", "change"]
    flips, known = pd.Index(assay.mutations), set(assay.genes[:trained])
    rows = [
        (*pair, pair[1] in known, line, assay.mutated[row, flips.get_loc(pair[0])], *values)
        for row, (line, kept) in enumerate(summary.lines.items())
        for pair, *values in zip(wishes.pairs, kept["pair_wild_type"], kept["pair_changes"], strict=True)
    ]
    return pd.DataFrame(rows, columns=columns)


def partner_table(summary: Summary, assay: Assay, wishes: Wishes, trained: int) -> pd.DataFrame:
    """Count, for each named mutation and gene, the lines in which the pair is strong.

    Returns
    -------
    DataFrame
        mutation, gene, trained, lines (of all), strong_negative and strong_positive (lines where the
        change is strong and makes the line more, or less, dependent), mean_change, mean_wild_type.
    """
    kept = {
        name: np.stack([one[name] for one in summary.lines.values()])
        for name in ("partner_changes", "partner_strong", "partner_wild_type")
    }
    changes, strong = kept["partner_changes"], kept["partner_strong"]
    parts = [
        pd.DataFrame(
            {
                "mutation": mutation,
                "gene": assay.genes,
                "trained": np.arange(len(assay.genes)) < trained,
                "lines": len(changes),
                "strong_negative": (strong & (changes < 0))[:, :, place].sum(0),
                "strong_positive": (strong & (changes > 0))[:, :, place].sum(0),
                "mean_change": changes[:, :, place].mean(0),
                "mean_wild_type": kept["partner_wild_type"][:, :, place].mean(0),
            }
        )
        for place, mutation in enumerate(wishes.partners)
    ]
    columns = ["mutation", "gene", "trained", "lines", "strong_negative", "strong_positive"]
    empty = pd.DataFrame(columns=[*columns, "mean_change", "mean_wild_type"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def histogram_table(summary: Summary) -> pd.DataFrame:
    """Return how many changes lie in each bin: change (centre), count."""
    return pd.DataFrame({"change": bin_centres(), "count": summary.sums["histogram"]})


def correlation_table(summary: Summary) -> pd.DataFrame:
    """Return the correlation of the lines' changes, lines x lines."""
    names = list(summary.lines)
    return pd.DataFrame(summary.correlation().astype(np.float32), names, names)
