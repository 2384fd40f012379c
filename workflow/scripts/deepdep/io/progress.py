"""Progress in bytes, for downloads."""

import sys
from types import TracebackType
from typing import Self

from tqdm import tqdm

from deepdep.log import logger


class ByteProgress:
    """Bytes done of one file: a bar on a terminal, ten log lines otherwise."""

    def __init__(self, label: str, done: int, total: int | None) -> None:
        self.label, self.done, self.total = label, done, total
        self.step = total // 10 + 1 if total else 100 << 20
        quiet = not sys.stderr.isatty()
        self.bar = tqdm(
            desc=label, initial=done, total=total, unit="B", unit_scale=True, disable=quiet, leave=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.close()

    def add(self, n: int) -> None:
        """Count ``n`` more bytes."""
        before, self.done = self.done, self.done + n
        self.bar.update(n)
        if before // self.step != self.done // self.step:
            logger.info("%s: %.1f of %s MB", self.label, self.done / 1e6, mega(self.total))


def mega(size: int | None) -> str:
    """Return a size in MB for a message."""
    return "unknown" if size is None else f"{size / 1e6:.1f}"
