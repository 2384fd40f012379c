"""Ensembles of seeds, heads that share nothing, and what genes are to a network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from test_network import CPU, FEATURES, WIDTHS, make_model, make_training

from deepdep.errors import InputError
from deepdep.models.base import TrainingSet
from deepdep.models.grid import Architecture
from deepdep.models.layers import encoder
from deepdep.models.separate import SeparateHeads
from deepdep.training import network
from deepdep.training.ensemble import SEED_STEP, Ensemble, members_of
from deepdep.training.loop import LoopSettings, Task, train
from deepdep.training.network import GridRegressor, gene_inputs
from deepdep.training.registry import build_model
from deepdep.training.separate import SeparateRegressor, SeparateSettings
from deepdep.training.state import Unfinished


def test_ensemble_is_the_mean_of_models_trained_alone() -> None:
    training = make_training()
    together = Ensemble([make_model("standardised") for _ in range(3)])
    together.fit(training)
    alone = []
    for number in range(3):
        model = make_model("standardised")
        model.fit(replace(training, seed=training.seed + SEED_STEP * number))
        alone.append(model.predict(training.design))
    np.testing.assert_allclose(together.predict(training.design), np.mean(alone, axis=0), rtol=1e-5)
    assert len({prediction.tobytes() for prediction in alone}) == 3
    for member, prediction in zip(members_of(together), alone, strict=True):
        np.testing.assert_array_equal(member.predict(training.design), prediction)
    assert together.codes(training.design).shape == (10, 3 * sum(widths[-1] for widths in WIDTHS.values()))


def test_ensemble_says_how_its_members_went() -> None:
    training = make_training()
    held_out = replace(training, validation_design=training.design, validation_labels=training.labels)
    together = Ensemble([make_model() for _ in range(3)])
    together.fit(held_out)
    each = [member.history() for member in together.members]
    mean = np.mean([frame["train"] for frame in each], axis=0)
    assert together.history()["train"].tolist() == pytest.approx(mean)
    best = sorted(member.trained.best_epoch for member in together.members)
    assert together.notes()["best_epoch"] == best[1]


def test_members_keep_their_unfinished_states_apart() -> None:
    settings = {"kind": "grid", "members": 2, "encoders": WIDTHS, "fingerprint": [6, 4], "head": [8, 8]}
    settings |= {"dropout": 0, "target": "raw", "lines_per_block": 4, "genes_per_block": 5, "epochs": 1}
    model = build_model(settings, CPU, Unfinished("there/model.safetensors", 1))
    paths = [member.unfinished.path for member in members_of(model)]
    assert paths == [Path(f"there/model_member{number}.safetensors") for number in range(2)]
    assert isinstance(build_model(settings | {"members": 1}, CPU), GridRegressor)


def test_gene_inputs() -> None:
    prints = np.array([[1, 0, 1], [0, 0, 1]], np.uint8)
    assert gene_inputs(prints, "fingerprint").tolist() == [[1, 0, 1], [0, 0, 1]]
    assert gene_inputs(prints, "identity").tolist() == [[1, 0], [0, 1]]
    assert gene_inputs(prints, "none").tolist() == [[1], [1]]


@pytest.mark.parametrize("kind", ["fingerprint", "identity", "none"])
def test_genes_of_one_fingerprint_differ_only_by_identity(kind: str) -> None:
    training = make_training(missing=0)
    prints = training.fingerprints.copy()
    prints[1] = prints[0]
    model = make_model(epochs=4)
    model.settings = replace(model.settings, gene_input=kind)
    model.fit(replace(training, fingerprints=prints))
    predicted = model.predict(training.design)
    same = np.allclose(predicted[:, 0], predicted[:, 1], rtol=1e-5)
    assert same == (kind != "identity")
    assert np.allclose(predicted, predicted[:, :1], rtol=1e-4) == (kind == "none")


# ---- one DepOI at a time


def make_separate(genes: int, **loop: float) -> SeparateRegressor:
    settings = LoopSettings(**{"epochs": 3, "learning_rate": 0.01, **loop})
    architecture = Architecture(WIDTHS, (), [8, 8])
    return SeparateRegressor(SeparateSettings(architecture, settings, "standardised", 4, genes), CPU)


def plain_heads(heads: SeparateHeads) -> list[torch.nn.Sequential]:
    """Write each gene's layers as an ordinary network."""
    found = []
    for gene in range(len(heads.biases[0])):
        layers: list[torch.nn.Module] = []
        for weight, bias in zip(heads.weights, heads.biases, strict=True):
            linear = torch.nn.Linear(weight.shape[1], weight.shape[2])
            linear.weight.data, linear.bias.data = weight[gene].data.T.clone(), bias[gene, 0].data.clone()
            layers += [linear, torch.nn.ReLU()]
        found.append(torch.nn.Sequential(*layers[:-1]))
    return found


