"""Models on disk: what comes back is what was saved, and nothing else is taken for it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors import safe_open

from deepdep.errors import InputError
from deepdep.models.base import TrainingSet
from deepdep.prepare.cohort import Cohort, join_cohorts
from deepdep.prepare.transform import Scaling, Transform
from deepdep.training.checkpoint import (
    FittedModel,
    load_encoder,
    load_model,
    load_transform,
    save_encoder,
    save_model,
    save_transform,
)
from deepdep.training.loop import LoopSettings
from deepdep.training.pretrain import PretrainSettings, pretrain
from deepdep.training.registry import build_model

CPU = torch.device("cpu")
OMICS = ["mutation", "expression", "methylation", "copy_number"]  # not in alphabetical order
GENES = [f"G{number}" for number in range(9)]
SETTINGS = {
    "gene_mean": {"kind": "gene_mean"},
    "ridge": {"kind": "ridge", "penalties": [0.1, 1, 10], "omic_weights": [0, 0.3, 2], "sharing": 3},
    "kernel_ridge": {
        "kind": "kernel_ridge",
        "kernels": ["linear", "rbf", "rank", "lineage"],
        "rbf_widths": [0.3, 2],
        "kernel_weights": [0, 0.3, 2],
        "penalties": [0.1, 1, 10],
        "sharing": 3,
    },
    "lineage_mean": {"kind": "lineage_mean", "strengths": [1, 10]},
    "own_gene": {"kind": "own_gene", "penalties": [0.1, 1, 10]},
    "nearest_lines": {"kind": "nearest_lines", "neighbours": [2, 5, 20]},
    "pca_ridge": {"kind": "pca_ridge", "components": [2, 5, 50], "penalties": [0.1, 1, 10]},
    "elastic_net": {"kind": "elastic_net", "chosen_features": 4, "l1_ratio": 0.5, "penalties": 4, "folds": 3},
    "random_forest": {
        "kind": "random_forest",
        "chosen_features": 9,
        "trees": 4,
        "depth": 3,
        "leaf": 2,
        "threads": 1,
    },
    "confounders": {"kind": "confounders", "penalties": [0.1, 1, 10]},
    "multitask": {
        "kind": "multitask",
        "hidden": [6, 4],
        "dropout": 0.3,
        "epochs": 2,
        "patience": 3,
        "learning_rate": 0.01,
        "weight_decay": 0.01,
        "gradient_norm": 0.0,
        "target": "centred",
        "lines_per_block": 4,
        "members": 2,
    },
    "pairwise": {"kind": "pairwise", "learner": "ridge", "penalties": [0.1, 1, 10], "validation_share": 0.2},
    "grid": {
        "kind": "grid",
        "encoders": {omic: [6, 4] for omic in OMICS},
        "fingerprint": [5, 4],
        "head": [8, 8],
        "dropout": 0.3,
        "epochs": 2,
        "patience": 3,
        "learning_rate": 0.01,
        "weight_decay": 0.01,
        "gradient_norm": 1.0,
        "target": "standardised",
        "lines_per_block": 4,
        "genes_per_block": 4,
    },
}
SETTINGS["shared_kernel_ridge"] = SETTINGS["kernel_ridge"] | {"kind": "shared_kernel_ridge", "powers": [0, 1]}
SETTINGS["screened_ridge"] = {
    "kind": "screened_ridge",
    "chosen_features": 4,
    "penalties": [0.1, 1],
    "ranked": ["expression"],
}
SETTINGS["kernel_mixture"] = SETTINGS["shared_kernel_ridge"] | {
    "kind": "kernel_mixture",
    "chosen_features": 4,
    "chosen_penalties": [0.1, 1],
    "ranked": ["expression"],
    "parts": 2,
}
SETTINGS["kernel_network"] = SETTINGS["kernel_mixture"] | {
    "kind": "kernel_network",
    "hidden": [6, 4],
    "dropout": 0.3,
    "input_dropout": 0.1,
    "epochs": 3,
    "learning_rate": 0.01,
    "weight_decay": 0.01,
    "schedule": "one_cycle",
    "gradient_norm": 0.0,
    "lines_per_block": 4,
}
SETTINGS["ensemble"] = SETTINGS["grid"] | {"members": 3}
SETTINGS["pairwise_lasso"] = SETTINGS["pairwise"] | {"learner": "lasso", "penalties": [1e-2, 1e-3]}
SETTINGS["identity"] = SETTINGS["grid"] | {"gene_input": "identity"}
SETTINGS["separate"] = SETTINGS["grid"] | {"kind": "separate"}


def make_cohort(samples: int, domain: str = "cell_line", seed: int = 1) -> Cohort:
    """Make a cohort in which each omic has the same number of features, and some samples lack one."""
    rng = np.random.default_rng(seed)
    index = pd.Index([f"{domain}{row}" for row in range(samples)], name="sample")
    omics = {}
    for omic in OMICS:
        values = rng.normal(2, 3, (samples, 5)).astype(np.float32)
        values[rng.random(values.shape) < 0.1] = np.nan
        values[rng.random(samples) < 0.3] = np.nan
        omics[omic] = pd.DataFrame(values, index, [f"{omic[:3]}{n}" for n in range(5)])
    sheet = {"patient": index, "group": "lung", "domain": domain}
    if domain == "cell_line":
        sheet["confounder_medium"] = rng.choice(["RPMI", "DMEM", None], samples, p=[0.5, 0.4, 0.1])
    return Cohort(pd.DataFrame(sheet, index), omics)


def fit(kind: str, seed: int = 1) -> FittedModel:
    rng, lines = np.random.default_rng(seed), make_cohort(14)
    both = join_cohorts([lines, make_cohort(11, "tumor", 2)])
    transform = Transform.fit(both, Scaling(dict.fromkeys(OMICS, "per_domain"), 0.02))
    labels = rng.normal(size=(14, len(GENES))).astype(np.float32)
    labels[2, 3] = np.nan
    model = build_model(SETTINGS[kind], CPU)
    fingerprints = rng.integers(0, 2, (len(GENES), 6)).astype(np.uint8)
    model.fit(TrainingSet(transform.apply(lines), labels, GENES, fingerprints, lines.features, seed))
    notes = {"settings": SETTINGS[kind], "seed": seed, "train": list(lines.samples.index)}
    return FittedModel(model, transform, lines.features, GENES, notes)


@pytest.mark.parametrize("kind", list(SETTINGS))
def test_loaded_model_predicts_the_same_bytes(kind: str, tmp_path: Path) -> None:
    fitted, path = fit(kind), tmp_path / "model.safetensors"
    save_model(fitted, path)
    loaded = load_model(path, CPU)
    for cohort in (make_cohort(14), make_cohort(9, seed=5), make_cohort(8, "tumor", 6)):
        expected, found = fitted.predict(cohort), loaded.predict(cohort)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
        assert list(found.index) == list(cohort.samples.index)
        assert list(found.columns) == GENES
        assert found.dtypes.unique() == [np.float32]


@pytest.mark.parametrize("kind", list(SETTINGS))
def test_saving_a_loaded_model_again_gives_the_same_weights(kind: str, tmp_path: Path) -> None:
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    save_model(fit(kind), first)
    save_model(load_model(first, CPU), second)
    assert first.read_bytes() == second.read_bytes()


def test_notes_say_what_the_model_is(tmp_path: Path) -> None:
    save_model(fit("grid"), tmp_path / "model.safetensors")
    notes = json.loads((tmp_path / "model.json").read_text())
    assert notes["genes"] == GENES
    assert notes["features"] == make_cohort(2).features
    assert notes["settings"] == SETTINGS["grid"]
    assert notes["scaling"] == {"scope": dict.fromkeys(OMICS, "per_domain"), "winsorize": 0.02}
    assert [row["epoch"] for row in notes["history"]] == [1, 2]
    assert [row["validation"] for row in notes["history"]] == [None, None]  # json knows no NaN


@pytest.mark.parametrize("kind", list(SETTINGS))
@pytest.mark.parametrize("change", ["order", "name", "fewer", "omic"])
def test_cohort_with_other_features_is_refused(kind: str, change: str, tmp_path: Path) -> None:
    save_model(fit(kind), tmp_path / "model.safetensors")
    cohort = make_cohort(4)
    frame = cohort.omics["expression"]
    others = {
        "order": {"expression": frame.iloc[:, ::-1]},
        "name": {"expression": frame.rename(columns={"exp0": "exp9"})},
        "fewer": {"expression": frame.iloc[:, :4]},
    }
    omics = cohort.omics | others.get(change, {})
    if change == "omic":
        omics = {omic: omics[omic] for omic in OMICS[:3]}
    with pytest.raises(InputError, match=r"features are not those .* Remedy: "):
        load_model(tmp_path / "model.safetensors", CPU).predict(Cohort(cohort.samples, omics))


def test_cohort_with_omics_in_another_order_gets_the_same_predictions(tmp_path: Path) -> None:
    for kind in SETTINGS:
        save_model(fit(kind), tmp_path / "model.safetensors")
        loaded, cohort = load_model(tmp_path / "model.safetensors", CPU), make_cohort(6, seed=7)
        turned = Cohort(cohort.samples, {omic: cohort.omics[omic] for omic in sorted(OMICS)})
        pd.testing.assert_frame_equal(loaded.predict(turned), loaded.predict(cohort), check_exact=True)


def save_some_encoder(path: Path) -> dict[str, np.ndarray]:
    cohort = make_cohort(30)
    design = Transform.fit(cohort, Scaling(dict.fromkeys(OMICS, "shared"), 0)).apply(cohort)
    settings = PretrainSettings([6, 4], LoopSettings(epochs=2), batch=8)
    pretrained = pretrain(design, "expression", cohort.samples["patient"], settings, 1, CPU)
    save_encoder(pretrained, path, "expression", cohort.features["expression"], settings)
    return pretrained.encoder_arrays()


def test_encoder_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "expression.safetensors"
    weights = save_some_encoder(path)
    found = load_encoder(path, make_cohort(2).features["expression"])
    assert found.keys() == weights.keys()
    for name, array in weights.items():
        np.testing.assert_array_equal(found[name], array)
    notes = json.loads(path.with_suffix(".json").read_text())
    assert notes["settings"]["widths"] == [6, 4]
    assert len(notes["history"]) == 2


@pytest.mark.parametrize("names", [["exp1", "exp0", "exp2", "exp3", "exp4"], ["exp0"], []])
def test_encoder_of_other_features_is_refused(names: list[str], tmp_path: Path) -> None:
    save_some_encoder(tmp_path / "expression.safetensors")
    with pytest.raises(InputError, match=r"expression.safetensors: .*other features.* Remedy: "):
        load_encoder(tmp_path / "expression.safetensors", names)


def test_transform_round_trip(tmp_path: Path) -> None:
    both = join_cohorts([make_cohort(14), make_cohort(9, "tumor", 2)])
    scope = dict(zip(OMICS, ["none", "per_domain", "shared", "per_domain"], strict=True))
    transform = Transform.fit(both, Scaling(scope, 0.1))
    save_transform(transform, tmp_path / "scaling.safetensors", samples=23)
    loaded = load_transform(tmp_path / "scaling.safetensors")
    assert loaded.scaling == transform.scaling
    for omic, values in transform.apply(both).values.items():
        np.testing.assert_array_equal(loaded.apply(both).values[omic], values)


@pytest.mark.parametrize("kind", list(SETTINGS))
def test_nothing_is_pickled(kind: str, tmp_path: Path) -> None:
    fitted = fit(kind)
    save_model(fitted, tmp_path / "model.safetensors")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "model.safetensors"]
    with safe_open(tmp_path / "model.safetensors", framework="numpy") as file:
        assert set(file.keys()) == set(fitted.model.arrays() | fitted.transform.arrays())
    data = (tmp_path / "model.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    assert len(data) == 8 + length + max(ends)  # weights, and not one byte besides


@pytest.mark.parametrize("before", [True, False])
def test_failing_save_leaves_nothing_half_written(
    before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    if before:
        save_model(fit("gene_mean", seed=1), path)
    old = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def full_disk(target: Path, whole: bytes) -> None:
        with target.open("wb") as file:
            file.write(whole[: len(whole) // 2])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match="no space"):
        save_model(fit("gene_mean", seed=2), path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == old


def test_unknown_kind_of_model_is_refused() -> None:
    with pytest.raises(InputError, match=r"no model kind 'forest'.*gene_mean, ridge, kernel_ridge, shared"):
        build_model({"kind": "forest"}, CPU)
