"""Search for the widths of an autoencoder: random combinations, each trained for a few epochs.

Optuna keeps what the trials gave in a file, so that a search that was killed goes on. The
combinations, their seeds and their order follow from the seed alone, and a trial that was
interrupted begins anew: the table is the same whether or not the search was killed.
"""

import itertools
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import torch
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.pruners import MedianPruner
from optuna.trial import FrozenTrial, Trial, TrialState

from deepdep.errors import InputError
from deepdep.io.atomic import whole_file
from deepdep.prepare.transform import Design
from deepdep.training.loop import train
from deepdep.training.pretrain import PretrainSettings, Samples, make_task, take_samples
from deepdep.training.state import CODE, key_of
from deepdep.training.study_file import finished, open_study, remove_study

logger = logging.getLogger("deepdep")
STARTUP = 5  # completed trials before any is pruned: a median of fewer says little
UNJUDGED = 0.5  # share of the epochs in which none is pruned: wide networks start slowly
STATES = {TrialState.COMPLETE: "completed", TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}
COLUMNS = ["omic", "trial", "widths", "parameters", "validation_loss", "epochs", "state", "seconds", "reason"]


@dataclass(frozen=True)
class SearchSettings:
    """``trials`` combinations of ``widths`` (the choices of each layer), trained as ``pretrain`` says.

    ``path``: file of the study, there only while the search has not ended.
    """

    trials: int
    widths: Sequence[Sequence[int]]
    pretrain: PretrainSettings
    path: str | Path


@dataclass(frozen=True)
class Found:
    """The trials, one row each, and the best of them: omic, widths, trial, loss, settings."""

    table: pd.DataFrame
    winner: dict[str, Any]


def search_settings(
    config: Mapping[str, Any], pretraining: PretrainSettings, limit: int | None, path: str | Path
) -> SearchSettings:
    """Take the settings from the config's ``search``; a trial goes through all its epochs."""
    epochs = min(config["epochs"], limit or config["epochs"])
    loop = replace(pretraining.loop, epochs=epochs, patience=epochs)
    trial = replace(pretraining, widths=(), loop=loop)
    return SearchSettings(config["trials"], config["widths"], trial, path)


def search_widths(
    design: Design,
    omic: str,
    patients: pd.Series,
    settings: SearchSettings,
    seed: int,
    device: torch.device,
) -> Found:
    """Try combinations of widths on the samples that :func:`~deepdep.training.pretrain.pretrain` takes.

    All trials have one split of the patients, that of the pretraining of the same seed.

    Raises
    ------
    InputError
        If no trial ended with a finite loss, or fewer than two patients have the omic.
    """
    generator = np.random.default_rng(seed)
    share = settings.pretrain.validation_share
    samples = take_samples(design, omic, patients, share, generator, device)
    versions = (CODE, torch.__version__, optuna.__version__)
    key = key_of(*versions, replace(settings, path=""), omic, seed, design, list(patients), device.type)
    pruner = MedianPruner(STARTUP, int(UNJUDGED * settings.pretrain.loop.epochs) + 1)
    study = open_study(settings.path, key, pruner, seed, omic)
    known = {trial.user_attrs["order"] for trial in finished(study)}
    for order, widths in enumerate(draw_combinations(settings.widths, settings.trials, seed)):
        if order not in known:
            run_trial(study, order, widths, samples, settings, seed)
            logger.info("%s: %s", omic, describe(finished(study)[-1]))
    table = trial_table(finished(study), omic)
    return Found(table, winner_of(table, settings, seed))


# ---- combinations


def draw_combinations(choices: Sequence[Sequence[int]], trials: int, seed: int) -> list[list[int]]:
    """Draw ``trials`` distinct combinations, one of the choices of each layer; all, if not as many."""
    every = [list(widths) for widths in itertools.product(*choices)]
    if len(every) < trials:
        logger.info("%d trials asked for: all %d combinations are tried", trials, len(every))
    return [every[place] for place in np.random.default_rng(seed).permutation(len(every))[:trials]]


def trial_seed(seed: int, order: int) -> int:
    """Return the seed of a trial: it has nothing to do with how many trials ran before."""
    return int(np.random.SeedSequence([seed, order]).generate_state(1)[0])


# ---- trials


