"""Pretraining of autoencoders: who is held out, what counts in the loss."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.decomposition import PCA

from deepdep.errors import InputError
from deepdep.models.autoencoder import VariationalAutoencoder
from deepdep.prepare.transform import Design
from deepdep.training.loop import LoopSettings
from deepdep.training.pretrain import (
    Pretrained,
    PretrainSettings,
    batches,
    pca_loss,
    pretrain,
    pretrain_settings,
    split_patients,
)

CPU = torch.device("cpu")


def make_design(samples: int = 40, features: int = 8, seed: int = 1) -> Design:
    """Make a design of one omic in which a fifth of the values, and three samples, are missing."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(samples, 2)) @ rng.normal(size=(2, features))
    observed = rng.random(values.shape) < 0.8
    observed[[3, 17, 30]] = False
    values = np.where(observed, values, 0).astype(np.float32)
    return Design({"expression": values}, {"expression": observed}, np.ones((samples, 1), np.float32))


def run(design: Design, patients: pd.Series | None = None, seed: int = 1, **loop: float) -> Pretrained:
    rows = len(design.present)
    patients = pd.Series(np.arange(rows).astype(str)) if patients is None else patients
    settings = PretrainSettings(
        [6, 3], LoopSettings(**{"epochs": 4, "learning_rate": 0.01, **loop}), batch=8, validation_share=0.2
    )
    return pretrain(design, "expression", patients, settings, seed, CPU)


def run_kind(kind: str, **more: float) -> Pretrained:
    patients = pd.Series(np.arange(200).astype(str))
    loop = LoopSettings(epochs=60, patience=60, learning_rate=0.01)
    settings = PretrainSettings([6, 3], loop, batch=32, validation_share=0.2, kind=kind, **more)
    return pretrain(make_design(200), "expression", patients, settings, 1, CPU)


def same_weights(first: Pretrained, second: Pretrained) -> bool:
    pairs = zip(first.network.state_dict().values(), second.network.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_split_keeps_patients_whole_and_takes_their_share() -> None:
    patients = np.repeat([f"P{n}" for n in range(20)], np.arange(20) % 3 + 1)
    for seed in range(20):
        held_out = split_patients(patients, 0.25, np.random.default_rng(seed))
        assert not set(patients[held_out]) & set(patients[~held_out])
        assert len(set(patients[held_out])) == 5


def test_split_holds_out_at_least_one_and_never_all() -> None:
    for share in (0.0, 0.001, 0.5):
        assert split_patients(np.array(["a", "b"]), share, np.random.default_rng(1)).sum() == 1


@pytest.mark.parametrize("samples", [0, 3])
def test_too_few_patients_are_refused(samples: int) -> None:
    with pytest.raises(InputError, match=rf"^{min(samples, 1)} patients .* Remedy: "):
        split_patients(np.array(["one"] * samples), 0.1, np.random.default_rng(1))


def test_batches_hold_every_row_once() -> None:
    rows = np.array([2, 3, 5, 7, 11, 13, 17])
    parts = list(batches(rows, 3, np.random.default_rng(1)))
    assert sorted(torch.cat(parts).tolist()) == rows.tolist()
    assert [len(part) for part in parts] == [3, 2, 2]


def test_counts_of_either_role_leave_out_samples_without_the_omic() -> None:
    found = run(make_design())
    assert (found.train_samples, found.validation_samples) == (30, 7)  # 37 have the omic, 20 % of them


def test_samples_without_the_omic_do_not_matter() -> None:
    plain, odd = make_design(), make_design()
    odd.values["expression"][[3, 17, 30]] = 1000
    assert same_weights(run(plain), run(odd))


def test_reported_loss_counts_measured_values_of_held_out_patients_alone() -> None:
    design = make_design()
    found = run(design)
    rows = np.flatnonzero(design.observed["expression"].any(axis=1))
    held = rows[split_patients(rows.astype(str), 0.2, np.random.default_rng(1))]
    values, seen = design.values["expression"][held], design.observed["expression"][held]
    with torch.no_grad():
        rebuilt = found.network(torch.from_numpy(values)).numpy()
    error = np.square(rebuilt - values)[seen].mean()
    assert seen.mean() < 0.95
    assert error == pytest.approx(found.trained.history["validation"].min(), rel=1e-5)


def test_feature_that_is_never_measured_is_not_fitted() -> None:
    design = make_design()
    design.values["expression"][:, 2], design.observed["expression"][:, 2] = 0, False
    last = run(design, epochs=6).network.decoder[-1]
    assert last.bias[2].item() == 0  # as it started: nothing pulls the output of this feature anywhere
    assert (last.bias[[0, 1, 3, 4, 5, 6, 7]] != 0).all()


def test_siblings_are_on_the_same_side() -> None:
    design = make_design(samples=40)
    patients = pd.Series(np.repeat([f"P{n}" for n in range(10)], 4))
    found = run(design, patients)
    held = split_patients(np.delete(patients.to_numpy(), [3, 17, 30]), 0.2, np.random.default_rng(1))
    assert (found.train_samples, found.validation_samples) == ((~held).sum(), held.sum())


def test_seed_decides() -> None:
    design = make_design()
    assert same_weights(run(design), run(design))
    assert not same_weights(run(design), run(design, seed=2))
    first, second = (run(design, seed=seed, learning_rate=0.0) for seed in (1, 2))
    assert not same_weights(first, second)  # before any step: the seed draws the weights too


def test_encoder_arrays_are_the_encoder_alone() -> None:
    arrays = run(make_design()).encoder_arrays()
    shapes = {name: array.shape for name, array in arrays.items()}
    assert shapes == {
        "0.linear.weight": (6, 8),
        "0.linear.bias": (6,),
        "1.linear.weight": (3, 6),
        "1.linear.bias": (3,),
    }


def test_settings_come_from_the_config_and_a_limit_shortens_them() -> None:
    config = {
        "widths": {"expression": [9, 4], "mutation": [7]},
        "epochs": 50,
        "patience": 6,
        "batch": 32,
        "learning_rate": 0.002,
        "weight_decay": 0.1,
        "validation_share": 0.3,
        "kind": "masked",
        "masked_share": 0.4,
        "kl_weight": 0.5,
    }
    found = pretrain_settings(config, "expression", None)
    assert found == PretrainSettings(
        [9, 4], LoopSettings(50, 6, 0.002, 0.1), 32, 0.3, None, "masked", 0.4, 0.5
    )
    assert pretrain_settings(config, "mutation", 3).loop.epochs == 3
    assert pretrain_settings(config, "mutation", 300).loop.epochs == 50


def test_loss_of_principal_components_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(60, 20)) * np.linspace(3, 0.1, 20)
    values = values.astype(np.float32)
    training, validation = values[:50], values[50:]
    observed = rng.random(validation.shape) < 0.7
    pca = PCA(3).fit(training)
    rebuilt = pca.inverse_transform(pca.transform(validation))
    expected = np.square(rebuilt - validation)[observed].mean()
    torch.manual_seed(1)
    parts = (torch.from_numpy(part) for part in (training, validation, observed))
    found = pca_loss(*parts, PretrainSettings([6, 3], LoopSettings()))
    assert found == pytest.approx(expected, rel=1e-3)


