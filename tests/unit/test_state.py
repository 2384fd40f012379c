"""The state of an unfinished training: all of it comes back, and nothing else is taken for it."""

import json
import logging
import os
import pickle
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from deepdep.models.base import TrainingSet
from deepdep.prepare.transform import Design
from deepdep.training import state
from deepdep.training.fit import model_settings
from deepdep.training.loop import LoopSettings, Task, train
from deepdep.training.pretrain import pretrain_settings
from deepdep.training.registry import build_model
from deepdep.training.state import Course, Parts, Unfinished, key_of, load_state, remove_state, save_state

ROOT = Path(__file__).resolve().parents[2]


class StoppedError(Exception):
    """What a test raises in the middle of an epoch, in place of a kill."""


@pytest.fixture
def place(tmp_path: Path) -> Unfinished:
    """Return where a state is kept, after every epoch."""
    return Unfinished(tmp_path / "unfinished/net.safetensors", 1, "this training")


def make_parts(seed: int = 1, steps: int = 3) -> Parts:
    """Make a network that has made some steps, so that nothing is as at the beginning."""
    torch.manual_seed(seed)
    net, generator = (
        nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 1)),
        np.random.default_rng(seed),
    )
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        net(torch.from_numpy(generator.normal(size=(5, 3)).astype(np.float32))).square().mean().backward()
        optimizer.step()
    return Parts(net, optimizer, generator)


def make_course(parts: Parts, epoch: int = 4) -> Course:
    """Make a course with all it can have."""
    rows = [{"epoch": n + 1, "train": 1 / (n + 3), "validation": float("nan")} for n in range(epoch)]
    best = {name: tensor + 1 for name, tensor in parts.network.state_dict().items()}
    return Course(epoch, 0.1 + 0.2, epoch - 1, rows, best)


def run(place: Unfinished | None, kill_at: int = -1, seed: int = 1) -> tuple[bytes, list[dict], int]:
    """Train ten epochs of three batches with dropout; return weights, losses and batches seen."""
    torch.manual_seed(seed)
    net, generator = (
        nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 1)),
        np.random.default_rng(seed),
    )
    seen = []

    def batches() -> Iterator[Tensor]:
        for _ in range(3):
            yield torch.from_numpy(generator.normal(size=(5, 3)).astype(np.float32))

    def loss(batch: Tensor) -> Tensor:
        seen.append(batch)
        if len(seen) == kill_at:
            raise StoppedError
        return (net(batch) - batch.sum(dim=1, keepdim=True)).square().mean()

    task = Task(batches, loss, None, generator)
    trained = train(net, task, LoopSettings(10, learning_rate=0.05), "net", place)
    weights = b"".join(tensor.numpy().tobytes() for tensor in net.state_dict().values())
    return weights, trained.history.drop(columns="validation").to_dict("records"), len(seen)


def killed(place: Unfinished, kill_at: int = 20) -> bytes:
    """Leave the state of a training that was stopped in its seventh epoch; return the file."""
    with pytest.raises(StoppedError):
        run(place, kill_at)
    return Path(place.path).read_bytes()


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    """Say whether two sets of tensors have the same names and the same values."""
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


# ---- all of it comes back


def test_everything_that_changes_comes_back(place: Unfinished):
    parts = make_parts()
    course = make_course(parts)
    save_state(place, course, parts)
    expected = {name: tensor.clone() for name, tensor in state.tensors_of(course, parts).items()}
    draws = torch.rand(3).tolist(), parts.generator.random(3).tolist()
    other = make_parts(seed=2, steps=1)
    found = load_state(place, other, "net")
    assert same(state.tensors_of(found, other), expected)
    assert json.dumps(found.rows) == json.dumps(course.rows)
    assert (found.epoch, found.best_loss, found.best_epoch) == (4, 0.1 + 0.2, 3)
    assert (torch.rand(3).tolist(), other.generator.random(3).tolist()) == draws
    kinds = {name.split("/")[-1] for name in expected if name.startswith("optimizer/")}
    assert kinds == {"step", "exp_avg", "exp_avg_sq"}


def test_next_step_is_the_one_that_would_have_been_made(place: Unfinished):
    parts, other = make_parts(), make_parts(seed=2)
    save_state(place, make_course(parts), parts)
    load_state(place, other, "net")
    for one in (parts, other):
        torch.manual_seed(5)
        one.optimizer.zero_grad()
        one.network(torch.ones(2, 3)).sum().backward()
        one.optimizer.param_groups[0]["lr"] = 0.01
        one.optimizer.step()
    assert same(parts.network.state_dict(), other.network.state_dict())
    assert not same(parts.network.state_dict(), make_parts().network.state_dict())


