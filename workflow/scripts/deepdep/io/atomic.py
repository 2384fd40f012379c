"""Files appear whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepdep.errors import InputError

FULL = (errno.ENOSPC, errno.EDQUOT)
UNWRITABLE = (*FULL, errno.EROFS, errno.EACCES)


def unwritable(path: Path, error: OSError) -> InputError:
    """Return the error for a file that cannot be written."""
    full = error.errno in FULL
    what = "the disk is full" if full else f"cannot be written ({error.strerror})"
    remedy = "Free disk space" if full else "Allow writing there"
    return InputError(f"{path}: {what}.", f"{remedy}; the next run continues where this one ended.")


def check_writable(folder: str | Path) -> None:
    """Raise InputError if files cannot be made in a folder or, where it does not exist, in the one above."""
    folder = Path(folder)
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(
            f"{folder}: nothing can be written to {there}, which is read-only for you.",
            "Allow writing there, or run in a copy of this folder.",
        )


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
        if error.errno not in UNWRITABLE:
            raise
        raise unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)
