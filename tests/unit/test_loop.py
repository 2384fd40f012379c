"""The training loop: when it stops, which weights it keeps, how it steps and what it refuses."""

import logging
import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from deepdep.training.loop import LoopSettings, Task, compile_network, train
from deepdep.training.state import Parts


def make_net() -> nn.Linear:
    torch.manual_seed(1)
    return nn.Linear(3, 1)


def squared(net: nn.Module, batch: Tensor) -> Tensor:
    return (net(batch) - 2).square().mean()


def scripted(net: nn.Linear, losses: Sequence[float]) -> tuple[Task, list[Tensor]]:
    """Make a task whose validation losses are given; the weights of each epoch are collected."""
    seen: list[Tensor] = []

    def validate() -> float:
        seen.append(net.weight.detach().clone())
        return losses[len(seen) - 1]

    data = torch.ones(4, 3)
    return Task(lambda: [data], lambda batch: squared(net, batch), validate), seen


def test_stops_after_patience_and_keeps_the_best_weights() -> None:
    net = make_net()
    task, seen = scripted(net, [5.0, 3.0, 4.0, 3.5, 0.1])
    trained = train(net, task, LoopSettings(epochs=10, patience=2), "net")
    assert trained.history["epoch"].tolist() == [1, 2, 3, 4]
    assert trained.history["validation"].tolist() == [5.0, 3.0, 4.0, 3.5]
    assert trained.best_epoch == 2
    assert torch.equal(net.weight, seen[1])
    assert not torch.equal(seen[1], seen[3])


@pytest.mark.parametrize(("patience", "epochs"), [(1, 2), (3, 6), (4, 7), (5, 8)])
def test_patience_counts_epochs_since_the_best(patience: int, epochs: int) -> None:
    net = make_net()
    task, _ = scripted(net, [2.0, 2.0, 1.0, 3.0, 3.0, 3.0, 3.0, 0.5])
    trained = train(net, task, LoopSettings(epochs=8, patience=patience), "net")
    assert len(trained.history) == epochs


def test_best_weights_are_kept_when_the_epochs_run_out() -> None:
    net = make_net()
    task, seen = scripted(net, [2.0, 1.0, 3.0])
    trained = train(net, task, LoopSettings(epochs=3, patience=100), "net")
    assert (trained.best_epoch, len(trained.history)) == (2, 3)
    assert torch.equal(net.weight, seen[1])


def test_without_validation_all_epochs_run_and_the_last_weights_stay() -> None:
    net, by_hand = make_net(), make_net()
    data = torch.randn(8, 3, generator=torch.Generator().manual_seed(2))
    task = Task(lambda: data.split(4), lambda batch: squared(net, batch), None)
    trained = train(net, task, LoopSettings(epochs=5, patience=1, learning_rate=0.05), "net")
    optimizer = torch.optim.Adam(by_hand.parameters(), lr=0.05)
    for _ in range(5):
        for batch in data.split(4):
            optimizer.zero_grad()
            squared(by_hand, batch).backward()
            optimizer.step()
    torch.testing.assert_close(net.weight, by_hand.weight)
    assert trained.best_epoch == len(trained.history) == 5
    assert trained.history["validation"].isna().all()


def test_history_holds_the_mean_loss_of_the_batches() -> None:
    net = make_net()
    losses = iter([1.0, 2.0, 6.0, 4.0])
    task = Task(lambda: [0, 1], lambda _: net.weight.sum() * 0 + next(losses), None)
    trained = train(net, task, LoopSettings(epochs=2), "net")
    assert trained.history["train"].tolist() == [1.5, 5.0]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_loss_that_is_not_finite_names_epoch_and_batch(bad: float) -> None:
    net = make_net()
    count = iter(range(100))
    # three batches an epoch: the eighth loss is batch 1 of epoch 3, counted from 0
    task = Task(lambda: range(3), lambda _: net.weight.sum() * (bad if next(count) == 7 else 1), None)
    with pytest.raises(FloatingPointError, match="epoch 3, batch 1"):
        train(net, task, LoopSettings(epochs=5), "net")


def test_validation_loss_that_is_not_finite_names_the_epoch() -> None:
    net = make_net()
    task, _ = scripted(net, [1.0, float("nan"), 0.5])
    with pytest.raises(FloatingPointError, match="validation loss is nan in epoch 2"):
        train(net, task, LoopSettings(epochs=3), "net")


def test_validation_sees_the_network_without_dropout_and_without_gradients() -> None:
    net = nn.Sequential(nn.Linear(3, 1), nn.Dropout(0.5))
    modes = []

    def validate() -> float:
        modes.append((net.training, torch.is_grad_enabled()))
        return 1.0

    def loss(batch: Tensor) -> Tensor:
        modes.append((net.training, torch.is_grad_enabled()))
        return squared(net, batch)

    train(net, Task(lambda: [torch.ones(2, 3)], loss, validate), LoopSettings(epochs=2), "net")
    assert modes == [(True, True), (False, False)] * 2


def test_gradient_norm_limits_the_step() -> None:
    seen = []
    for limit in (0.0, 1e-3):
        net = make_net()
        task = Task(lambda: [torch.ones(4, 3)], lambda batch, net=net: 1e3 * squared(net, batch), None)
        train(net, task, LoopSettings(epochs=1, gradient_norm=limit), "net")
        seen.append(torch.cat([p.grad.flatten() for p in net.parameters()]).norm().item())
    assert seen[0] > 1
    assert seen[1] == pytest.approx(1e-3, rel=1e-3)