def test_state_before_any_step_and_without_validation(place: Unfinished):
    parts, other = (replace(make_parts(seed, steps=0), generator=None) for seed in (1, 2))
    save_state(place, Course(epoch=2), parts)
    found = load_state(place, other, "net")
    assert (found.epoch, found.best_epoch, found.best_weights) == (2, 0, {})
    assert same(other.network.state_dict(), parts.network.state_dict())


def test_training_goes_on_where_it_was_stopped(place: Unfinished):
    whole = run(None)
    killed(place)
    weights, history, seen = run(place)
    assert (weights, history) == whole[:2]
    assert (whole[2], seen) == (30, 30 - 6 * 3)
    assert not list(Path(place.path).parent.iterdir())


def test_state_is_kept_every_so_many_epochs_and_not_after_the_last(
    place: Unfinished, monkeypatch: pytest.MonkeyPatch
):
    epochs = []
    monkeypatch.setattr(
        "deepdep.training.loop.save_state", lambda _place, course, _parts: epochs.append(course.epoch)
    )
    for every, expected in ((1, list(range(1, 10))), (3, [3, 6, 9]), (5, [5]), (10, [])):
        epochs.clear()
        run(replace(place, every=every))
        assert epochs == expected


def test_training_without_a_place_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    run(None)
    assert list(tmp_path.iterdir()) == []


# ---- nothing else is taken for it


def anew(place: Unfinished, caplog: pytest.LogCaptureFixture) -> str:
    """Train where a state lies that must not be used; return what the log said of it."""
    caplog.clear()
    with caplog.at_level(logging.WARNING, "deepdep"):
        assert run(place) == run(None)
    assert not Path(place.path).exists()
    return caplog.text


def test_state_of_another_training_is_not_used(place: Unfinished, caplog: pytest.LogCaptureFixture):
    killed(place)
    said = anew(replace(place, key="another training"), caplog)
    assert "net: begins anew, " in said
    assert "net.safetensors is the state of another training" in said