def test_heads_and_their_gradients_equal_ordinary_networks() -> None:
    torch.manual_seed(1)
    heads, codes = SeparateHeads(6, [5, 4], 7), torch.randn(9, 6)
    for bias in heads.biases:
        bias.data.normal_()
    alone = plain_heads(heads)
    expected = torch.cat([one(codes) for one in alone], dim=1)
    found = heads(codes)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    found.square().mean().backward()
    expected.square().mean().backward()
    for place, weight in enumerate(heads.weights):
        own = torch.stack([one[2 * place].weight.grad.T for one in alone])
        torch.testing.assert_close(weight.grad, own, rtol=0, atol=1e-5)


def test_one_gene_at_a_time_is_a_network_of_its_own() -> None:
    """With ``genes_per_block`` 1 the first gene's head is that of an ordinary network on the codes."""
    training = make_training(genes=3, missing=0)
    model = make_separate(1, epochs=5)
    model.fit(training)
    torch.manual_seed(training.seed)
    generator = np.random.default_rng(training.seed)
    twin = make_separate(1)
    twin._build(dict(FEATURES))
    codes = torch.from_numpy(model.codes(training.design))
    (plain,) = plain_heads(SeparateHeads(codes.shape[1], [8, 8], 1))
    goal = torch.from_numpy((training.labels[:, :1] - model.center[:1]) / model.scale[:1])
    batches = network_batches(len(codes), generator)
    train(
        plain,
        Task(batches, lambda rows: (plain(codes[rows]) - goal[rows]).square().mean(), None),
        model.settings.loop,
        "plain",
    )
    with torch.no_grad():
        expected = plain(codes).numpy()[:, 0] * model.scale[0] + model.center[0]
    np.testing.assert_allclose(model.predict(training.design)[:, 0], expected, atol=1e-5)


def network_batches(lines: int, generator: np.random.Generator):
    """Return the batches of an epoch, four lines each, in random order."""
    return lambda: [
        torch.from_numpy(part) for part in np.array_split(generator.permutation(lines), -(-lines // 4))
    ]


def test_encoders_stay_and_heads_learn() -> None:
    training = make_training(lines=30, genes=4, missing=0.1)
    rng = np.random.default_rng(2)
    signal = training.design.values["copy_number"][:, :1]
    labels = (signal * [1, -1, 2, 0.5] + 0.05 * rng.normal(size=(30, 4))).astype(np.float32)
    torch.manual_seed(5)
    weights = {omic: state_of(encoder(5, WIDTHS[omic])) for omic in FEATURES}
    model = make_separate(4, epochs=150)
    model.fit(replace(training, labels=labels, pretrained=weights))
    for omic, own in weights.items():
        for name, array in state_of(model.encoder.encoders[omic]).items():
            np.testing.assert_array_equal(array, own[name])
    predicted = model.predict(training.design)
    has = training.design.present[:, 2] > 0
    assert all(np.corrcoef(predicted[has, gene], labels[has, gene])[0, 1] > 0.9 for gene in range(4))


def state_of(module: torch.nn.Module) -> dict[str, np.ndarray]:
    """Return a network's weights as arrays."""
    return {name: tensor.numpy().copy() for name, tensor in module.state_dict().items()}


def test_parts_stop_by_themselves_and_the_notes_have_their_median() -> None:
    training = make_training(genes=12)
    held_out = replace(training, validation_design=training.design, validation_labels=training.labels)
    model = make_separate(5, epochs=20, patience=1)
    model.fit(held_out)
    assert [len(heads.biases[0]) for heads in model.heads] == [4, 4, 4]
    assert model.notes()["best_epoch"] == np.median([trained.best_epoch for trained in model.trained])
    assert list(model.history()["epoch"]) == list(range(1, 1 + max(len(t.history) for t in model.trained)))


# ---- memory


def test_block_beyond_memory_is_refused_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "ACTIVATION_BYTES", 1e15)
    with pytest.raises(
        InputError, match=r"block of 4 lines x 5 genes takes about .* GB.*lower lines_per_block"
    ):
        make_model().fit(make_training())


def test_block_is_not_larger_than_the_grid() -> None:
    model = make_model()
    model.settings = replace(model.settings, lines_per_block=10**9, genes_per_block=10**9)
    model.fit(make_training())
    assert np.isfinite(model.predict(make_training().design)).all()


def test_batch_that_does_not_fit_while_it_runs_names_the_remedy() -> None:
    net = torch.nn.Linear(2, 1)
    task = Task(lambda: [0], lambda _: torch.empty(1 << 60).sum() + net.weight.sum(), None)
    with pytest.raises(InputError, match=r"batch does not fit into memory.*lower lines_per_block"):
        train(net, task, LoopSettings(epochs=1), "net")
    other = Task(lambda: [0], lambda _: net(torch.ones(3)).sum(), None)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        train(net, other, LoopSettings(epochs=1), "net")


def test_gene_without_labels_gets_finite_predictions() -> None:
    training = make_training()
    labels = training.labels.copy()
    labels[:, 3] = np.nan
    for model in (make_model("standardised"), make_separate(4)):
        model.fit(TrainingSet(**{**vars(training), "labels": labels}))
        assert np.isfinite(model.predict(training.design)).all()
    assert isinstance(model.history(), pd.DataFrame)
