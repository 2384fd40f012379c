"""A simulated cohort of the published sizes with a planted signal, made omic by omic.

Samples have hidden programmes that show in every omic; a gene's effect follows them with weights
that its gene sets tell in part. Tumours and lines share all but their programmes' draws. Half of the
variance within a gene is noise, so that no model reaches a per-gene r above 0.71. Features are in
the units that the workflow's scaling leaves: mean 0 and SD 1, mutations 0 and 1.
"""

import numpy as np

LINES, TEST_LINES, GENES, TUMORS = 278, 300, 1298, 8238
FEATURES = {"mutation": 4539, "expression": 6016, "methylation": 6617, "copy_number": 7460}
GENE_SETS = 3115
PROGRAMMES = 20
SPREAD, SIGNAL = 0.2, 0.5  # standard deviation within a gene, and the share of its variance planted
COHORTS = {"lines": LINES, "test_lines": TEST_LINES, "tumors": TUMORS}


def programmes(cohort: str) -> np.ndarray:
    """Return the hidden programmes, samples x programmes."""
    rng = np.random.default_rng([1, *cohort.encode()])
    return rng.standard_normal((COHORTS[cohort], PROGRAMMES), np.float32)


def values(omic: str, cohort: str) -> np.ndarray:
    """Return an omic, samples x features float32."""
    own = np.random.default_rng([2, *omic.encode()])
    loadings = own.standard_normal((PROGRAMMES, FEATURES[omic]), np.float32) / PROGRAMMES**0.5
    drawn = programmes(cohort) @ loadings
    noise = np.random.default_rng([3, *omic.encode(), *cohort.encode()])
    drawn += noise.standard_normal(drawn.shape, np.float32)
    if omic == "mutation":
        return (drawn > 2.6).astype(np.float32)  # 3 % mutated
    return drawn / np.float32(2**0.5)


def fingerprints() -> np.ndarray:
    """Return membership of genes in gene sets, about 33 each, genes x sets uint8."""
    return (np.random.default_rng(4).random((GENES, GENE_SETS)) < 0.0107).astype(np.uint8)


def labels(cohort: str) -> np.ndarray:
    """Return gene effects, samples x genes float32."""
    rng = np.random.default_rng(5)
    members = standardised(fingerprints() @ rng.standard_normal((GENE_SETS, PROGRAMMES + 1)))
    weights = standardised(members + 0.5 * rng.standard_normal(members.shape))
    planted = programmes(cohort) @ weights[:, 1:].T / np.sqrt(PROGRAMMES)
    noise = np.random.default_rng([6, *cohort.encode()]).standard_normal(planted.shape)
    within = SPREAD * (np.sqrt(SIGNAL) * planted + np.sqrt(1 - SIGNAL) * noise)
    return (-0.4 + 0.4 * weights[:, 0] + within).astype(np.float32)


def standardised(matrix: np.ndarray) -> np.ndarray:
    """Return columns of mean 0 and SD 1."""
    return (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
