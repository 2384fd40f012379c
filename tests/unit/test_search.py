"""The search for widths: what it finds, what it keeps through a kill, what it refuses."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest
import torch

from deepdep.errors import InputError
from deepdep.plot.page import table_page
from deepdep.plot.search import LEAD, readable_trials
from deepdep.prepare.transform import Design
from deepdep.training import search
from deepdep.training.loop import LoopSettings, Trained
from deepdep.training.pretrain import PretrainSettings, pretrain, searched_widths
from deepdep.training.search import (
    COLUMNS,
    Found,
    SearchSettings,
    draw_combinations,
    save_search,
    search_settings,
    search_widths,
    trial_seed,
    winner_of,
)

CPU = torch.device("cpu")
PUBLISHED = [[1000, 500, 200], [200, 100, 50], [50, 20, 10]]
Train = Callable[..., Trained]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Train with one thread: networks as small as these wait for more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def make_design(samples: int = 120, features: int = 20, rank: int = 6) -> Design:
    """Make a design of one omic whose values have few directions and a little noise."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=(samples, rank)) @ rng.normal(size=(rank, features)) / np.sqrt(rank)
    values = (values + 0.05 * rng.normal(size=values.shape)).astype(np.float32)
    observed = np.ones(values.shape, bool)
    observed[[3, 17]] = False
    return Design({"expression": values}, {"expression": observed}, np.ones((samples, 1), np.float32))


def make_settings(folder: Path, epochs: int = 4, trials: int = 6, **loop: Any) -> SearchSettings:
    """Make settings of a small search; ``loop`` as of a training."""
    trained = LoopSettings(**{"epochs": epochs, "patience": epochs, "learning_rate": 0.005, **loop})
    pretraining = PretrainSettings((), trained, batch=16, validation_share=0.2)
    return SearchSettings(trials, [[24, 16], [12, 8], [6, 2, 1]], pretraining, folder / "u/expression.log")


def run(settings: SearchSettings, seed: int = 1, design: Design | None = None) -> Found:
    """Search on the planted design, every sample a patient."""
    design = design or make_design()
    patients = pd.Series(np.arange(len(design.present)).astype(str))
    return search_widths(design, "expression", patients, settings, seed, CPU)


