"""A network that was stopped, or killed with -9, ends with the very bytes of one that was not."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors import safe_open
from torch import Tensor

from deepdep.models import autoencoder
from deepdep.models.base import TrainingSet
from deepdep.models.grid import Architecture
from deepdep.models.layers import masked_mse
from deepdep.prepare.transform import Design
from deepdep.training import network, pretrain
from deepdep.training.loop import LoopSettings, Trained
from deepdep.training.network import GridRegressor, Settings
from deepdep.training.pretrain import PretrainSettings
from deepdep.training.state import Unfinished

CPU = torch.device("cpu")
ROOT = Path(__file__).resolve().parents[2]
OMICS = ("mutation", "expression")
Result = tuple[bytes, str, int]
Train = Callable[[Unfinished | None], Result]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Use one thread, here and in the killed programs."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class StoppedError(Exception):
    """What a test raises in the middle of an epoch."""


def make_design(lines: int, rng: np.random.Generator) -> Design:
    """Make two omics of noise, some of it not measured."""
    values = {omic: rng.normal(size=(lines, 6)).astype(np.float32) for omic in OMICS}
    observed = {omic: rng.random((lines, 6)) < 0.9 for omic in OMICS}
    return Design(values, observed, np.ones((lines, 2), np.float32))


def make_training(lines: int, validation: int) -> TrainingSet:
    """Make a training set of noise, with lines for early stopping where ``validation`` is not 0."""
    rng = np.random.default_rng(3)
    genes = [f"G{number}" for number in range(10)]
    features = {omic: [f"F{number}" for number in range(6)] for omic in OMICS}
    labels, sets = rng.normal(size=(lines, 10)), rng.integers(0, 2, (10, 5))
    training = TrainingSet(
        make_design(lines, rng), labels.astype(np.float32), genes, sets.astype(np.uint8), features, seed=4
    )
    if not validation:
        return training
    held = rng.normal(size=(validation, 10)).astype(np.float32)
    return replace(training, validation_design=make_design(validation, rng), validation_labels=held)


def result(arrays: dict[str, np.ndarray], trained: Trained) -> Result:
    """Return all of a training that could differ."""
    data = b"".join(name.encode() + arrays[name].tobytes() for name in sorted(arrays))
    return data, json.dumps(trained.history.to_dict("records")), trained.best_epoch


def train_grid(unfinished: Unfinished | None, validation: int = 6, **loop: float | str) -> Result:
    """Train a grid model with dropout, nine blocks an epoch; it stops early."""
    loop = {"epochs": 30, "patience": 6, "learning_rate": 0.001, "gradient_norm": 1.0, **loop}
    shape = Architecture({omic: [8, 4] for omic in OMICS}, [8, 4], [8, 8], dropout=0.3)
    settings = Settings(shape, LoopSettings(**loop), "standardised", 5, 4)
    model = GridRegressor(settings, CPU, unfinished)
    model.fit(make_training(15, validation))
    return result(model.arrays(), model.trained)


def train_final(unfinished: Unfinished | None) -> Result:
    """Train a grid model without validation, with a falling rate and in bfloat16."""
    return train_grid(unfinished, 0, epochs=12, schedule="cosine", precision="bfloat16", weight_decay=0.1)


def train_autoencoder(unfinished: Unfinished | None) -> Result:
    """Train an autoencoder, five batches and a validation an epoch; it stops early."""
    design = make_design(48, np.random.default_rng(5))
    settings = PretrainSettings([5, 2], LoopSettings(60, 4, 0.05), 8, 0.2, unfinished)
    people = pd.Series(np.arange(48).astype(str))
    found = pretrain.pretrain(design, "expression", people, settings, 4, CPU)
    weights = {name: tensor.numpy() for name, tensor in found.network.state_dict().items()}
    return result(weights, found.trained)


TRAININGS: dict[str, Train] = {"grid": train_grid, "final": train_final, "autoencoder": train_autoencoder}
LOSSES = {"grid": 9, "final": 9, "autoencoder": 6}  # computed in an epoch


def epoch_of(path: Path) -> int:
    """Return the epoch after which a state was saved."""
    with safe_open(path, framework="numpy") as file:
        return json.loads(file.metadata()["notes"])["epoch"]


def stop_after(monkeypatch: pytest.MonkeyPatch, losses: int) -> None:
    """Have the next training raise when it asks for one loss more than ``losses``."""
    count = iter(range(losses))

    def loss(*parts: Tensor) -> Tensor:
        if next(count, None) is None:
            raise StoppedError
        return masked_mse(*parts)

    for module in (network, pretrain, autoencoder):
        monkeypatch.setattr(module, "masked_mse", loss)


@pytest.mark.parametrize("name", TRAININGS)
def test_two_trainings_give_identical_bytes(name: str):
    assert TRAININGS[name](None) == TRAININGS[name](None)


def test_trainings_of_these_tests_stop_early_after_their_best_epoch():
    for name, most in (("grid", 30), ("autoencoder", 60)):
        _, history, best = TRAININGS[name](None)
        assert 10 < best < len(json.loads(history)) < most, name


@pytest.mark.parametrize("name", TRAININGS)
@pytest.mark.parametrize("epochs", [0, 3, 8, -1])
def test_stopped_training_ends_as_if_it_had_not_been(
    name: str, epochs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Stopped in the middle of an epoch: before the first state, after it, and after the best epoch."""
    whole = TRAININGS[name](None)
    epochs %= len(json.loads(whole[1]))
    place = Unfinished(tmp_path / "state.safetensors", 2)
    with monkeypatch.context() as patch:
        stop_after(patch, LOSSES[name] * epochs + 4)
        with pytest.raises(StoppedError):
            TRAININGS[name](place)
    assert Path(place.path).exists() == (epochs > 0)
    assert TRAININGS[name](place) == whole
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TRAININGS)
def test_training_stopped_again_and_again(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place, stops = Unfinished(tmp_path / "state.safetensors", 1), 0
    found = None
    while found is None:
        with monkeypatch.context() as patch:
            stop_after(patch, 25)
            try:
                found = TRAININGS[name](place)
            except StoppedError:
                stops += 1
        assert stops < 40
    assert stops > 3
    assert found == TRAININGS[name](None)


def start(folder: Path) -> subprocess.Popen:
    """Start this file as a program that trains."""
    path = {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    return subprocess.Popen([sys.executable, __file__, str(folder)], env={**os.environ, **path})


def wait_for_epoch(path: Path, epoch: int, child: subprocess.Popen) -> None:
    """Wait until a state of ``epoch`` or later is there."""
    end = time.monotonic() + 60
    while not path.exists() or epoch_of(path) < epoch:
        assert child.poll() is None, "the training ended before it was killed"
        assert time.monotonic() < end
        time.sleep(0.005)


def test_training_killed_with_9_ends_as_if_it_had_not_been(tmp_path: Path):
    path = tmp_path / "state.safetensors"
    for epoch in (2, 4):
        with start(tmp_path) as child:
            wait_for_epoch(path, epoch, child)
            child.send_signal(signal.SIGKILL)
        assert child.returncode == -signal.SIGKILL
        assert epoch_of(path) >= epoch
        assert not (tmp_path / "weights").exists()
    done = epoch_of(path)
    assert start(tmp_path).wait(60) == 0
    data, history, best = train_grid(None)
    assert (tmp_path / "weights").read_bytes() == data
    expected = [history, best, 9 * (len(json.loads(history)) - done)]  # the last child began after ``done``
    assert json.loads((tmp_path / "notes").read_text()) == expected
    assert sorted(file.name for file in tmp_path.iterdir()) == ["notes", "weights"]


def main(folder: Path) -> None:
    """Train, slowly, with the state in ``folder``; leave weights, losses and how many were computed."""
    count = 0

    def loss(*parts: Tensor) -> Tensor:
        nonlocal count
        count += 1
        time.sleep(0.01)
        return masked_mse(*parts)

    torch.set_num_threads(1)
    network.masked_mse = loss
    data, history, best = train_grid(Unfinished(folder / "state.safetensors", 1))
    (folder / "weights").write_bytes(data)
    (folder / "notes").write_text(json.dumps([history, best, count]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