def test_weight_decay_is_decoupled() -> None:
    net = make_net()
    before = net.weight.detach().clone()
    task = Task(lambda: [0], lambda _: net.weight.sum() * 0 + net.bias.sum() * 0, None)
    train(net, task, LoopSettings(epochs=1, learning_rate=0.1, weight_decay=0.5), "net")
    torch.testing.assert_close(net.weight.detach(), before * (1 - 0.1 * 0.5))


# ---- schedule


def test_settings_are_those_that_a_config_has_and_defaults() -> None:
    config = {"kind": "grid", "epochs": 7, "schedule": "cosine", "precision": "bfloat16", "compile": True}
    expected = LoopSettings(7, schedule="cosine", precision="bfloat16", compile=True)
    assert LoopSettings.of(config) == expected
    assert LoopSettings.of({}) == LoopSettings()


def test_cosine_falls_from_the_learning_rate_to_nothing_over_the_epochs() -> None:
    settings = LoopSettings(epochs=4, learning_rate=0.8, schedule="cosine")
    rates = [settings.rate(epoch) for epoch in range(1, 6)]
    assert rates == pytest.approx([0.8, 0.4 + 0.2 * math.sqrt(2), 0.4, 0.4 - 0.2 * math.sqrt(2), 0])
    assert [LoopSettings(4, learning_rate=0.8).rate(epoch) for epoch in (1, 4)] == [0.8, 0.8]


def test_cosine_is_the_one_of_torch() -> None:
    net, by_hand = make_net(), make_net()
    data = torch.randn(8, 3, generator=torch.Generator().manual_seed(2))
    task = Task(lambda: data.split(4), lambda batch: squared(net, batch), None)
    train(net, task, LoopSettings(epochs=6, learning_rate=0.05, schedule="cosine"), "net")
    optimizer = torch.optim.AdamW(by_hand.parameters(), lr=0.05, weight_decay=0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)
    for _ in range(6):
        for batch in data.split(4):
            optimizer.zero_grad()
            squared(by_hand, batch).backward()
            optimizer.step()
        schedule.step()
    torch.testing.assert_close(net.weight, by_hand.weight)


# ---- precision, compiling, determinism


def train_deep(**settings: float | str | bool) -> tuple[nn.Module, list[dict[str, float]]]:
    """Train a network with dropout on shuffled batches, with validation; return it and its losses."""
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 1))
    generator = np.random.default_rng(3)
    data = torch.from_numpy(generator.normal(size=(64, 6)).astype(np.float32))

    def loss(rows: Tensor) -> Tensor:
        return (net(rows) - rows[:, :2].sum(dim=1, keepdim=True)).square().mean()

    def batches() -> Iterator[Tensor]:
        yield from data[torch.from_numpy(generator.permutation(64))].split(16)

    def validate() -> float:
        kinds.append(net(data[:1]).dtype)
        return loss(data).item()

    kinds: list[torch.dtype] = []
    task = Task(batches, loss, validate, generator)
    trained = train(net, task, LoopSettings(epochs=20, learning_rate=0.01, **settings), "deep")
    assert set(kinds) == {torch.float32}
    return net, trained.history.to_dict("records")


def test_two_runs_give_identical_bytes() -> None:
    (first, losses), (second, again) = train_deep(), train_deep()
    assert losses == again
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert one.detach().numpy().tobytes() == other.detach().numpy().tobytes()


def test_bfloat16_is_close_to_float32_and_keeps_weights_and_validation_in_float32() -> None:
    (net, full), (low, found) = train_deep(), train_deep(precision="bfloat16")
    assert {weight.dtype for weight in low.parameters()} == {torch.float32}
    assert found != full
    assert full[-1]["validation"] < 0.2 * full[0]["validation"]  # it has learned something
    for row, expected in zip(found, full, strict=True):
        assert row["validation"] == pytest.approx(expected["validation"], rel=0.1, abs=0.02)
    for one, other in zip(low.parameters(), net.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0.1, atol=0.05)


def test_bfloat16_is_used_for_training_batches_and_the_loss_is_checked() -> None:
    net = make_net()
    seen = []

    def loss(batch: Tensor) -> Tensor:
        seen.append(net(batch).dtype)
        return net(batch).float().mean() * float("nan")

    task = Task(lambda: [torch.ones(4, 3)], loss, None)
    with pytest.raises(FloatingPointError, match="epoch 1, batch 0"):
        train(net, task, LoopSettings(precision="bfloat16"), "net")
    assert seen == [torch.bfloat16]


def test_compiling_is_left_out_on_a_cpu_and_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "deepdep"):
        _, losses = train_deep(compile=True)
    assert "deep: not compiled, because the device is the CPU" in caplog.text
    assert losses == train_deep()[1]


def test_compiling_on_a_gpu_is_in_place_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    net, compiled = make_net(), []

    def in_place(module: nn.Module) -> None:
        compiled.append(module)

    monkeypatch.setattr(Parts, "device", torch.device("cuda"))
    monkeypatch.setattr(nn.Module, "compile", in_place)
    parts = Parts(net, torch.optim.AdamW(net.parameters()), None)
    with caplog.at_level(logging.INFO, "deepdep"):
        for wanted in (False, True):
            compile_network(parts, LoopSettings(compile=wanted), "net")
    assert compiled == [net]
    assert caplog.text.count("net: compiled by torch.compile") == 1
