"""Models of a user's own: built from a file of the study, refused in words, and nobody else's code."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from test_checkpoint import make_cohort

from deepdep.errors import InputError
from deepdep.models.base import gene_means
from deepdep.prepare.transform import Scaling, Transform
from deepdep.training.checkpoint import FittedModel, load_model, save_model
from deepdep.training.fit import Lines, Study, fit_model, model_settings
from deepdep.training.registry import build_model

CPU = torch.device("cpu")
SMOOTHER = Path(__file__).parents[1] / "docs/examples/model/kernel_smoother.py"
OWN = {"kind": "own", "code": "own/smoother.py", "class": "KernelSmoother", "settings": {"width": 0.5}}


@pytest.fixture(autouse=True)
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the code of a model below a working directory."""
    (tmp_path / "study/own").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "study")
    return Path(shutil.copy2(SMOOTHER, "own/smoother.py"))


def fitted(settings: dict[str, Any]) -> tuple[FittedModel, Study]:
    """Fit a model as a training rule does."""
    cohort, rng = make_cohort(14), np.random.default_rng(1)
    dependency = pd.DataFrame(rng.normal(size=(14, 3)), cohort.samples.index, ["A", "B", "C"])
    fingerprints = pd.DataFrame(np.ones((3, 2), np.uint8), ["A", "B", "C"])
    reference = Transform.fit(cohort, Scaling(dict.fromkeys(cohort.omics, "per_domain"), 0.02))
    study = Study(cohort, make_cohort(4, "tumor"), dependency, fingerprints, reference, {})
    full = model_settings(settings, {}, None, [])
    return fit_model(study, Lines(list(cohort.samples.index)), full, 1, CPU), study


def test_own_class_learns_is_stored_and_predicts_the_same(tmp_path: Path):
    model, study = fitted(OWN)
    save_model(model, tmp_path / "m.safetensors")
    scores = load_model(tmp_path / "m.safetensors", CPU).predict(study.cohort)
    np.testing.assert_array_equal(scores, model.predict(study.cohort))
    labels = study.dependency.to_numpy()
    # near the line itself, and never far from all lines: between the gene's mean and its own label
    assert np.corrcoef((scores - gene_means(labels)).to_numpy().ravel(), labels.ravel())[0, 1] > 0.5
    wide, _ = fitted(OWN | {"settings": {"width": 1e6}})
    np.testing.assert_allclose(wide.predict(study.cohort), [gene_means(labels)] * 14, atol=1e-5)


def test_floor_and_settings_go_with_it():
    shuffled, study = fitted(OWN | {"shuffle_labels": True, "settings": {"width": 0.01}})
    labels = study.dependency.to_numpy()
    scores = shuffled.predict(study.cohort).to_numpy()
    nearest = [int(np.abs(labels - row).sum(axis=1).argmin()) for row in scores]
    assert sorted(nearest) == list(range(14))  # each line got the labels of one line
    assert nearest != list(range(14))


def test_checkpoint_is_refused_by_code_that_was_changed(code: Path, tmp_path: Path):
    model, _ = fitted(OWN)
    save_model(model, tmp_path / "m.safetensors")
    code.write_text(code.read_text() + "# edited\n")
    with pytest.raises(InputError, match=r"smoother\.py: not the code .*trained with.*run the study"):
        load_model(tmp_path / "m.safetensors", CPU)


@pytest.mark.parametrize("place", ["/elsewhere.py", "../elsewhere.py", "own/../../elsewhere.py"])
def test_code_outside_the_working_directory_is_never_run(place: str, tmp_path: Path):
    sprung = tmp_path / "sprung"
    path = Path(str(tmp_path) + place if place.startswith("/") else place)
    path.write_text(f"open({str(sprung)!r}, 'w')\n")
    with pytest.raises(InputError, match=r"elsewhere\.py: not below"):
        build_model(OWN | {"code": str(path)}, CPU)
    assert not sprung.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "own/other.py"}, r"own/other\.py: no such file"),
        ({"class": "Smoother"}, r"own/smoother\.py: no class Smoother"),
        ({"class": "np"}, r"own/smoother\.py: no class np"),
        ({"class": "Any"}, r"Any has no fit, predict, codes, arrays, restore, notes, history"),
        ({"settings": {}}, "KernelSmoother and its settings do not go together: missing a required .*width"),
        ({"settings": {"width": 1, "depth": 2}}, "do not go together: got an unexpected .*depth"),
    ],
)
def test_what_cannot_be_built_is_told(change: dict[str, Any], words: str):
    with pytest.raises(InputError, match=f"{words}.* Remedy: "):
        build_model(OWN | change, CPU)


def test_code_may_have_dataclasses(code: Path):
    """They look for the module that they were written in."""
    head = "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    text = code.read_text().replace("class KernelSmoother:", "class Smoother:")
    code.write_text(f"{head}{text}\n\n@dataclass\nclass KernelSmoother(Smoother):\n    width: float\n")
    assert build_model(OWN, CPU).notes() == {"width": 0.5}
