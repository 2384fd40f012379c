"""Attributions add up to predictions, agree with captum, and find planted features and classes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from baseline_sets import make_design, make_training
from captum.attr import IntegratedGradients
from drawn import texts

from deepdep.config_analyses import check_analyses
from deepdep.errors import InputError
from deepdep.interpret.attribution import Attributor, RbfPart, drawn_lines, weighted_parts
from deepdep.interpret.biomarkers import (
    biomarker_class,
    chosen_genes,
    confusion,
    described,
    read_paralogs,
    same_stem,
)
from deepdep.models.base import TrainingSet
from deepdep.plot.attribution import biomarker_classes, class_confusion
from deepdep.prepare.transform import Scaling, Transform
from deepdep.training.checkpoint import FittedModel
from deepdep.training.registry import build_model

CPU = torch.device("cpu")
SETTINGS = {
    "kind": "kernel_network", "kernels": ["linear", "rbf", "rank", "lineage"], "rbf_widths": [0.25, 1],
    "kernel_weights": [0.3, 1], "penalties": [0.1, 1], "powers": [0, 1],
    "chosen_features": 8, "chosen_penalties": [0.1], "ranked": ["expression"], "parts": 2,
    "hidden": [16, 8], "dropout": 0.1, "input_dropout": 0.1,
    "lines_per_block": 16, "epochs": 20, "learning_rate": 0.01, "weight_decay": 0.01,
    "schedule": "one_cycle", "gradient_norm": 0.0,
}  # fmt: skip


def a_training(lines: int = 90) -> TrainingSet:
    """Make labels that follow own expression (G0), a mutation (G1, of G3), lineage (G2), or nothing (G3)."""
    rng = np.random.default_rng(1)
    design = make_design(rng, lines)
    design.present[:5, 0] = 0  # some lines lack the first omic
    for name in list(design.values)[:1]:
        design.values[name][:5] = 0
    labels = rng.normal(-1, 0.3, (lines, 4))
    labels[:, 0] += np.tanh(2 * design.values["expression"][:, 0])
    labels[:, 1] += design.values["mutation"][:, 1]
    labels[:, 2] += 2 * (design.groups == "lung")
    return make_training(design, labels)


def fitted_on(training: TrainingSet, **changes: object) -> FittedModel:
    """Fit a model, with equal weights of its parts so that all of them count."""
    model = build_model({**SETTINGS, **changes}, CPU)
    model.fit(training)
    if hasattr(model, "weights") and isinstance(model.weights, list):
        model.weights = [1 / len(model.weights)] * len(model.weights)
    scaling = Transform(Scaling(dict.fromkeys(training.features, "none"), 0))
    names = [f"L{number}" for number in range(len(training.labels))]
    return FittedModel(model, scaling, training.features, training.genes, {"train": names})


@pytest.fixture(scope="module")
def whole() -> tuple[FittedModel, TrainingSet]:
    """Return the default kind of model, fitted."""
    training = a_training()
    return fitted_on(training), training


def test_attributions_add_up_to_predictions(whole: tuple[FittedModel, TrainingSet]) -> None:
    fitted, training = whole
    assert len(weighted_parts(fitted.model)) == 3
    attributor = Attributor(fitted, training.design, 64)
    predicted = fitted.model.predict(training.design)
    for number, gene in enumerate(training.genes):
        found = attributor.of(gene)
        assert found.missed < 1e-3  # of the integral of layer normalisation; the others are exact
        offset = predicted[:, number] - found.values.sum(axis=1)  # the prediction of the mean, for all lines
        assert np.ptp(offset) < 2e-3
        assert np.ptp(predicted[:, number]) > 0.1
    finer = Attributor(fitted, training.design, 400).of("G0")
    assert finer.missed < 5e-5


def test_planted_features_and_classes_come_first(whole: tuple[FittedModel, TrainingSet]) -> None:
    fitted, training = whole
    attributor = Attributor(fitted, training.design, 32)
    features, classes = described(attributor, training.genes[:3], fitted.features, 5, None)
    assert classes["class"].tolist() == ["own expression", "other mutation", "lineage"]
    assert classes["top_feature"].tolist() == ["G0", "G3", "lineage"]
    assert features.groupby("gene").size().tolist() == [5, 5, 5]
    shares = classes[[name for name in classes if name.startswith("share_")]]
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    assert "120 lines" in texts(biomarker_classes(classes, "m", 120))
    nothing = described(attributor, [], fitted.features, 5, None)[1]
    assert "No gene" in texts(biomarker_classes(nothing, "m", 2))


@pytest.mark.parametrize("kind", ["kernel_mixture", "shared_kernel_ridge", "screened_ridge"])
def test_parts_alone_can_be_attributed(kind: str) -> None:
    training = a_training(40)
    fitted = fitted_on(training, kind=kind)
    found = Attributor(fitted, training.design, 48).of("G0")
    offset = fitted.model.predict(training.design)[:, 0] - found.values.sum(axis=1)
    assert np.ptp(offset) < 1e-4


def test_other_kinds_are_refused() -> None:
    with pytest.raises(InputError, match="mixtures"):
        weighted_parts(object())


def test_rbf_kernels_are_what_captum_integrates() -> None:
    rng = np.random.default_rng(2)
    train, lines, duals = rng.normal(size=(9, 4)), rng.normal(size=(6, 4)), rng.normal(size=(9, 2))
    part = RbfPart(lines, (train, duals, 3.0), 40, np.arange(4))
    known = torch.from_numpy(train)

    def predict(values: torch.Tensor) -> torch.Tensor:
        squared = torch.square(values[:, None] - known).sum(dim=2)
        return torch.exp(-squared / 3) @ torch.from_numpy(duals[:, 1])

    mean = torch.from_numpy(lines.mean(axis=0, keepdims=True))
    expected = IntegratedGradients(predict).attribute(torch.from_numpy(lines), mean, n_steps=40)
    np.testing.assert_allclose(part.attributed(1), expected.numpy(), atol=1e-8)
    np.testing.assert_allclose(part.attributed(1).sum(axis=1), part.difference(1), atol=1e-8)


def test_lines_are_drawn_from_those_fitted_on(whole: tuple[FittedModel, TrainingSet]) -> None:
    few = drawn_lines(whole[0], 10, 1)
    assert len(set(few)) == 10
    assert set(few) <= set(whole[0].notes["train"])
    assert drawn_lines(whole[0], 500, 1) == whole[0].notes["train"]


def test_classes_by_the_top_feature(tmp_path: Path) -> None:
    assert same_stem("FGFR2", "FGFR4")
    assert same_stem("SMARCA4", "SMARCA2")
    assert not same_stem("G0001", "G0002")  # too short a stem to mean anything
    assert not same_stem("TP53", "TP53")
    assert biomarker_class("FGFR2", "expression", "FGFR4", None) == "paralog"
    assert biomarker_class("FGFR2", "mutation", "FGFR4", None) == "other mutation"
    assert biomarker_class("A", "copy_number", "A", None) == "own copy number"
    assert biomarker_class("A", "methylation", "cg01", None) == "other"
    path = tmp_path / "paralogs.tsv"
    path.write_text("gene\tparalog\nVPS4A\tVPS4B\n")
    pairs = read_paralogs(path)
    assert biomarker_class("VPS4B", "expression", "VPS4A", pairs) == "paralog"
    assert biomarker_class("FGFR2", "expression", "FGFR4", pairs) == "other expression"
    path.write_text("first\tsecond\nA\tB\n")
    with pytest.raises(InputError, match="gene and paralog"):
        read_paralogs(path)


def test_genes_are_the_best_predicted_ones_or_those_named() -> None:
    per_gene = pd.DataFrame({"gene": ["A", "B", "C", "D"], "r": [0.1, 0.5, np.nan, 0.9]})
    assert chosen_genes(2, per_gene, ["A", "B", "C"]) == (["B", "A"], [])
    assert chosen_genes(["C", "X"], per_gene, ["A", "B", "C"]) == (["C"], ["X"])


def test_agreement_with_planted_classes_is_beyond_chance_only_if_it_is() -> None:
    genes = [f"G{number}" for number in range(40)]
    planted = pd.Series(["self_expression", "mutation", "lineage", "no_effect"] * 10, genes)
    right = planted.map({"self_expression": "own expression", "mutation": "other mutation"}).fillna("lineage")
    table, summary = confusion(right, planted, 500, 1)
    assert table.loc["mutation", "other mutation"] == 10
    assert (summary["genes"], summary["right"]) == (30, 30)
    assert summary["p"] < 0.01
    assert 5 < summary["expected"] < 15
    shuffled = pd.Series(np.random.default_rng(3).permutation(right), genes)
    assert confusion(shuffled, planted, 500, 1)[1]["p"] > 0.05
    assert "30 of 30 genes" in texts(class_confusion(table, summary))


def test_settings_that_cannot_be_are_named() -> None:
    models = {
        "exp": {"kind": "grid", "omics": ["expression"]},
        "all": {"kind": "grid"},
        "five": {"kind": "grid", "omics": ["expression"], "members": 5},
        "default": {"kind": "kernel_network"},
    }
    config = {
        "analyses": ["signatures", "attribution"], "omics": ["expression", "mutation"],
        "models": models, "compare": ["exp", "all", "five", "default"], "analysed_model": "default",
        "signatures": {"model": "exp"}, "attribution": {"model": "default"},
    }  # fmt: skip
    assert list(check_analyses(config)) == []
    for name, words in {"all": "one omic", "five": "no members", "none": "not among compare"}.items():
        (problem,) = check_analyses(config | {"signatures": {"model": name}})
        assert words in problem
    (problem,) = check_analyses(config | {"attribution": {"model": "all"}})
    assert "must be of kind" in problem
    assert list(check_analyses(config | {"attribution": {"model": "all"}, "analyses": []})) == []