def test_two_factors_are_rebuilt_by_three_components() -> None:
    """The design has two factors and gaps, which count as 0: the PCA does better than nothing."""
    trained = run(make_design())
    assert 0 < trained.pca_loss < 0.5 * np.square(make_design().values["expression"]).mean()


KINDS = {"autoencoder": {}, "masked": {"masked_share": 0.3}, "variational": {"kl_weight": 0.001}}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_learns_and_gives_the_same_encoder(kind: str) -> None:
    trained = run_kind(kind, **KINDS[kind])
    losses = trained.trained.history["validation"]
    assert losses.min() < 0.6 * losses.iloc[0]
    shapes = {name: array.shape for name, array in trained.encoder_arrays().items()}
    assert shapes == {name: array.shape for name, array in run(make_design()).encoder_arrays().items()}


@pytest.mark.parametrize("kind", KINDS)
def test_validation_is_not_random_and_training_is_where_it_should_be(kind: str) -> None:
    network = run_kind(kind, **KINDS[kind]).network
    values = torch.from_numpy(make_design(200).values["expression"])
    observed = torch.ones_like(values, dtype=torch.bool)
    network.eval()
    assert torch.equal(network(values), network(values))
    drawn = [network.objective(values, observed).item() for _ in range(2)]
    assert (drawn[0] == drawn[1]) == (kind == "autoencoder")


def test_masked_inputs_are_made_up_for_by_the_others() -> None:
    """With a third of the inputs gone, the network that was trained so is the better one."""
    values = torch.from_numpy(make_design(200).values["expression"])
    hidden = values * (torch.rand(values.shape, generator=torch.Generator().manual_seed(3)) >= 0.3)
    errors = {}
    for kind in ("autoencoder", "masked"):
        network = run_kind(kind, **KINDS[kind]).network.eval()
        errors[kind] = (network(hidden) - values).square().mean().item()
    assert errors["masked"] < errors["autoencoder"]


def test_divergence_of_a_standard_normal_code_is_none() -> None:
    network = VariationalAutoencoder(8, [6, 3], 1.0)
    for layer in (network.mean, network.log_variance):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    values, observed = torch.randn(16, 8), torch.ones(16, 8, dtype=torch.bool)
    torch.manual_seed(1)
    flat = network.objective(values, observed).item()
    torch.manual_seed(1)
    network.weight = 100.0
    assert network.objective(values, observed).item() == pytest.approx(flat)
    torch.nn.init.constant_(network.mean.bias, 2.0)  # divergence 3 x 2^2 / 2, over 8 features
    torch.manual_seed(1)
    far = network.objective(values, observed).item()
    torch.manual_seed(1)
    network.weight = 0.0
    assert far - network.objective(values, observed).item() == pytest.approx(100 * 6 / 8, rel=1e-4)
