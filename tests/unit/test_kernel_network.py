"""The default model: its inputs, the weights of its parts, and that networks that add nothing have none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from baseline_sets import make_design, make_training
from scipy.stats import rankdata

from deepdep.models.base import TrainingSet
from deepdep.models.kernel_ridge import ranks
from deepdep.models.ridge import Ridge
from deepdep.models.weighted_inputs import WeightedInputs
from deepdep.training import loop
from deepdep.training.kernel_network import KernelNetwork
from deepdep.training.loop import LoopSettings
from deepdep.training.registry import build_model
from deepdep.training.state import Unfinished

CPU = torch.device("cpu")
SETTINGS = {
    "kind": "kernel_network", "kernels": ["linear", "lineage"], "rbf_widths": [1],
    "kernel_weights": [0, 0.3, 1], "penalties": [0.01, 0.1, 1, 10, 100], "powers": [0, 1],
    "chosen_features": 0, "chosen_penalties": [0.1, 1], "ranked": [], "parts": 3,
    "hidden": [32, 16], "dropout": 0.1, "input_dropout": 0.0,
    "lines_per_block": 16, "epochs": 150, "learning_rate": 0.01, "weight_decay": 0.01,
    "schedule": "one_cycle", "gradient_norm": 0.0,
}  # fmt: skip


def a_training(labels_of: str, seed: int = 1, lines: int = 200) -> tuple[TrainingSet, np.ndarray]:
    """Make labels that are linear or bent in expression, the same way for all genes; and the truth."""
    rng = np.random.default_rng(seed)
    design = make_design(rng, lines)
    first, second = design.values["expression"][:, :2].T
    hidden = {"linear": first + second, "bent": 2 * np.abs(first)}[labels_of]
    truth = np.outer(hidden, np.linspace(-1, 1, 12))
    labels = truth + rng.normal(0, 0.2, truth.shape) + np.arange(12)
    labels[rng.random(labels.shape) < 0.05] = np.nan
    training = make_training(design, labels)
    return training, truth + np.arange(12)


def fitted(training: TrainingSet, **changes: object) -> KernelNetwork:
    model = build_model({**SETTINGS, **changes}, CPU)
    model.fit(training)
    return model


def test_networks_get_the_weight_that_they_are_worth() -> None:
    linear, bent = (fitted(a_training(kind, lines=300)[0]) for kind in ("linear", "bent"))
    assert bent.weights[1] > 1.5 * bent.weights[0]
    assert linear.weights[0] > 1.5 * linear.weights[1]


def test_mixture_is_better_than_kernel_ridge_alone_on_new_lines_where_labels_bend() -> None:
    training, _ = a_training("bent", lines=300)
    model = fitted(training)
    new, truth = a_training("bent", seed=9, lines=200)
    errors = [np.square(one.predict(new.design) - truth).mean() for one in (model, model.kernels)]
    assert errors[0] < 0.8 * errors[1]


def test_prediction_is_the_mixture_of_its_parts() -> None:
    training, _ = a_training("bent", seed=2, lines=50)
    model, new = fitted(training, epochs=3), make_design(np.random.default_rng(3), 9)
    networks = np.mean([member.predict(new) for member in model.members], axis=0)
    means = np.nanmean(training.labels, axis=0)
    first, second = model.weights
    expected = means + first * (model.kernels.predict(new) - means) + second * (networks - means)
    np.testing.assert_allclose(model.predict(new), expected, rtol=1e-4, atol=1e-5)
    assert len(model.members) == 6
    assert model.notes()["best_epoch"] == 3
    assert len(model.history()) == 3


def test_validation_lines_are_lines_to_train_on() -> None:
    training, _ = a_training("linear", seed=6, lines=60)
    rows = np.arange(60)
    parted = replace(
        training, design=training.design.take(rows[:45]), labels=training.labels[:45],
        validation_design=training.design.take(rows[45:]), validation_labels=training.labels[45:],
    )  # fmt: skip
    whole, both = fitted(training, epochs=2), fitted(parted, epochs=2)
    for name, array in whole.arrays().items():
        np.testing.assert_array_equal(both.arrays()[name], array, err_msg=name)


def inputs_of(ranked: list[str], seed: int = 7) -> tuple[WeightedInputs, TrainingSet]:
    training, _ = a_training("linear", seed=seed, lines=80)
    inputs = WeightedInputs(ranked, [0, 0.1, 1, 3], [0.01, 0.1, 1, 10])
    inputs.fit(training.design, training.labels)
    return inputs, training


def test_weights_of_inputs_follow_what_predicts() -> None:
    inputs, training = inputs_of([])
    assert inputs.weights["expression"] > 10 * inputs.weights["copy_number"]
    matrix = inputs.matrix(training.design)
    np.testing.assert_allclose(matrix.mean(axis=0), 0, atol=1e-5)
    assert np.square(matrix).sum(axis=1).mean() == pytest.approx(matrix.shape[1], rel=1e-4)


def test_ranked_inputs_do_not_change_with_a_monotone_change_of_scale() -> None:
    inputs, training = inputs_of(["expression"])
    values = dict(training.design.values)
    bent = replace(training.design, values={**values, "expression": np.exp(values["expression"])})
    np.testing.assert_allclose(inputs.matrix(bent), inputs.matrix(training.design), atol=1e-4)
    placed = rankdata(values["expression"], axis=1)
    placed = (placed - placed.mean(axis=1, keepdims=True)) / placed.std(axis=1, keepdims=True)
    np.testing.assert_allclose(ranks(values["expression"]), placed, atol=1e-5)
    assert (ranks(np.zeros((3, 4), np.float32)) == 0).all()


def test_a_sample_without_an_omic_is_at_the_mean_of_its_features() -> None:
    inputs, _ = inputs_of(["expression"])
    new = make_design(np.random.default_rng(8), 4)
    new.values["expression"][:] = 0
    new.present[:, list(new.values).index("expression")] = 0
    widths = [new.values[omic].shape[1] for omic in sorted(new.values)]
    start = sum(widths[: sorted(new.values).index("expression")])
    block = inputs.matrix(new)[:, start : start + new.values["expression"].shape[1]]
    np.testing.assert_array_equal(block, 0)


def test_one_cycle_rises_over_a_tenth_of_the_epochs_and_falls_to_nearly_0() -> None:
    settings = LoopSettings(epochs=40, learning_rate=1.0, schedule="one_cycle")
    rates = [settings.rate(epoch) for epoch in range(1, 41)]
    np.testing.assert_allclose(rates[:5], [0.2, 0.4, 0.6, 0.8, 1.0])
    assert (np.diff(rates[4:]) < 0).all()
    assert 0 < rates[-1] < 0.01


def test_ridge_shares_the_choice_of_penalties_among_genes() -> None:
    """With much sharing all genes have one penalty, and noise of single genes no longer chooses it."""
    rng = np.random.default_rng(10)
    design, new = make_design(rng, 60), make_design(rng, 300)
    slopes = rng.normal(size=(design.values["expression"].shape[1], 40))
    truth = [one.values["expression"] @ slopes for one in (design, new)]
    labels = truth[0] + rng.normal(0, 4, truth[0].shape)
    each = []
    for sharing in (0, 1e6):
        ridge = Ridge([0.1, 0.3, 1, 3, 10, 30], [0, 1], sharing)
        ridge.fit(make_training(design, labels))
        each.append((len(np.unique(ridge.penalty)), np.square(ridge.predict(new) - truth[1]).mean()))
    assert each[0][0] > 1
    assert each[1][0] == 1
    assert each[1][1] < each[0][1]


def test_networks_see_lineage_only_where_the_kernels_do() -> None:
    training, _ = a_training("linear", seed=11, lines=40)
    training.labels[training.design.groups == "lung"] += 3
    with_lineage, without = (
        fitted(training, kernels=kinds, epochs=1) for kinds in (["linear", "lineage"], ["linear"])
    )
    assert with_lineage.inputs.lineages == ["bone", "lung", "skin"]
    assert without.inputs.lineages == []
    other = replace(training.design, groups=np.full(40, "lung"))
    np.testing.assert_array_equal(without.predict(other), without.predict(training.design))
    assert np.abs(with_lineage.predict(other) - with_lineage.predict(training.design)).max() > 0


def test_state_of_other_inputs_or_dropout_is_not_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill a training; one with other settings of the networks starts anew, with what it starts with."""
    training, _ = a_training("linear", seed=12, lines=30)
    place, once = Unfinished(tmp_path / "state.safetensors", 1), loop.run_once

    def killed(parts: object, task: object, settings: object, course: loop.Course, label: str) -> None:
        if course.epoch == 2:
            raise KeyboardInterrupt
        once(parts, task, settings, course, label)

    for changes in ({"input_dropout": 0.5}, {"ranked": ["expression"]}, {"kernel_weights": [0.3, 1]}, {}):
        monkeypatch.setattr(loop, "run_once", killed)
        with pytest.raises(KeyboardInterrupt):
            build_model({**SETTINGS, "epochs": 4}, CPU, place).fit(training)
        monkeypatch.setattr(loop, "run_once", once)
        resumed = build_model({**SETTINGS, "epochs": 4, **changes}, CPU, place)
        resumed.fit(training)
        for name, array in fitted(training, epochs=4, **changes).arrays().items():
            np.testing.assert_array_equal(resumed.arrays()[name], array, err_msg=f"{changes} {name}")
