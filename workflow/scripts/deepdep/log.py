"""Logging and progress of a rule: one log file, and bars where a person watches."""

import logging
import sys
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TypeVar

from tqdm import tqdm

from deepdep.errors import InputError

Item = TypeVar("Item")
logger = logging.getLogger("deepdep")
logger.addHandler(logging.NullHandler())  # silent until a rule starts its log: Snakefiles are read often


def start_log(path: str) -> None:
    """Send log lines of this process to ``path`` and end on errors with a readable message."""
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = log_uncaught


def log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log an uncaught error: bad input as its message alone, anything else with its trace."""
    if issubclass(kind, InputError):
        logger.error("%s", error)
        sys.stderr.write(f"{error}\n")
        return
    logger.critical("uncaught error", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)


def progress(items: Iterable[Item], label: str, total: int) -> Iterator[Item]:
    """Yield ``items`` with a bar on a terminal, with ten log lines otherwise."""
    every = max(1, total // 10)
    bar = tqdm(items, desc=label, total=total, disable=not sys.stderr.isatty(), leave=False)
    for done, item in enumerate(bar, start=1):
        yield item
        if done % every == 0:
            logger.info("%s: %d of %d", label, done, total)
