"""The grid model behind the models' interface: blocks, targets, masks, prediction, restoring."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from deepdep.models.base import TrainingSet
from deepdep.models.grid import Architecture
from deepdep.prepare.transform import Design
from deepdep.training import network
from deepdep.training.loop import LoopSettings
from deepdep.training.network import (
    Grid,
    GridRegressor,
    Settings,
    blocks,
    drop_omics,
    numpy_mse,
    target_scale,
)

WIDTHS = {"mutation": [6, 4], "expression": [6, 4], "copy_number": [6, 4]}  # not in alphabetical order
FEATURES = {"mutation": 5, "expression": 5, "copy_number": 5}
CPU = torch.device("cpu")


def make_model(target: str = "raw", **loop: float) -> GridRegressor:
    settings = LoopSettings(**{"epochs": 3, "learning_rate": 0.01, **loop})
    return GridRegressor(Settings(Architecture(WIDTHS, [6, 4], [8, 8]), settings, target, 4, 5), CPU)


def make_design(lines: int, seed: int = 1) -> Design:
    rng = np.random.default_rng(seed)
    values = {omic: rng.normal(size=(lines, width)).astype(np.float32) for omic, width in FEATURES.items()}
    observed = {omic: np.ones(matrix.shape, bool) for omic, matrix in values.items()}
    present = np.ones((lines, 3), np.float32)
    present[: lines // 2, 0] = present[lines // 2 :, 2] = 0
    return Design(values, observed, present)


def make_training(lines: int = 10, genes: int = 12, seed: int = 1, missing: float = 0.2) -> TrainingSet:
    rng = np.random.default_rng(seed)
    labels = rng.normal(-1, 0.5, (lines, genes)).astype(np.float32)
    labels[rng.random(labels.shape) < missing] = np.nan
    names = {omic: [f"{omic}{n}" for n in range(width)] for omic, width in FEATURES.items()}
    fingerprints = rng.integers(0, 2, (genes, 7)).astype(np.uint8)
    return TrainingSet(make_design(lines), labels, [f"G{n}" for n in range(genes)], fingerprints, names, seed)


@pytest.mark.parametrize("shape", [(10, 12), (1, 1), (7, 3), (4, 5), (33, 129)])
def test_every_pair_of_line_and_gene_comes_once_an_epoch(shape: tuple[int, int]) -> None:
    generator = np.random.default_rng(1)
    for _ in range(2):
        seen = np.zeros(shape, int)
        for rows, genes in blocks(shape, (4, 5), generator):
            assert len(rows) <= 4
            assert len(genes) <= 5
            seen[np.ix_(rows.numpy(), genes.numpy())] += 1
        assert (seen == 1).all()


def test_blocks_differ_between_epochs_and_repeat_with_the_seed() -> None:
    generator = np.random.default_rng(1)
    first, second = ([torch.cat(pair).tolist() for pair in blocks((9, 9), (4, 5), generator)] for _ in "ab")
    again = [torch.cat(pair).tolist() for pair in blocks((9, 9), (4, 5), np.random.default_rng(1))]
    assert first == again
    assert first != second


def test_target_scale_per_gene_over_measured_lines() -> None:
    labels = np.array([[1, 5, np.nan, 2], [3, 5, np.nan, np.nan], [8, 5, np.nan, 4]], np.float32)
    expected = {
        "raw": ([0, 0, 0, 0], [1, 1, 1, 1]),
        "centred": ([4, 5, 0, 3], [1, 1, 1, 1]),
        "standardised": ([4, 5, 0, 3], [np.sqrt(26 / 3), 1, 1, 1]),
    }
    for target, (center, scale) in expected.items():
        found = target_scale(labels, target)
        np.testing.assert_allclose(found[0], center)
        np.testing.assert_allclose(found[1], scale, rtol=1e-6)


@pytest.mark.parametrize("target", ["raw", "centred", "standardised"])
def test_predictions_are_on_the_scale_of_the_labels(target: str) -> None:
    training = make_training(missing=0)
    labels = training.labels * np.linspace(0.5, 20, 12, dtype=np.float32) + 30
    model = make_model(target, epochs=1)
    model.fit(replace(training, labels=labels))
    inner = model._predict_scaled(training.design)
    if target != "raw":
        inner = inner * (labels.std(axis=0) if target == "standardised" else 1) + labels.mean(axis=0)
    np.testing.assert_allclose(model.predict(training.design), inner, rtol=1e-4)


def test_scaled_targets_of_training_have_mean_zero_and_unit_variance() -> None:
    training = make_training(lines=40)
    model = make_model("standardised", epochs=1)
    model.fit(training)
    scaled = model._scaled(training.labels)
    np.testing.assert_allclose(np.nanmean(scaled, axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(np.nanstd(scaled, axis=0), 1, rtol=1e-5)


@pytest.mark.parametrize("target", ["raw", "standardised"])
def test_what_stands_under_a_missing_label_does_not_matter(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make_training()
    plain, odd = make_model(target), make_model(target)
    plain.fit(training)
    of = Grid.of

    def with_thousands(design: Design, labels: np.ndarray, device: torch.device) -> Grid:
        grid = of(design, labels, device)
        assert (~grid.measured).sum() == np.isnan(training.labels).sum() > 10
        return replace(grid, labels=torch.where(grid.measured, grid.labels, 1000.0))

    monkeypatch.setattr(Grid, "of", with_thousands)
    odd.fit(training)
    np.testing.assert_array_equal(odd.predict(training.design), plain.predict(training.design))


def test_labels_of_measured_cells_do_matter() -> None:
    training = make_training()
    changed = training.labels.copy()
    changed[np.unravel_index(np.nanargmax(changed), changed.shape)] += 1
    found = []
    for labels in (training.labels, changed):
        model = make_model()
        model.fit(replace(training, labels=labels))
        found.append(model.predict(training.design))
    assert np.abs(found[0] - found[1]).max() > 1e-4


def test_predicting_in_blocks_equals_predicting_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    training, design = make_training(), make_design(21, seed=5)
    model = make_model()
    model.fit(training)
    with torch.no_grad():
        values = {omic: torch.from_numpy(matrix) for omic, matrix in design.values.items()}
        whole = model.net(values, torch.from_numpy(design.present), model.gene_inputs).numpy()
    for size in (256, 21, 5, 1):
        monkeypatch.setattr(network, "BLOCK_SAMPLES", size)
        np.testing.assert_allclose(model.predict(design), whole, atol=1e-6)


def test_a_samples_prediction_does_not_depend_on_its_neighbours() -> None:
    model, design = make_model(), make_design(9, seed=6)
    model.fit(make_training())
    alone = model.predict(design.take(np.array([4])))
    np.testing.assert_allclose(alone[0], model.predict(design)[4], atol=1e-6)


def test_omics_may_come_in_any_order() -> None:
    model, design = make_model(), make_design(9, seed=6)
    model.fit(make_training())
    expected = model.predict(design)
    np.testing.assert_array_equal(model.predict(design.ordered(sorted(WIDTHS))), expected)
    assert not np.array_equal(
        model.predict(Design(design.values, design.observed, design.present[:, ::-1].copy())), expected
    )


def test_early_stopping_reads_the_validation_lines() -> None:
    training, held = make_training(), make_training(lines=6, seed=2)
    model = make_model(epochs=30, patience=2, learning_rate=0.05)
    model.fit(replace(training, validation_design=held.design, validation_labels=held.labels))
    history = model.history()
    assert len(history) == min(30, model.trained.best_epoch + 2)
    mask = np.isfinite(held.labels)
    error = np.mean((model.predict(held.design)[mask] - held.labels[mask]) ** 2)
    assert error == pytest.approx(history["validation"].min(), rel=1e-5)


def test_validation_error_does_not_hide_predictions_that_are_no_numbers() -> None:
    labels = np.array([[1.0, np.nan], [3.0, 2.0]])
    assert numpy_mse(np.array([[0.0, 9.0], [1.0, 2.0]]), labels) == pytest.approx(5 / 3)
    assert np.isnan(numpy_mse(np.array([[0.0, 9.0], [np.nan, 2.0]]), labels))


def test_pretrained_encoders_are_where_training_starts() -> None:
    training = make_training()
    source = make_model()
    source.fit(training)
    weights = {k: v.numpy() + 1 for k, v in source.net.encoders["expression"].state_dict().items()}
    model = make_model(learning_rate=0.0)
    model.fit(replace(training, pretrained={"expression": weights}))
    for name, tensor in model.net.encoders["expression"].state_dict().items():
        np.testing.assert_array_equal(tensor.numpy(), weights[name])


def test_same_seed_same_predictions_another_differs() -> None:
    training = make_training()
    found = []
    for seed in (1, 1, 2):
        model = make_model()
        model.fit(replace(training, seed=seed))
        found.append(model.predict(training.design).tobytes())
    assert found[0] == found[1] != found[2]


def test_dropped_omics_are_a_share_and_never_all_of_a_sample() -> None:
    torch.manual_seed(1)
    present = torch.tensor([[1.0, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]]).repeat(4000, 1)
    kept = drop_omics(present, 0.3)
    assert ((kept == 0) | (kept == present)).all()
    whole, single, none = (kept[i::3] for i in range(3))
    # all four are lost with 0.3^4 = 0.008 and stay then, so 0.7 + 0.3 x 0.3^3 = 0.708 are kept
    assert whole.mean().item() == pytest.approx(0.708, abs=0.01)
    assert (whole.sum(dim=1) > 0).all()
    assert (single[:, 0] == 1).all()
    assert (none == 0).all()
    assert drop_omics(present, 0) is present


def test_one_model_serves_every_subset_of_omics_after_omics_dropout() -> None:
    """Two omics tell the same thing; a model trained with dropout still knows it from one of them."""
    rng = np.random.default_rng(3)
    signal = rng.normal(size=(200, 2)).astype(np.float32)
    values = {omic: np.repeat(signal, 3, axis=1)[:, :5] for omic in ("mutation", "expression")}
    labels = (signal @ rng.normal(size=(2, 12))).astype(np.float32)
    training = make_training(200)
    errors = {}
    for share in (0.0, 0.5):
        observed = {omic: np.ones(matrix.shape, bool) for omic, matrix in values.items()}
        design = Design(values, observed, np.ones((200, 2), np.float32))
        loop = LoopSettings(epochs=60, learning_rate=0.01)
        model = GridRegressor(Settings(Architecture(WIDTHS, [6, 4], [16]), loop, "raw", 40, 12, share), CPU)
        model.fit(replace(training, design=design, labels=labels))
        alone = Design(values, observed, np.tile(np.float32([0, 1]), (200, 1)))
        errors[share] = {
            "both": numpy_mse(model.predict(design), labels),
            "one": numpy_mse(model.predict(alone), labels),
        }
    assert errors[0.5]["one"] < 0.5 * errors[0.0]["one"]
    assert errors[0.5]["one"] < 1.5 * errors[0.5]["both"] < labels.var() / 2


def test_codes_are_what_the_encoders_make_of_each_omic_side_by_side() -> None:
    training = make_training()
    model = make_model()
    model.fit(training)
    with torch.no_grad():
        for omic in WIDTHS:  # learned in training only where omics are missing
            model.net.missing[omic] += 1
    design = make_design(8, seed=5)
    codes = model.codes(design)
    assert codes.shape == (8, 12)
    for column, omic in enumerate(WIDTHS):
        encoder = model.net.encoders[omic].eval()
        with torch.no_grad():
            expected = encoder(torch.from_numpy(design.values[omic])).numpy()
        has = design.present[:, column] == 1
        part = codes[:, 4 * column : 4 * column + 4]
        np.testing.assert_allclose(part[has], expected[has], rtol=1e-5)
        stand_in = model.net.missing[omic].detach().numpy()
        np.testing.assert_array_equal(part[~has], np.tile(stand_in, (sum(~has), 1)))
    np.testing.assert_array_equal(model.codes(design.ordered(sorted(WIDTHS))), codes)
    half = model.net.sample_half(torch.from_numpy(codes))
    genes = model.net.encode_genes(model.gene_inputs)
    np.testing.assert_allclose(
        model.net.meet(half, genes).detach(), model.predict(design), rtol=1e-4, atol=1e-6
    )