def run_trial(
    study: optuna.Study,
    order: int,
    widths: Sequence[int],
    samples: Samples,
    settings: SearchSettings,
    seed: int,
) -> None:
    """Train one combination and tell the study how it ended."""
    choices: dict[str, BaseDistribution] = {
        f"layer{place}": CategoricalDistribution(some) for place, some in enumerate(settings.widths, 1)
    }
    own = {"order": order, "widths": "-".join(map(str, widths))}
    study.enqueue_trial(dict(zip(choices, widths, strict=True)), user_attrs=own)
    trial = study.ask(choices)
    begin = time.perf_counter()
    shaped = replace(settings.pretrain, widths=widths)
    state, result = train_trial(trial, samples, shaped, trial_seed(seed, order))
    trial.set_user_attr("seconds", round(time.perf_counter() - begin, 2))
    if state == TrialState.FAIL:
        trial.set_user_attr("reason", result)  # last: with a reason the trial counts as ended
    study.tell(trial, result if isinstance(result, float) else None, state)


def train_trial(
    trial: Trial, samples: Samples, settings: PretrainSettings, seed: int
) -> tuple[TrialState, float | str | None]:
    """Train the network of a trial; return how it ended and its least validation loss, or why it failed.

    A loss that is not finite is a result, the trial's failure; any other error is not caught.
    """
    torch.manual_seed(seed)
    network, task = make_task(samples, settings, np.random.default_rng(seed))
    trial.set_user_attr("parameters", sum(part.numel() for part in network.parameters()))
    watched = replace(task, after_epoch=partial(judge, trial, settings.loop.epochs))
    try:
        trained = train(network, watched, settings.loop, trial.user_attrs["widths"])
    except optuna.TrialPruned:
        return TrialState.PRUNED, None
    except FloatingPointError as error:
        return TrialState.FAIL, str(error)
    return TrialState.COMPLETE, float(trained.history["validation"].min())


def judge(trial: Trial, epochs: int, epoch: int, loss: float) -> None:
    """Report an epoch; end the trial if it is worse than the median of the completed ones."""
    trial.report(loss, epoch)
    if epoch < epochs and trial.should_prune():
        raise optuna.TrialPruned


# ---- results


def describe(trial: FrozenTrial) -> str:
    """Say how a trial ended."""
    how = trial.user_attrs.get("reason")
    how = how or f"validation loss {min(trial.intermediate_values.values()):.5f}"
    return (
        f"trial {trial.user_attrs['order'] + 1}, {trial.user_attrs['widths']}, {STATES[trial.state]}: {how}"
    )


def trial_table(trials: Sequence[FrozenTrial], omic: str) -> pd.DataFrame:
    """Tabulate the trials; the loss is the least of all epochs, that of failed trials is missing."""
    rows = []
    for trial in sorted(trials, key=lambda trial: trial.user_attrs["order"]):
        losses, own = trial.intermediate_values, trial.user_attrs
        failed = trial.state == TrialState.FAIL
        row = {"omic": omic, "trial": own["order"] + 1, "state": STATES[trial.state], "epochs": len(losses)}
        row["validation_loss"] = float("nan") if failed else min(losses.values())
        row["reason"] = own.get("reason", "")
        rows.append(row | {name: own[name] for name in ("widths", "parameters", "seconds")})
    return pd.DataFrame(rows, columns=COLUMNS)


def winner_of(table: pd.DataFrame, settings: SearchSettings, seed: int) -> dict[str, Any]:
    """Return the completed trial of least validation loss, the smaller network of equal ones.

    Raises
    ------
    InputError
        If no trial was completed.
    """
    omic, completed = table["omic"].iloc[0], table[table["state"] == "completed"]
    if completed.empty:
        raise InputError(
            f"search, {omic}: all {len(table)} trials failed; the first because {table['reason'].iloc[0]}.",
            "lower pretrain.learning_rate, or look at the values of the omic.",
        )
    best = completed.sort_values(["validation_loss", "parameters"], kind="stable").iloc[0]
    logger.info("%s: widths %s won, validation loss %.5f", omic, best["widths"], best["validation_loss"])
    return {
        "omic": omic,
        "widths": [int(width) for width in best["widths"].split("-")],
        "trial": int(best["trial"]),
        "validation_loss": float(best["validation_loss"]),
        "parameters": int(best["parameters"]),
        "trials": {state: int((table["state"] == state).sum()) for state in STATES.values()},
        "choices": [list(widths) for widths in settings.widths],
        "settings": asdict(settings.pretrain.loop) | {"kind": settings.pretrain.kind},
        "seed": seed,
    }


def save_search(found: Found, settings: SearchSettings, table: str | Path, winner: str | Path) -> None:
    """Write the trials (.tsv) and the winner (.json); the file of the study is then removed."""
    with whole_file(table) as temporary:
        found.table.to_csv(temporary, sep="\t", index=False)
    with whole_file(winner) as temporary:
        temporary.write_text(json.dumps(found.winner, indent=1), encoding="utf-8")
    remove_study(settings.path)
