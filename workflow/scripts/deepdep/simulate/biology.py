"""The biology that cell lines and tumours share: genes, their programmes, drivers and chromosome arms."""

from dataclasses import dataclass

import numpy as np

from deepdep.simulate.settings import SPECIAL, Settings

ARMS = 24
FACTORS = 8  # expression programmes that run across lineages
DRIVERS = 12
SPARE = 1.2  # genes of the genome per feature of an omic


@dataclass(frozen=True)
class Biology:
    """What is true of the genes, in both domains.

    Genes are in genome order. Arrays of shape (genes,) unless said; lineages, factors, drivers
    and arms come first where there are two axes.
    """

    names: np.ndarray
    targets: np.ndarray  # indices of the genes with dependency scores
    features: dict[str, np.ndarray]  # per omic: indices of its genes
    arm: np.ndarray
    module: np.ndarray  # the expression programme a gene follows
    base: np.ndarray  # mean expression, log2(TPM+1)
    lineage_expression: np.ndarray  # lineages x genes
    loadings: np.ndarray  # factors x genes
    signatures: np.ndarray  # drivers x genes: what a driver mutation does to expression
    silencing: np.ndarray  # log2(TPM+1) lost per unit of beta
    base_methylation: np.ndarray  # logit of beta
    lineage_methylation: np.ndarray  # lineages x genes
    methylation_loadings: np.ndarray  # factors x genes
    drivers: np.ndarray  # indices of the driver genes
    driver_rates: np.ndarray  # lineages x drivers: share of mutated samples
    passenger_rates: np.ndarray
    arm_bias: np.ndarray  # lineages x arms: mean log2(CN/2)


def sparse(rng: np.random.Generator, rows: int, columns: int, share: float, sd: float) -> np.ndarray:
    """Draw a rows x columns matrix of normal loadings of which only ``share`` is not zero."""
    return rng.normal(0.0, sd, (rows, columns)) * (rng.random((rows, columns)) < share)


def one_each(rng: np.random.Generator, module: np.ndarray, rows: int, sd: float) -> np.ndarray:
    """Give every gene a loading, either sign, on the one factor it follows."""
    loadings = np.zeros((rows, len(module)))
    size = np.abs(rng.normal(sd, 0.3 * sd, len(module)))
    loadings[module, np.arange(len(module))] = size * rng.choice([-1.0, 1.0], len(module), p=[0.25, 0.75])
    return loadings


def draw_features(
    rng: np.random.Generator, settings: Settings, genome: int
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Choose the scored genes and each omic's features; the scored genes are in every omic.

    The last two genes of the genome are features of expression alone: one will be constant, one
    missing everywhere.
    """
    usual = genome - SPECIAL
    targets = np.sort(rng.choice(usual, settings.genes, replace=False))
    others = np.setdiff1d(np.arange(usual), targets)
    features = {}
    for omic in ("mutation", "expression", "methylation", "copy_number"):
        special = np.arange(usual, genome) if omic == "expression" else np.arange(0)
        extra = rng.choice(others, settings.features - settings.genes - len(special), replace=False)
        features[omic] = np.sort(np.concatenate([targets, extra, special]))
    return targets, features


def draw_driver_rates(rng: np.random.Generator, lineages: int) -> np.ndarray:
    """Give each driver a few lineages where it is common (45-70 %) and the rest where it is not (8 %)."""
    common = rng.random((lineages, DRIVERS)) < 0.3
    common[rng.integers(lineages, size=DRIVERS), np.arange(DRIVERS)] = True
    return np.where(common, rng.uniform(0.45, 0.7, common.shape), 0.08)


def draw_biology(rng: np.random.Generator, settings: Settings) -> Biology:
    """Draw the genome and all programmes of one simulated study."""
    genome = int(SPARE * settings.features) + SPECIAL
    lineages = settings.lineages
    targets, features = draw_features(rng, settings, genome)
    module = rng.integers(FACTORS, size=genome)
    return Biology(
        names=np.array([f"G{number:04d}" for number in range(1, genome + 1)]),
        targets=targets,
        features=features,
        arm=np.arange(genome) * ARMS // genome,
        module=module,
        base=rng.uniform(2.5, 8.0, genome),
        lineage_expression=sparse(rng, lineages, genome, share=0.25, sd=1.0),
        loadings=one_each(rng, module, FACTORS, sd=1.0),
        signatures=sparse(rng, DRIVERS, genome, share=0.1, sd=1.6),
        silencing=rng.uniform(0.5, 3.0, genome) * (rng.random(genome) < 0.4),
        base_methylation=rng.normal(-1.0, 1.2, genome),
        lineage_methylation=sparse(rng, lineages, genome, share=0.3, sd=1.2),
        methylation_loadings=sparse(rng, FACTORS, genome, share=0.15, sd=0.8),
        drivers=rng.choice(targets, DRIVERS, replace=False),
        driver_rates=draw_driver_rates(rng, lineages),
        passenger_rates=rng.uniform(0.02, 0.07, genome),
        arm_bias=rng.normal(0.0, 0.15, (lineages, ARMS)),
    )
