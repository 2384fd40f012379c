"""The plain network: what it learns, when it stops, what of it comes back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from baseline_sets import make_design, make_training
from torch.nn.functional import relu

from deepdep.models.base import TrainingSet
from deepdep.training import loop
from deepdep.training.fit import model_settings
from deepdep.training.multitask import MultitaskRegressor
from deepdep.training.registry import build_model
from deepdep.training.state import Unfinished

CPU = torch.device("cpu")
SETTINGS = {
    "kind": "multitask", "hidden": [16, 8], "dropout": 0.1, "target": "centred", "lines_per_block": 8,
    "epochs": 60, "patience": 15, "learning_rate": 0.01, "weight_decay": 0.01, "gradient_norm": 0.0,
}  # fmt: skip


def a_training(seed: int, lines: int = 80, held_out: int = 20) -> TrainingSet:
    """Make labels of a level and a slope per gene, on the fourth expression; some of them missing."""
    rng = np.random.default_rng(seed)
    design = make_design(rng, lines + held_out)
    levels, slopes = np.linspace(-3, 3, 6), np.linspace(-1, 1, 6)
    labels = levels + slopes * design.values["expression"][:, [3]] + rng.normal(0, 0.1, (lines + held_out, 6))
    labels[rng.random(labels.shape) < 0.1] = np.nan
    rows = np.arange(lines + held_out)
    training = make_training(design.take(rows[:lines]), labels[:lines])
    if not held_out:
        return training
    kept = rows[lines:]
    return replace(
        training, validation_design=design.take(kept), validation_labels=labels[kept].astype(np.float32)
    )


def fit(training: TrainingSet, **changes: object) -> MultitaskRegressor:
    model = build_model({**SETTINGS, **changes}, CPU)
    model.fit(training)
    return model


@pytest.mark.parametrize("target", ["raw", "centred", "standardised"])
def test_planted_slopes_are_found_in_new_lines(target: str) -> None:
    new = make_design(np.random.default_rng(10), 60)
    found = fit(a_training(1), target=target).predict(new)
    truth = np.linspace(-3, 3, 6) + np.linspace(-1, 1, 6) * new.values["expression"][:, [3]]
    assert found.dtype == np.float32
    for gene in (0, 1, 4, 5):
        assert np.corrcoef(found[:, gene], truth[:, gene])[0, 1] > 0.85
    assert np.square(found - truth).mean() < 0.3 * np.square(truth - truth.mean(axis=0)).mean() + 0.02


def test_prediction_is_that_of_dense_layers_on_all_omics_side_by_side() -> None:
    model, new = fit(a_training(2), epochs=3), make_design(np.random.default_rng(20), 5)
    arrays = {name.removeprefix("net/"): torch.from_numpy(a) for name, a in model.arrays().items()}
    hidden = torch.from_numpy(np.concatenate([new.values[omic] for omic in sorted(new.values)], axis=1))
    for layer in ("0.0.linear", "0.1.linear"):
        hidden = relu(hidden @ arrays[f"{layer}.weight"].T + arrays[f"{layer}.bias"])
    expected = hidden @ arrays["2.weight"].T + arrays["2.bias"] + arrays["center"]
    np.testing.assert_allclose(model.predict(new), expected.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.codes(new), hidden.numpy(), rtol=1e-5, atol=1e-6)


def test_missing_labels_are_left_out() -> None:
    training = a_training(3, held_out=0)
    training.labels[:, 2] = np.nan
    training.labels[5:, 3] = np.nan
    model = fit(training, epochs=5)
    assert np.isfinite(model.predict(training.design)).all()
    assert np.isfinite(model.history()["train"]).all()
    assert model.center[2] == 0
    filled = replace(training, labels=np.where(np.isnan(training.labels), 50, training.labels))
    assert fit(filled, epochs=5).history()["train"][0] > 5 * model.history()["train"][0]


def test_missing_omics_count_as_the_training_mean() -> None:
    model = fit(a_training(4), epochs=3)
    new = make_design(np.random.default_rng(40), 4)
    new.values["copy_number"][:] = 0
    new.present[:, list(new.values).index("copy_number")] = 0
    turned = new.ordered(sorted(new.values))
    assert np.isfinite(model.predict(new)).all()
    np.testing.assert_array_equal(model.predict(turned), model.predict(new))


def test_training_stops_early_and_keeps_the_best_epoch() -> None:
    model = fit(a_training(5), patience=2, learning_rate=0.05)
    history = model.history()
    assert len(history) < 60
    assert model.notes()["best_epoch"] == history["validation"].idxmin() + 1 == len(history) - 2
    training = a_training(5)
    found = model.predict(training.validation_design) - training.validation_labels
    assert np.nanmean(np.square(found)) == pytest.approx(history["validation"].min(), rel=1e-4)
    alone = fit(a_training(5, held_out=0), epochs=4)
    assert alone.notes()["best_epoch"] == 4


def test_members_differ_by_their_seed_and_their_mean_is_predicted() -> None:
    training, new = a_training(6), make_design(np.random.default_rng(60), 9)
    both = build_model({**SETTINGS, "members": 2, "epochs": 4}, CPU)
    both.fit(training)
    first, second = (member.predict(new) for member in both.members)
    np.testing.assert_array_equal(first, fit(training, epochs=4).predict(new))
    assert np.abs(first - second).max() > 1e-3
    np.testing.assert_allclose(both.predict(new), (first + second) / 2, rtol=1e-5, atol=1e-6)


def test_killed_training_goes_on_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training, place = a_training(7), Unfinished(tmp_path / "state.safetensors", 2)
    whole = fit(training, epochs=6)
    once, epochs = loop.run_once, []

    def killed(*arguments: object) -> None:
        if len(epochs) == 5:
            raise KeyboardInterrupt
        epochs.append(1)
        once(*arguments)

    monkeypatch.setattr(loop, "run_once", killed)
    with pytest.raises(KeyboardInterrupt):
        build_model({**SETTINGS, "epochs": 6}, CPU, place).fit(training)
    assert Path(place.path).exists()
    monkeypatch.setattr(loop, "run_once", once)
    resumed = build_model({**SETTINGS, "epochs": 6}, CPU, place)
    resumed.fit(training)
    assert not Path(place.path).exists()
    for name, array in whole.arrays().items():
        np.testing.assert_array_equal(resumed.arrays()[name], array)


def test_settings_get_epochs_and_precision_and_no_encoders() -> None:
    notes = [{"model": {"best_epoch": best}} for best in (3, 9, 7)]
    training = {"precision": "bfloat16", "compile": True, "checkpoint_every": 5}
    full = model_settings(SETTINGS, {"expression": [4]}, None, notes, training)
    expected = {"epochs": 7, "precision": "bfloat16", "compile": True, "shuffle_labels": False}
    assert full == {**SETTINGS, **expected}
