"""The file of a search: a study of Optuna, whole after any kill, and of no other search."""

import logging
from pathlib import Path

import optuna
from optuna.pruners import BasePruner
from optuna.samplers import RandomSampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState

from deepdep.io.atomic import whole_file
from deepdep.training.state import UNREADABLE

logger = logging.getLogger("deepdep")
ENDED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


def open_study(path: str | Path, key: str, pruner: BasePruner, seed: int, label: str) -> optuna.Study:
    """Open the study of ``key`` at ``path``; begin one where there is none that is whole.

    A study's name is its key, which says all that its trials depend on. One of another key, or a
    damaged one, is removed, and the log says so.
    """
    # Optuna's warnings go where those of the workflow go; by itself it writes every trial to stderr.
    optuna.logging.disable_default_handler()
    optuna.logging.enable_propagation()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = open_storage(Path(path), key, label)
    sampler = RandomSampler(seed)  # draws nothing as long as trials are enqueued with all parameters
    study = optuna.create_study(
        storage=storage, sampler=sampler, pruner=pruner, study_name=key, load_if_exists=True
    )
    end_interrupted(study)
    if known := finished(study):
        logger.info("%s: resumes after %d trials, from %s", label, len(known), path)
    return study


def open_storage(path: Path, key: str, label: str) -> JournalStorage:
    """Open the file of a study, emptied if what it holds is not the study of ``key``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_locks(path)
    cut_unfinished_line(path)
    try:
        storage = journal(path)
        if {study.study_name for study in storage.get_all_studies()} <= {key}:
            return storage
        logger.warning("%s: begins anew, %s is the search of other settings or data", label, path)
    except (*UNREADABLE, AssertionError) as error:
        logger.warning("%s: begins anew, %s is damaged (%r)", label, path, error)
    path.unlink()
    return journal(path)


def journal(path: Path) -> JournalStorage:
    """Open a journal, a file of Optuna's that is only appended to."""
    return JournalStorage(JournalFileBackend(str(path), JournalFileOpenLock(str(path))))


def cut_unfinished_line(path: Path) -> None:
    """Cut off a last line that a kill has left incomplete: Optuna would go on in the same line."""
    content = path.read_bytes() if path.exists() else b""
    if content and not content.endswith(b"\n"):
        with whole_file(path) as temporary:
            temporary.write_bytes(content[: content.rfind(b"\n") + 1])


def end_interrupted(study: optuna.Study) -> None:
    """Set aside the trials that a kill has left waiting or running: :func:`finished` passes them over."""
    while study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
        study.ask()
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """List the trials that came to an end by themselves; one that failed has a ``reason``."""
    ended = study.get_trials(states=ENDED)
    return [trial for trial in ended if trial.state != TrialState.FAIL or "reason" in trial.user_attrs]


def remove_study(path: str | Path) -> None:
    """Remove the file of a search that has ended."""
    remove_locks(Path(path))
    Path(path).unlink(missing_ok=True)


def remove_locks(path: Path) -> None:
    """Remove locks that kills have left: one job alone writes the file."""
    for leftover in path.parent.glob(f"{path.name}.lock*"):
        leftover.unlink()
