"""Fingerprints: gene sets that know something of a gene's level, class, programme and place."""

import numpy as np

from deepdep.simulate.biology import Biology
from deepdep.simulate.effects import Effects
from deepdep.simulate.settings import CLASSES

LEVELS = 8  # bins of mean gene effect
COPIES = 2  # sets per level, class, driver, programme and arm, each with its own errors
INSIDE, OUTSIDE = 0.6, 0.02  # share of a theme's genes in its set, and of all other genes
RANDOM = (0.01, 0.06)  # share of genes in a set without a theme


def themes(biology: Biology, effects: Effects) -> dict[str, np.ndarray]:
    """Return the groups of genes that sets are drawn around (name to mask over the genome)."""
    genome = len(biology.names)
    bins = np.argsort(np.argsort(effects.mean)) * LEVELS // len(effects.mean)
    found = {f"LEVEL_{level + 1}": bins == level for level in range(LEVELS)}
    found |= {f"CLASS_{kind.upper()}": effects.kind == kind for kind in CLASSES}
    mutation = effects.kind == "mutation"
    for driver in biology.drivers:
        found[f"PATHWAY_{biology.names[driver]}"] = mutation & (effects.driver == driver)
    scored = {name: np.isin(np.arange(genome), biology.targets[mask]) for name, mask in found.items()}
    programmes = {f"PROGRAMME_{k + 1}": biology.module == k for k in range(biology.module.max() + 1)}
    arms = {f"ARM_{k + 1}": biology.arm == k for k in range(biology.arm.max() + 1)}
    return scored | programmes | arms


def draw_sets(
    rng: np.random.Generator, biology: Biology, effects: Effects, gene_sets: int
) -> dict[str, np.ndarray]:
    """Draw gene sets, name to gene names: first those with a theme, then random ones.

    No set is empty, and every gene of the genome is in at least one.
    """
    genome = len(biology.names)
    masks = {}
    for name, theme in themes(biology, effects).items():
        for copy in range(COPIES):
            masks[f"SIM_{name}_{copy + 1}"] = rng.random(genome) < np.where(theme, INSIDE, OUTSIDE)
    # few sets asked for: at most half of them have a theme
    masks = dict(list(masks.items())[: gene_sets // 2])
    for number in range(gene_sets - len(masks)):
        masks[f"SIM_RANDOM_{number + 1}"] = rng.random(genome) < rng.uniform(*RANDOM)
    table = np.array(list(masks.values()))
    empty, lonely = np.flatnonzero(~table.any(axis=1)), np.flatnonzero(~table.any(axis=0))
    table[empty, rng.integers(genome, size=len(empty))] = True
    table[rng.integers(len(table), size=len(lonely)), lonely] = True
    return {name: biology.names[row] for name, row in zip(masks, table, strict=True)}
