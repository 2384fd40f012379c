"""Planted dependencies: which gene depends on what, and the gene effect that follows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.simulate.biology import Biology
from deepdep.simulate.settings import CLASS_SHARES, CLASSES, NO_EFFECT, Settings

ESSENTIAL_SHARE = 0.25  # genes that nearly every line needs
WEAK, STRONG = 0.08, 0.21  # gene effect per standard deviation of the driving value


@dataclass(frozen=True)
class Effects:
    """The planted truth, one entry per scored gene (order of ``Biology.targets``)."""

    kind: np.ndarray  # NO_EFFECT or one of CLASSES
    driver: np.ndarray  # genome index of the driving gene, lineage index for class lineage, -1 for none
    sign: np.ndarray  # copy_number: +1 for gains alone, -1 for losses alone; else 0
    effect: np.ndarray  # gene effect per standard deviation of the driving value
    mean: np.ndarray  # the gene's mean gene effect


def draw_kinds(rng: np.random.Generator, settings: Settings) -> np.ndarray:
    """Share the genes out over no effect and the planted classes, in random order."""
    planted = settings.genes - settings.null_genes
    ends = np.rint(np.cumsum(CLASS_SHARES) * planted).astype(int)
    counts = np.diff(ends, prepend=0)
    return rng.permutation(np.repeat([NO_EFFECT, *CLASSES], [settings.null_genes, *counts]))


def draw_means(rng: np.random.Generator, genes: int) -> np.ndarray:
    """Draw mean gene effects: common essentials around -1.1, the rest around -0.1."""
    essential = rng.random(genes) < ESSENTIAL_SHARE
    return np.where(essential, rng.normal(-1.1, 0.25, genes), rng.normal(-0.1, 0.15, genes))


def choose_partner(rng: np.random.Generator, targets: np.ndarray, gene: int) -> int:
    """Choose another scored gene as the partner of ``gene``."""
    return int(rng.choice(targets[targets != gene]))


def draw_driver(rng: np.random.Generator, biology: Biology, kind: str, gene: int) -> tuple[int, int]:
    """Choose what drives ``gene``, and for copy number whether gains (1) or losses (-1) do."""
    if kind == "mutation":
        # a driver gene is addicted to itself, any other gene to some driver
        return (gene if gene in biology.drivers else int(rng.choice(biology.drivers))), 0
    if kind == "copy_number":
        gain = rng.random() < 0.6
        return (gene, 1) if gain else (choose_partner(rng, biology.targets, gene), -1)
    if kind == "self_expression":
        return gene, 0
    if kind == "paralog":
        return choose_partner(rng, biology.targets, gene), 0
    return (int(rng.integers(len(biology.arm_bias))), 0) if kind == "lineage" else (-1, 0)


def draw_effects(rng: np.random.Generator, biology: Biology, settings: Settings) -> Effects:
    """Draw classes, drivers, effect sizes and gene means of all scored genes.

    More of a mutation, a gain, a gene's own expression or a lineage makes the gene effect lower
    (the line depends on the gene); less of a paralog or a deleted partner does so too.
    """
    kind = draw_kinds(rng, settings)
    chosen = [draw_driver(rng, biology, *pair) for pair in zip(kind, biology.targets, strict=True)]
    driver, sign = np.array(chosen).T
    size = rng.uniform(WEAK, STRONG, settings.genes)
    loss_of = (kind == "paralog") | (sign < 0)
    effect = np.where(kind == NO_EFFECT, 0.0, np.where(loss_of, size, -size))
    return Effects(kind, driver, sign, effect, draw_means(rng, settings.genes))


def driving_values(
    effects: Effects, biology: Biology, omics: dict[str, np.ndarray], group: np.ndarray
) -> np.ndarray:
    """Return what drives each gene in each sample (samples x genes), 0 for genes without effect.

    Copy number counts within +-2: a gene cannot be lost twice.
    """
    values = np.zeros((len(group), len(biology.targets)))
    copies = np.clip(omics["copy_number"], -2.0, 2.0)
    sources = {
        "mutation": omics["mutation"],
        "copy_number": copies,
        "self_expression": omics["expression"],
        "paralog": omics["expression"],
        "lineage": np.eye(len(biology.arm_bias))[group],
    }
    for kind, source in sources.items():
        genes = effects.kind == kind
        values[:, genes] = source[:, effects.driver[genes]]
    one_sided = np.where(effects.sign > 0, np.maximum(values, 0.0), np.minimum(values, 0.0))
    return np.where(effects.sign == 0, values, one_sided)


def noise_free(effects: Effects, values: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return the gene effect without noise, samples x genes.

    ``reference`` holds the driving values of the cell lines: their mean and standard deviation
    scale the values of either domain, so that one unit means the same in both.
    """
    spread = reference.std(axis=0)
    scaled = (values - reference.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return effects.mean + effects.effect * scaled


def truth_tables(effects: Effects, biology: Biology) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the planted pairs (omic, feature, gene, class, effect) and the genes' classes."""
    genes = pd.DataFrame({"gene": biology.names[biology.targets], "class": effects.kind})
    omic = {
        "mutation": "mutation",
        "copy_number": "copy_number",
        "self_expression": "expression",
        "paralog": "expression",
    }
    paired = np.isin(effects.kind, list(omic))
    pairs = pd.DataFrame(
        {
            "omic": [omic[kind] for kind in effects.kind[paired]],
            "feature": biology.names[effects.driver[paired]],
            "gene": biology.names[biology.targets[paired]],
            "class": effects.kind[paired],
            "effect": effects.effect[paired].round(4),
        }
    )
    return pairs, genes