def test_cut_off_or_flipped_state_is_not_used(place: Unfinished, caplog: pytest.LogCaptureFixture):
    whole, path = killed(place), Path(place.path)
    for at in (len(whole) - 1, len(whole) - 3000, len(whole) // 2, 300, 60, 2):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert "net.safetensors is damaged" in anew(place, caplog), at
    for length in (0, 4, 200, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert "net.safetensors is damaged" in anew(place, caplog), length


def test_header_and_tensors_of_different_epochs_are_not_used(
    place: Unfinished, caplog: pytest.LogCaptureFixture
):
    files = [killed(place, kill_at) for kill_at in (14, 17)]  # in epochs 5 and 6; states of 4 and 5
    starts = [8 + int.from_bytes(file[:8], "little") for file in files]
    mixed = files[0][: starts[0]] + files[1][starts[1] :]
    assert len(mixed) == len(files[0])
    Path(place.path).write_bytes(mixed)
    assert "net.safetensors is damaged (its parts do not belong together)" in anew(place, caplog)


def test_file_of_weights_alone_is_not_used(place: Unfinished, caplog: pytest.LogCaptureFixture):
    Path(place.path).parent.mkdir()
    save_file({"net/0.weight": torch.ones(4, 3)}, place.path)
    assert "net.safetensors is damaged" in anew(place, caplog)


class Trap:
    """An object whose unpickling leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


def test_pickle_is_never_read(place: Unfinished, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    sprung = tmp_path / "sprung"
    Path(place.path).parent.mkdir()
    for write in (lambda: torch.save(Trap(sprung), place.path), lambda: pickle_to(place.path, Trap(sprung))):
        write()
        assert "net.safetensors is damaged" in anew(place, caplog)
    assert not sprung.exists()


def pickle_to(path: str | Path, part: Trap) -> None:
    """Write a bare pickle."""
    Path(path).write_bytes(pickle.dumps(part))


def test_state_is_one_safetensors_file_with_json(place: Unfinished):
    killed(place)
    assert [path.name for path in Path(place.path).parent.iterdir()] == ["net.safetensors"]
    with safe_open(place.path, framework="numpy") as file:
        notes = json.loads(file.metadata()["notes"])
    assert (notes["epoch"], notes["key"]) == (6, "this training")
    assert notes["generator"]["bit_generator"] == "PCG64"


# ---- writing


@pytest.mark.parametrize("error", [OSError("unplugged"), KeyboardInterrupt()])
def test_stop_while_writing_leaves_the_state_of_before(
    place: Unfinished, error: BaseException, monkeypatch: pytest.MonkeyPatch
):
    before = killed(place)

    def half(path: Path, whole: bytes) -> None:
        with path.open("wb") as file:
            file.write(whole[: len(whole) // 2])
        raise error

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(type(error)):
        run(place)
    assert Path(place.path).read_bytes() == before
    monkeypatch.undo()
    assert run(place)[:2] == run(None)[:2]


def test_what_a_kill_left_half_written_is_removed_and_nothing_else(place: Unfinished):
    folder, here = Path(place.path).parent, socket.gethostname()
    folder.mkdir()
    ended, running = 9_999_999, os.getppid()  # no process has the first number: it is beyond Linux's largest
    beyond = "9" * 30
    stay = {f".{ended}@{here}.other.safetensors", "other.safetensors", f".{running}@{here}.net.safetensors"}
    gone = {f".{number}@{here}.net.safetensors" for number in (ended, beyond, os.getpid())}
    for name in {"net.safetensors"} | gone | stay:
        (folder / name).touch()
    remove_state(place)
    assert {path.name for path in folder.iterdir()} == stay
    remove_state(place)


# ---- keys


def make_training(**changes: object) -> TrainingSet:
    """Make a small training set."""
    values = {omic: np.arange(6, dtype=np.float32).reshape(2, 3) for omic in ("expression", "mutation")}
    observed = {omic: np.ones((2, 3), bool) for omic in values}
    features = {omic: ["a", "b", "c"] for omic in values}
    training = TrainingSet(
        Design(values, observed, np.ones((2, 2), np.float32)), np.ones((2, 2)), ["G", "H"], np.ones((2, 4)),
        features, 1,
    )  # fmt: skip
    return replace(training, **changes)


CHANGES = {
    "seed": {"seed": 2},
    "labels": {"labels": np.array([[1, 1], [1, 1.0000001]])},
    "labels' type": {"labels": np.ones((2, 2), np.float32)},
    "labels' shape": {"labels": np.ones((1, 4))},
    "genes": {"genes": ["H", "G"]},
    "features": {"features": {"expression": ["a", "c", "b"], "mutation": ["a", "b", "c"]}},
    "order of omics": {"features": {omic: ["a", "b", "c"] for omic in ("mutation", "expression")}},
    "validation": {"validation_labels": np.ones((2, 2))},
    "pretrained": {"pretrained": {"expression": {"weight": np.zeros(2)}}},
}


@pytest.mark.parametrize("change", CHANGES)
def test_key_tells_trainings_apart(change: str):
    settings = LoopSettings()
    assert key_of(settings, make_training()) == key_of(settings, make_training())
    assert key_of(settings, make_training(**CHANGES[change])) != key_of(settings, make_training())


def test_key_tells_settings_places_and_code_apart(monkeypatch: pytest.MonkeyPatch):
    place = Unfinished("somewhere", 5)
    settings = [LoopSettings(), LoopSettings(epochs=99), LoopSettings(precision="bfloat16")]
    keys = [place.of(setting, device).key for setting in settings for device in ("cpu", "cuda")]
    assert len(set(keys)) == 6
    assert replace(place, path="elsewhere", every=2).of(settings[0], "cpu").key == keys[0]
    monkeypatch.setattr(state, "CODE", ["another loop"])
    assert place.of(settings[0], "cpu").key != keys[0]


# ---- from the config


def test_config_reaches_the_loop_of_networks_and_no_baseline():
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    training = {"checkpoint_every": 3, "precision": "bfloat16", "compile": True}
    wanted = {"schedule": "cosine"}
    widths, models = config["pretrain"]["widths"], config["models"]
    settings = model_settings({**models["deepdep"], **wanted}, widths, 9, [], training)
    loops = [build_model(settings, torch.device("cpu")).settings.loop]
    loops.append(pretrain_settings({**config["pretrain"], **wanted}, "mutation", 9, training).loop)
    for loop in loops:
        assert (loop.epochs, loop.schedule, loop.precision, loop.compile) == (9, "cosine", "bfloat16", True)
    plain = build_model(model_settings(models["deepdep"], widths, None, []), torch.device("cpu"))
    assert plain.settings.loop == LoopSettings.of(models["deepdep"])
    assert (plain.settings.loop.schedule, plain.settings.loop.precision) == ("constant", "float32")
    assert not set(model_settings(models["ridge"], widths, 9, [], training)) & set(training)
