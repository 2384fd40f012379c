"""From the truth to tables as laboratories give them: missing values, duplicates, another platform."""

import numpy as np
import pandas as pd

from deepdep.simulate.biology import Biology
from deepdep.simulate.settings import OMICS, Settings

MISSING = {"mutation": 0.01, "expression": 0.02, "methylation": 0.02, "copy_number": 0.01}
LINES_WITHOUT = {"mutation": 0.03, "expression": 0.0, "methylation": 0.15, "copy_number": 0.03}
TUMORS_WITHOUT = {"mutation": 0.08, "expression": 0.02, "methylation": 0.2, "copy_number": 0.05}
DUPLICATED_FEATURES = 5
TUMOR_SHARE = 0.8  # expression features that the tumours' platform has
ABSURD = 1e-4  # expression values of tumours that are absurd, 50 to 17,000
TUMOR_PURITY = 0.7  # what is left of log2(CN/2) in a tumour mixed with normal cells
REPLICATE_SCALE, REPLICATE_SHIFT = (0.6, 1.5), 0.15  # of a second screen's genes, in units of gene effect


def feature_ids(biology: Biology, omic: str) -> np.ndarray:
    """Return an omic's feature ids: gene names, for methylation GENE_chromosome_start_end."""
    genes = biology.features[omic]
    if omic != "methylation":
        return biology.names[genes]
    start = 1_000_000 + 5_000 * genes
    places = zip(biology.names[genes], biology.arm[genes] // 2 + 1, start, strict=True)
    return np.array([f"{name}_{chromosome}_{at}_{at + 1000}" for name, chromosome, at in places])


def omic_frames(
    biology: Biology, omics: dict[str, np.ndarray], samples: np.ndarray
) -> dict[str, pd.DataFrame]:
    """Cut each omic's features out of the genome: features x samples."""
    frames = {}
    for omic in OMICS:
        values = omics[omic][:, biology.features[omic]].T
        frames[omic] = pd.DataFrame(values, index=feature_ids(biology, omic), columns=samples)
    return frames


def lose(
    rng: np.random.Generator, frames: dict[str, pd.DataFrame], without: dict[str, float]
) -> dict[str, pd.DataFrame]:
    """Drop samples that lack an omic, and blank scattered values."""
    measured = {}
    for omic, frame in frames.items():
        lost = rng.choice(frame.shape[1], round(without[omic] * frame.shape[1]), replace=False)
        kept = frame.drop(columns=frame.columns[lost])
        measured[omic] = kept.mask(rng.random(kept.shape) < MISSING[omic])
    return measured


def spoil_features(frame: pd.DataFrame) -> pd.DataFrame:
    """Make the last two expression features useless: one constant, one missing everywhere."""
    spoilt = frame.copy()
    spoilt.iloc[-2] = 1.0
    spoilt.iloc[-1] = np.nan
    return spoilt


def repeat_features(rng: np.random.Generator, frame: pd.DataFrame, usual: np.ndarray) -> pd.DataFrame:
    """Append rows of noise under ids that are there already; the first row is the right one."""
    ids = rng.choice(usual, DUPLICATED_FEATURES, replace=False)
    noise = rng.uniform(0.0, 8.0, (len(ids), frame.shape[1]))
    return pd.concat([frame, pd.DataFrame(noise, index=ids, columns=frame.columns)])


def repeat_sample(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Append a second, identical column of one sample."""
    chosen = int(rng.integers(frame.shape[1]))
    return pd.concat([frame, frame.iloc[:, [chosen]]], axis=1)


def measure_lines(
    rng: np.random.Generator, biology: Biology, omics: dict[str, np.ndarray], samples: np.ndarray
) -> dict[str, pd.DataFrame]:
    """Return the cell lines' tables, features x samples, with their blemishes."""
    frames = lose(rng, omic_frames(biology, omics, samples), LINES_WITHOUT)
    expression = spoil_features(frames["expression"])
    expression = repeat_features(rng, expression, biology.names[biology.targets])
    frames["expression"] = repeat_sample(rng, expression)
    frames["copy_number"] = repeat_sample(rng, frames["copy_number"])
    return frames


def other_platform(rng: np.random.Generator, expression: pd.DataFrame) -> pd.DataFrame:
    """Give tumour expression as z-scores with an offset and spread per gene, and absurd values."""
    centred = expression.sub(expression.mean(axis=1), axis=0)
    scores = centred.div(expression.std(axis=1).replace(0.0, 1.0), axis=0)
    offset, spread = rng.normal(0.0, 0.5, len(scores)), rng.uniform(0.6, 1.6, len(scores))
    shifted = scores.mul(spread, axis=0).add(offset, axis=0)
    absurd = rng.random(shifted.shape) < ABSURD
    absurd[0, 0] = True
    huge = np.exp(rng.uniform(np.log(50.0), np.log(17_000.0), shifted.shape))
    return shifted.mask(absurd, pd.DataFrame(huge, shifted.index, shifted.columns))


def measure_tumors(
    rng: np.random.Generator, biology: Biology, omics: dict[str, np.ndarray], samples: np.ndarray
) -> dict[str, pd.DataFrame]:
    """Return the tumours' tables, features x samples: another platform, fewer expression features."""
    frames = omic_frames(biology, omics, samples)
    platform = other_platform(rng, frames["expression"])
    kept = np.sort(rng.permutation(len(platform))[: round(TUMOR_SHARE * len(platform))])
    frames["expression"] = platform.iloc[kept]
    frames["copy_number"] = frames["copy_number"] * TUMOR_PURITY
    frames["methylation"] = 0.05 + 0.85 * frames["methylation"]
    return lose(rng, frames, TUMORS_WITHOUT)


def measure_dependency(rng: np.random.Generator, truth: pd.DataFrame, noise: float) -> pd.DataFrame:
    """Add noise to the true gene effect (genes x labelled lines) and blank blocks of it.

    Two blocks (a third of the genes each, 3 % of the lines: a library that lacks them) leave
    every gene under 5 % missing; a third (3 % of the genes, a quarter of the lines) does not.
    """
    scores = truth.to_numpy() + rng.normal(0.0, noise, truth.shape)
    genes, lines = rng.permutation(len(scores)), rng.permutation(scores.shape[1])
    third, few = len(genes) // 3, max(2, round(0.03 * scores.shape[1]))
    scores[np.ix_(genes[:third], lines[:few])] = np.nan
    scores[np.ix_(genes[third : 2 * third], lines[few : 2 * few])] = np.nan
    scores[np.ix_(genes[-max(2, len(genes) // 30) :], lines[-(len(lines) // 4) :])] = np.nan
    return pd.DataFrame(scores, index=truth.index, columns=truth.columns)


def measure_replicate(rng: np.random.Generator, truth: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Measure the same true gene effect in a second screen, genes x lines.

    It has half of the labelled lines and all others, noise of its own, and another scale for each gene.
    """
    labelled = np.sort(rng.permutation(settings.lines)[: settings.lines // 2])
    lines = np.concatenate([labelled, np.arange(settings.lines, settings.all_lines)])
    scores = measure_dependency(rng, truth.iloc[:, lines], settings.noise)
    scale = rng.uniform(*REPLICATE_SCALE, (len(truth), 1))
    return scores * scale + rng.normal(0.0, REPLICATE_SHIFT, (len(truth), 1))
