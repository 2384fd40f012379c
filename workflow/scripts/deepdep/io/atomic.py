"""Files appear whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepdep.errors import InputError

REMEDIES = {
    errno.ENOSPC: "Free some space on this disk, or move the project to another; then run the same again.",
    errno.EDQUOT: "Your quota is used up: free some space, then run the same again.",
    errno.EROFS: "Choose a folder that can be written to.",
    errno.EACCES: "Choose a folder that can be written to.",
}


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its name once the block has ended well.

    The temporary file is removed when the block raises, so nothing half-written stays.

    Raises
    ------
    InputError
        The disk is full, or the folder cannot be written to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        if error.errno not in REMEDIES:
            raise
        raise InputError(f"{path}: not written ({error.strerror}).", REMEDIES[error.errno]) from error
    finally:
        temporary.unlink(missing_ok=True)
