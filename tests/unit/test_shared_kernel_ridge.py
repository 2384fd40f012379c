"""Genes that help each other: against a Gaussian process of all cells, and on planted shared directions."""

import numpy as np
import pytest

from deepdep.models.shared_kernel_ridge import SharedSolver, choose_sharing, solve_shared

PENALTIES = np.array([0.1, 1.0, 10.0])


def a_kernel(rng: np.random.Generator, lines: int, width: int = 12) -> np.ndarray:
    rows = rng.normal(size=(lines, width))
    return rows @ rows.T / width


def predicted(kernel: np.ndarray, labels: np.ndarray, kept: np.ndarray, *choice: float) -> np.ndarray:
    duals, intercepts = solve_shared(kernel[np.ix_(kept, kept)], labels[kept], *choice)
    return kernel[:, kept] @ duals + intercepts


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_duals_equal_a_gaussian_process_over_all_cells(power: float) -> None:
    """Solve (K x G + noise) a = y with the covariance of all line-gene cells written out."""
    rng = np.random.default_rng(1)
    kernel, labels = a_kernel(rng, 9), rng.normal(size=(9, 4)) @ rng.normal(size=(4, 4))
    middle = np.eye(9) - 1 / 9
    centred, deviations = middle @ kernel @ middle, labels - labels.mean(axis=0)
    unit = np.trace(centred) / 9
    values, vectors = np.linalg.eigh(deviations.T @ deviations)
    genes = vectors @ np.diag((values / values.mean()) ** power) @ vectors.T
    cells = np.kron(centred, genes) + 2.0 * unit * np.eye(36)
    expected = (np.kron(centred, genes) @ np.linalg.solve(cells, deviations.ravel())).reshape(9, 4)
    duals, intercepts = solve_shared(kernel, labels, power, 2.0)
    found = kernel @ duals + intercepts - labels.mean(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_power_0_is_ridge_with_one_penalty() -> None:
    rng = np.random.default_rng(2)
    kernel, labels = a_kernel(rng, 14), rng.normal(size=(14, 5))
    middle = np.eye(14) - 1 / 14
    centred = middle @ kernel @ middle
    penalised = centred + 3.0 * np.trace(centred) / 14 * np.eye(14)
    solver = SharedSolver(kernel, labels)
    expected = np.linalg.solve(penalised, labels - labels.mean(axis=0))
    np.testing.assert_allclose(solver.duals(0.0, 3.0), expected, rtol=1e-7)


def shared_truth(rng: np.random.Generator, lines: int, genes: int, kernel: np.ndarray) -> np.ndarray:
    """Draw labels that are two hidden directions of the omics, with signs by gene, and noise."""
    hidden = np.linalg.cholesky(kernel + 1e-6 * np.eye(lines)) @ rng.normal(size=(lines, 2))
    return hidden @ rng.normal(size=(2, genes))


def test_genes_that_share_directions_are_predicted_better_together() -> None:
    rng = np.random.default_rng(3)
    kernel = a_kernel(rng, 120, 60)
    truth = shared_truth(rng, 120, 80, kernel)
    labels, kept = truth + rng.normal(0, 2, truth.shape), np.arange(120) < 80
    power, penalty = choose_sharing(kernel[:80, :80], labels[:80], [0, 0.5, 1], PENALTIES, 5)
    assert power == 1
    alone = min(error(predicted(kernel, labels, kept, 0.0, p), truth, kept) for p in PENALTIES)
    assert error(predicted(kernel, labels, kept, power, penalty), truth, kept) < 0.8 * alone


def error(values: np.ndarray, truth: np.ndarray, kept: np.ndarray) -> float:
    return float(np.square(values - truth)[~kept].mean())


def test_missing_labels_are_filled_and_do_not_pull_to_the_mean() -> None:
    rng = np.random.default_rng(4)
    kernel = a_kernel(rng, 100, 30)
    truth = shared_truth(rng, 100, 40, kernel)
    labels, kept = truth + rng.normal(0, 0.5, truth.shape), np.arange(100) < 70
    holes = np.where(rng.random(labels.shape) < 0.3, np.nan, labels)
    holes[:, 7] = np.nan
    found = predicted(kernel, holes, kept, 1.0, 0.1)
    assert (found[:, 7] == 0).all()
    others = np.arange(40) != 7
    means = np.nanmean(holes[kept], axis=0)
    stuffed = predicted(kernel, np.where(np.isnan(holes), np.nan_to_num(means), holes), kept, 1.0, 0.1)
    full = predicted(kernel, labels, kept, 1.0, 0.1)
    errors = [error(one[:, others], truth[:, others], kept) for one in (full, found, stuffed)]
    assert errors[0] < errors[1] < errors[2]


def test_a_gene_measured_everywhere_alone_keeps_its_labels_mean() -> None:
    rng = np.random.default_rng(5)
    kernel, labels = a_kernel(rng, 20), rng.normal(3, 1, (20, 3))
    found = predicted(kernel, labels, np.ones(20, bool), 0.5, 1e6)
    np.testing.assert_allclose(found, np.broadcast_to(labels.mean(axis=0), (20, 3)), atol=1e-3)
