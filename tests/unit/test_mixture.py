"""Ridges mixed by what each is worth: the weights, the turns, and both ridges together."""

import numpy as np
import torch
from baseline_sets import assert_same_bytes, make_design, make_training

from deepdep.models.base import TrainingSet
from deepdep.models.mixture import KernelMixture, mixing_weights, turns
from deepdep.training.registry import build_model

SETTINGS = {
    "kind": "kernel_mixture", "kernels": ["linear", "lineage"], "rbf_widths": [1],
    "kernel_weights": [0, 0.3, 1], "penalties": [0.01, 0.1, 1, 10, 100], "powers": [0, 1],
    "chosen_features": 2, "chosen_penalties": [0.1, 1], "ranked": [], "parts": 3,
}  # fmt: skip


def a_training(seed: int, own: float, lines: int = 80) -> tuple[TrainingSet, np.ndarray]:
    """Make labels that follow one feature of each gene's own (times ``own``), and a sum of all; the truth."""
    rng = np.random.default_rng(seed)
    design = make_design(rng, lines)
    expression = design.values["expression"]
    common = np.concatenate(list(design.values.values()), axis=1).sum(axis=1) / 5
    truth = own * expression + (1 - own) * np.outer(common, np.linspace(-1, 1, 9))
    labels = truth + rng.normal(0, 0.5, truth.shape) + np.arange(9)
    labels[rng.random(labels.shape) < 0.05] = np.nan
    return make_training(design, labels), truth + np.arange(9)


def fitted(training: TrainingSet, **changes: object) -> KernelMixture:
    model = build_model({**SETTINGS, **changes}, torch.device("cpu"))
    model.fit(training)
    return model


def test_every_line_is_left_out_once_in_each_turn() -> None:
    parts = list(turns(20, 3, seed=1))
    assert len(parts) == 6
    for turn in (0, 1):
        left_out = np.sum([~kept for number, kept in parts if number == turn], axis=0)
        np.testing.assert_array_equal(left_out, 1)
    assert any((a[1] != b[1]).any() for a, b in zip(parts[:3], parts[3:], strict=True))


def test_ridges_get_the_weight_that_they_are_worth() -> None:
    """One knows features of a gene's own, the other what all features say together."""
    own, common = (fitted(a_training(3, share)[0]).weights for share in (1.0, 0.0))
    assert own[1] > 1.5 * own[0]
    assert common[0] > 1.5 * common[1]


def test_mixture_is_better_on_new_lines_than_either_ridge() -> None:
    model = fitted(a_training(4, 0.4)[0])
    new, truth = a_training(5, 0.4, lines=300)
    errors = [np.square(one.predict(new.design) - truth).mean() for one in (model, *model.ridges.values())]
    assert errors[0] < 0.9 * min(errors[1:])


def test_prediction_is_the_mixture_and_a_loaded_one_predicts_the_same_bytes() -> None:
    training, _ = a_training(6, 0.5)
    model, new = fitted(training), make_design(np.random.default_rng(7), 9)
    means, (first, second) = np.nanmean(training.labels, axis=0), model.weights
    expected = means + first * (model.kernels.predict(new) - means)
    expected += second * (model.screened.predict(new) - means)
    np.testing.assert_allclose(model.predict(new), expected, rtol=1e-4, atol=1e-5)
    assert_same_bytes(lambda: build_model(SETTINGS, torch.device("cpu")), training, new)


def test_without_features_of_their_own_it_is_kernel_ridge() -> None:
    training, _ = a_training(8, 0.5)
    model, new = fitted(training, chosen_features=0), make_design(np.random.default_rng(9), 9)
    assert model.weights == [1]
    np.testing.assert_allclose(model.predict(new), model.kernels.predict(new), rtol=1e-5)


def test_lineage_is_seen_by_both_ridges_or_by_none() -> None:
    training, _ = a_training(10, 0.5)
    training.labels[training.design.groups == "lung"] += 3
    both, none = (fitted(training, kernels=kinds) for kinds in (["linear", "lineage"], ["linear"]))
    assert both.screened.inputs.lineages == ["bone", "lung", "skin"]
    assert none.screened.inputs.lineages == []


def test_weights_are_halfway_to_those_that_suit_the_mean_of_many_networks() -> None:
    """Draw networks with noise of their own; the weights from two fit the mean of all the others."""
    rng = np.random.default_rng(4)
    truth, other = rng.normal(size=(2, 400, 30))
    ridge = 0.5 * truth + 0.5 * other
    networks = 0.7 * truth + rng.normal(0, 0.6, (400, 30)) + rng.normal(0, 0.8, (60, 400, 30))
    found = mixing_weights(truth, np.stack([[ridge, ridge], networks[:2]]))
    columns = np.stack([ridge.ravel(), networks[2:].mean(axis=0).ravel()], axis=1)
    best = np.linalg.lstsq(columns, truth.ravel())[0]
    np.testing.assert_allclose(found, (best + 0.5) / 2, atol=0.02)
    single = np.linalg.lstsq(np.stack([ridge.ravel(), networks[2].ravel()], axis=1), truth.ravel())[0]
    assert best[1] > single[1] + 0.1  # one network alone is worth less
    holes = np.where(rng.random(truth.shape) < 0.2, np.nan, truth)
    again = mixing_weights(holes, np.stack([[ridge, ridge], networks[:2]]))
    np.testing.assert_allclose(again, found, atol=0.03)


def test_every_gene_counts_alike_whatever_its_scale() -> None:
    rng = np.random.default_rng(5)
    truth = rng.normal(size=(200, 10))
    ridge, networks = (truth + rng.normal(0, 1, (2, 200, 10)) for _ in range(2))
    scale = np.geomspace(0.01, 100, 10)
    expected = mixing_weights(truth, np.stack([ridge, networks]))
    np.testing.assert_allclose(mixing_weights(truth * scale, np.stack([ridge, networks]) * scale), expected)


def test_what_only_adds_noise_gets_no_weight() -> None:
    rng = np.random.default_rng(6)
    truth = rng.normal(size=(50, 8))
    ridge = np.stack([truth, truth]) + rng.normal(0, 0.1, (2, 50, 8))
    other = ridge - 2 * truth + rng.normal(0, 1, truth.shape)
    assert mixing_weights(truth, np.stack([ridge, other])) == [1, 0]
    assert mixing_weights(truth, np.stack([0.5 * ridge, ridge - 0.8 * truth])) == [1, 0]
