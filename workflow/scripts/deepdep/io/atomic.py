"""Files appear whole or not at all."""

import errno
import glob
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deepdep.errors import InputError

FULL = (errno.ENOSPC, errno.EDQUOT)
UNWRITABLE = (*FULL, errno.EROFS, errno.EACCES)
MACHINE = socket.gethostname()
LONGEST_WRITE = 86_400  # s; whether another machine's process still runs cannot be asked


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

    The temporary file is removed when the block raises, so nothing half-written stays; what a kill
    has left of an earlier one goes with the next file of that name. No other temporary file may be
    made in the block: nobody would know it again.

    Raises
    ------
    InputError
        The disk is full, or the folder cannot be written to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}@{MACHINE}.{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
        remove_leftovers(path)
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        raise unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(path: Path) -> None:
    """Remove temporary files for ``path`` of processes that are no more.

    What is still being written stays: where snakemake alone was killed, its job goes on beside the
    one of the next run, on a cluster on another machine, and either ends with the same file.
    """
    for other in path.parent.glob(f".*.{glob.escape(path.name)}"):
        if is_leftover(other, other.name.removeprefix(".").removesuffix(f".{path.name}")):
            with suppress(PermissionError):  # another user's, in a folder where each owns what he made
                other.unlink(missing_ok=True)


def is_leftover(path: Path, writer: str) -> bool:
    """Say whether a file is one of :func:`whole_file` whose ``writer`` (process@machine) is no more."""
    number, _, machine = writer.partition("@")
    if not number.isdecimal() or not machine:
        return False
    if machine == MACHINE:  # of a number like ours: an earlier process had it, for we write nothing now
        return int(number) == os.getpid() or not is_running(int(number))
    with suppress(FileNotFoundError):  # it has just got its name
        return time.time() - path.stat().st_mtime > LONGEST_WRITE
    return False


def is_running(number: int) -> bool:
    """Say whether a process of this number runs on this machine."""
    try:
        os.kill(number, 0)  # asks, and sends nothing
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's
        return True
    return True