def timeless(found: Found) -> pd.DataFrame:
    """Return the trials without the seconds they took."""
    return found.table.drop(columns="seconds")


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return what makes the trainings of some trials end with an error; it gives the list of labels."""

    def spoil(error: BaseException, *numbers: int) -> list[str]:
        labels: list[str] = []
        train: Train = search.train

        def fake(network: torch.nn.Module, task: Any, settings: LoopSettings, label: str) -> Trained:
            labels.append(label)
            if len(labels) in numbers:
                task.after_epoch(1, 0.001)  # the end comes after an epoch with a good loss
                raise error
            return train(network, task, settings, label)

        monkeypatch.setattr(search, "train", fake)
        return labels

    return spoil


# ---- combinations


def test_twenty_of_the_published_widths_are_drawn_without_repetition() -> None:
    drawn = draw_combinations(PUBLISHED, 20, 1)
    assert len({tuple(widths) for widths in drawn}) == 20
    assert all(width in choices for widths in drawn for width, choices in zip(widths, PUBLISHED, strict=True))
    assert drawn == draw_combinations(PUBLISHED, 20, 1)
    assert drawn != draw_combinations(PUBLISHED, 20, 2)
    assert drawn[:7] == draw_combinations(PUBLISHED, 7, 1)


def test_all_combinations_are_tried_where_there_are_not_as_many(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    drawn = draw_combinations([[3, 2], [1]], 20, 1)
    assert sorted(drawn) == [[2, 1], [3, 1]]
    assert "20 trials asked for: all 2 combinations are tried" in caplog.text


def test_seeds_of_trials_follow_from_the_seed_and_differ() -> None:
    seeds = {trial_seed(seed, order) for seed in range(5) for order in range(20)}
    assert len(seeds) == 100
    assert trial_seed(3, 4) == trial_seed(3, 4)


# ---- what is found


def test_planted_rank_is_found_by_a_bottleneck_as_wide(tmp_path: Path) -> None:
    """Six directions: a bottleneck of 6 may rebuild them, those of 2 and 1 cannot."""
    found = run(make_settings(tmp_path, epochs=40, trials=12))
    table = found.table.set_index("trial")
    assert found.winner["widths"][-1] == 6
    assert found.winner["validation_loss"] == table["validation_loss"].min()
    narrow = table["widths"].str.endswith("-1") & (table["state"] == "completed")
    assert found.winner["validation_loss"] < 0.7 * table.loc[narrow, "validation_loss"].min()
    assert list(found.table) == COLUMNS
    assert table["widths"].nunique() == 12


def test_winner_can_be_pretrained_and_starts_on_the_same_split(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    found = run(settings)
    patients = pd.Series(np.arange(120).astype(str))
    full = replace(settings.pretrain, widths=found.winner["widths"])
    trained = pretrain(make_design(), "expression", patients, full, 1, CPU)
    assert trained.validation_samples == round(0.2 * 118)
    assert trained.encoder_arrays()["2.linear.weight"].shape[0] == found.winner["widths"][-1]


def test_parameters_are_those_of_the_network(tmp_path: Path) -> None:
    row = run(make_settings(tmp_path, epochs=1, trials=1)).table.iloc[0]
    sizes = [20, *map(int, row["widths"].split("-"))]
    there_and_back = sum(2 * a * b + a + b for a, b in pairwise(sizes))
    assert row["parameters"] == there_and_back


def test_seed_decides_all_and_another_gives_other_trials(tmp_path: Path) -> None:
    first, again, other = (
        run(make_settings(tmp_path / name), seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    pd.testing.assert_frame_equal(timeless(first), timeless(again), check_exact=True)
    assert first.winner == again.winner
    assert not set(first.table["validation_loss"]) & set(other.table["validation_loss"])


def test_of_equal_losses_the_smaller_network_wins(tmp_path: Path) -> None:
    rows = [
        ("e", 1, "8-4", 90, 0.5, 2, "completed", 1.0, ""),
        ("e", 2, "6-4", 70, 0.5, 2, "completed", 1.0, ""),
        ("e", 3, "2-2", 20, 0.1, 1, "pruned", 1.0, ""),
        ("e", 4, "9-4", 95, 0.6, 2, "completed", 1.0, ""),
    ]
    winner = winner_of(pd.DataFrame(rows, columns=COLUMNS), make_settings(tmp_path), 1)
    assert (winner["widths"], winner["trial"]) == ([6, 4], 2)
    assert winner["trials"] == {"completed": 3, "pruned": 1, "failed": 0}


def test_settings_are_those_of_pretraining_for_fewer_epochs() -> None:
    config = {"trials": 20, "epochs": 20, "widths": PUBLISHED, "omics": ["expression"]}
    own = PretrainSettings([9], LoopSettings(100, 5, 0.002), 64, 0.3, None, "masked", 0.4)
    found = search_settings(config, own, None, "x.log")
    assert found.pretrain == replace(own, widths=(), loop=LoopSettings(20, 20, 0.002))
    assert (found.trials, found.widths, found.path) == (20, PUBLISHED, "x.log")
    assert search_settings(config, own, 3, "x.log").pretrain.loop.epochs == 3


# ---- pruning


def test_trials_worse_than_the_median_end_early_and_never_win(tmp_path: Path) -> None:
    found = run(make_settings(tmp_path, epochs=12, trials=12))
    pruned = found.table[found.table["state"] == "pruned"]
    assert len(pruned) >= 2
    assert pruned["epochs"].between(7, 11).all()  # not in the first half
    assert (found.table["state"].iloc[:5] == "completed").all()
    completed = found.table[found.table["state"] == "completed"]
    assert (completed["epochs"] == 12).all()
    assert pruned["validation_loss"].min() > completed["validation_loss"].min()
    assert found.winner["trials"] == {"completed": len(completed), "pruned": len(pruned), "failed": 0}


# ---- killed and taken up


@pytest.mark.parametrize("number", [1, 4, 9])
def test_search_that_was_killed_gives_the_table_of_one_that_was_not(
    tmp_path: Path, spoilt: Callable[..., list[str]], number: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed within a trial, before and after pruning has begun; trials that ended are not repeated."""
    whole = run(make_settings(tmp_path / "whole", epochs=8, trials=12))
    assert (whole.table["state"] == "pruned").any()
    settings = make_settings(tmp_path / "killed", epochs=8, trials=12)
    labels = spoilt(KeyboardInterrupt(), number)
    with pytest.raises(KeyboardInterrupt):
        run(settings)
    Path(f"{settings.path}.lock").touch()  # and the lock of Optuna has stayed
    caplog.set_level(logging.INFO)
    resumed = run(settings)
    pd.testing.assert_frame_equal(timeless(resumed), timeless(whole), check_exact=True)
    assert resumed.winner == whole.winner
    assert len(labels) == 12 + 1
    assert (f"resumes after {number - 1} trials" in caplog.text) == (number > 1)


@pytest.mark.parametrize("cut", [5, 60])
def test_line_that_was_not_written_to_its_end_is_cut_off(tmp_path: Path, cut: int) -> None:
    """A kill while the file is written to: the trial of the last line begins again."""
    settings = make_settings(tmp_path)
    whole = run(settings)
    path = Path(settings.path)
    path.write_bytes(path.read_bytes()[:-cut])
    pd.testing.assert_frame_equal(timeless(run(settings)), timeless(whole), check_exact=True)
    assert len(run(settings).table) == 6


