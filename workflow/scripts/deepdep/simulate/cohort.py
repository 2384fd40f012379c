"""Samples of either domain: what drives them, and their omics before anything is measured."""

from dataclasses import dataclass

import numpy as np

from deepdep.simulate.biology import ARMS, FACTORS, Biology

DEEP_SHARE = 4e-4  # genes of a sample that are lost altogether
FOCAL_SHARE = 0.02  # arms of a sample that carry a focal amplification
KEPT = 0.9  # share of a patient's mutations that both lines of the patient carry


@dataclass(frozen=True)
class State:
    """What sets a sample apart, samples in rows: programme scores, mutations, arm-level copy number."""

    group: np.ndarray  # (samples,) index of the lineage
    factors: np.ndarray  # samples x factors
    mutated: np.ndarray  # samples x genes, 0/1
    arms: np.ndarray  # samples x arms, log2(CN/2)


def draw_groups(rng: np.random.Generator, samples: int, groups: int) -> np.ndarray:
    """Draw group indices of nearly equal size, in random order."""
    return rng.permutation(np.arange(samples) % groups)


def draw_state(rng: np.random.Generator, biology: Biology, group: np.ndarray) -> State:
    """Draw the state of samples whose lineages are given."""
    rates = np.tile(biology.passenger_rates, (len(group), 1))
    rates[:, biology.drivers] = biology.driver_rates[group]
    return State(
        group=group,
        factors=rng.normal(size=(len(group), FACTORS)),
        mutated=(rng.random(rates.shape) < rates).astype(float),
        arms=biology.arm_bias[group] + rng.normal(0.0, 0.4, (len(group), ARMS)),
    )


def share_patients(rng: np.random.Generator, state: State, first: np.ndarray, second: np.ndarray) -> State:
    """Make the samples ``second`` second lines of the patients of ``first``: nearly the same state."""
    group, factors, mutated, arms = (part.copy() for part in vars(state).values())
    group[second] = group[first]
    factors[second] = factors[first] + rng.normal(0.0, 0.3, factors[first].shape)
    kept = rng.random(mutated[first].shape) < KEPT
    mutated[second] = np.where(kept, mutated[first], mutated[second])
    arms[second] = arms[first] + rng.normal(0.0, 0.1, arms[first].shape)
    return State(group, factors, mutated, arms)


def draw_copy_number(rng: np.random.Generator, biology: Biology, state: State) -> np.ndarray:
    """Draw log2(CN/2), samples x genes: arms, focal amplifications, and genes lost (-10 to -30)."""
    shape = (len(state.group), len(biology.arm))
    copies = state.arms[:, biology.arm] + rng.normal(0.0, 0.08, shape)
    focal = (rng.random(state.arms.shape) < FOCAL_SHARE) * rng.uniform(1.0, 3.0, state.arms.shape)
    copies += focal[:, biology.arm] * (np.arange(shape[1]) % 3 == 0)
    lost = rng.random(shape) < DEEP_SHARE
    lost[rng.integers(shape[0]), rng.choice(biology.targets)] = True
    return np.where(lost, rng.uniform(-30.0, -10.0, shape), copies)


def draw_methylation(rng: np.random.Generator, biology: Biology, state: State) -> np.ndarray:
    """Draw beta values, samples x genes."""
    logit = biology.base_methylation + biology.lineage_methylation[state.group]
    logit = logit + state.factors @ biology.methylation_loadings + rng.normal(0.0, 0.4, logit.shape)
    return 1.0 / (1.0 + np.exp(-logit))


def draw_omics(rng: np.random.Generator, biology: Biology, state: State) -> dict[str, np.ndarray]:
    """Draw all omics, samples x genes of the genome, in their units and before blemishes.

    Expression follows lineage, one programme per gene, driver mutations, copy number (0.6 per
    unit of log2(CN/2) within +-2) and the gene's own methylation.
    """
    copies = draw_copy_number(rng, biology, state)
    beta = draw_methylation(rng, biology, state)
    expression = biology.base + biology.lineage_expression[state.group] + state.factors @ biology.loadings
    expression += state.mutated[:, biology.drivers] @ biology.signatures
    expression += 0.6 * np.clip(copies, -2.0, 2.0) - biology.silencing * beta
    expression += rng.normal(0.0, 0.6, expression.shape)
    return {
        "mutation": state.mutated,
        "expression": np.clip(expression, 0.0, None),
        "methylation": beta,
        "copy_number": copies,
    }