def test_trial_that_was_waiting_when_killed_is_not_run_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(optuna.Study, "ask", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(settings)
    whole = run(make_settings(tmp_path / "whole"))
    pd.testing.assert_frame_equal(timeless(run(settings)), timeless(whole), check_exact=True)


def test_search_that_has_ended_runs_no_trial_again(tmp_path: Path, spoilt: Callable[..., list[str]]) -> None:
    found = run(make_settings(tmp_path))
    labels = spoilt(KeyboardInterrupt())
    assert run(make_settings(tmp_path)).table.equals(found.table)  # seconds too
    assert labels == []


@pytest.mark.parametrize("what", ["epochs", "learning rate", "seed", "data"])
def test_other_settings_or_data_begin_anew(
    tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    run(make_settings(tmp_path))
    changed = {"epochs": {"epochs": 3}, "learning rate": {"learning_rate": 0.001}}.get(what, {})
    seed, design = 2 if what == "seed" else 1, make_design()
    if what == "data":
        design.values["expression"][0, 0] += 1
    found = run(make_settings(tmp_path, **changed), seed, design)
    fresh = run(make_settings(tmp_path / "fresh", **changed), seed, design)
    assert caplog.text.count("begins anew") == 1
    assert "is the search of other settings or data" in caplog.text
    pd.testing.assert_frame_equal(timeless(found), timeless(fresh), check_exact=True)


DAMAGE = {
    "text": b"hello\n",
    "no record": b"[]\n",
    "record without operation": b"{}\n",
    "unknown operation": b'{"op_code": 99, "worker_id": "x"}\n',
    "no text": b"\xff\xfe\x00\n",
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damaged_file_begins_anew(tmp_path: Path, case: str, caplog: pytest.LogCaptureFixture) -> None:
    settings = make_settings(tmp_path, epochs=1, trials=2)
    Path(settings.path).parent.mkdir()
    Path(settings.path).write_bytes(DAMAGE[case] * 2)
    assert len(run(settings).table) == 2
    assert "is damaged" in caplog.text


# ---- failures


def test_failed_trial_is_recorded_with_its_reason_and_the_search_goes_on(
    tmp_path: Path, spoilt: Callable[..., list[str]]
) -> None:
    plain = run(make_settings(tmp_path / "plain")).table
    spoilt(FloatingPointError("the loss is nan in epoch 2, batch 1"), 3)
    found = run(make_settings(tmp_path))
    failed = found.table.iloc[2]
    assert (failed["state"], failed["reason"]) == ("failed", "the loss is nan in epoch 2, batch 1")
    assert np.isnan(failed["validation_loss"])
    assert failed["epochs"] == 1
    assert found.winner["trial"] != 3
    others = [0, 1, 3, 4]  # whether later ones are pruned depends on the completed
    assert found.table["validation_loss"].iloc[others].equals(plain["validation_loss"].iloc[others])
    assert run(make_settings(tmp_path)).table.equals(found.table)  # taken up as failed, not tried again


def test_trainings_that_explode_are_failures_and_all_of_them_an_error(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, trials=3, learning_rate=1e30)
    with pytest.raises(
        InputError, match=r"search, expression: all 3 trials failed; the first because the .*loss"
    ):
        run(settings)
    assert Path(settings.path).exists()


def test_error_that_is_no_loss_is_not_caught(tmp_path: Path, spoilt: Callable[..., list[str]]) -> None:
    spoilt(RuntimeError("out of memory"), 2)
    with pytest.raises(RuntimeError, match="out of memory"):
        run(make_settings(tmp_path))


# ---- files and log


def test_files_say_all_and_the_study_is_removed(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    found = run(settings)
    table, winner = tmp_path / "out/expression.tsv", tmp_path / "out/expression.json"
    save_search(found, settings, table, winner)
    read = pd.read_csv(table, sep="\t", keep_default_na=False)
    assert read["widths"].tolist() == found.table["widths"].tolist()
    assert json.loads(winner.read_text("utf-8")) == found.winner
    assert list(Path(settings.path).parent.iterdir()) == []
    fallback = {"expression": [3, 2], "mutation": [7]}
    assert searched_widths(fallback, [winner]) == {**fallback, "expression": found.winner["widths"]}
    assert searched_widths(fallback, []) == fallback


def test_optuna_writes_nothing_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    run(make_settings(tmp_path, trials=2))
    assert capsys.readouterr() == ("", "")
    assert {record.name for record in caplog.records} == {"deepdep"}
    optuna.logging.get_logger("optuna").warning("something odd")
    assert "something odd" in caplog.text


def test_page_has_the_winner_first_and_reasons_where_there_are_any() -> None:
    rows = [
        ("e", 1, "8-4", 90, np.nan, 1, "failed", 1.0, "the loss is nan"),
        ("e", 2, "6-4", 70, 0.1, 2, "pruned", 1.0, np.nan),
        ("e", 3, "4-4", 60, 0.5, 9, "completed", 1.0, np.nan),
        ("e", 4, "2-4", 40, 0.5, 9, "completed", 1.0, np.nan),
    ]
    table = readable_trials(pd.DataFrame(rows, columns=COLUMNS))
    assert table["trial"].tolist() == [4, 3, 2, 1]
    page = table_page(table, "Search", LEAD, "SIMULATED")
    assert "the loss is nan" in page
    assert "reason" not in readable_trials(pd.DataFrame(rows[1:], columns=COLUMNS))
