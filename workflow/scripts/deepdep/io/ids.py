"""Ids and cells that text can carry: signs that print, and nothing that breaks a table."""

from collections.abc import Iterable
from pathlib import Path

from deepdep.errors import InputError

LONGEST_ID = 500  # characters
# What may stand in a cell beside letters and signs; blanks of another kind and byte order marks do no harm.
INSIDE = dict.fromkeys(map(ord, "\n\r\t\u00a0\u00ad\u2002\u2003\u2009\u200b\u202f\ufeff"))


def check_ids(ids: Iterable[object], path: str | Path, what: str) -> None:
    """Raise InputError for an id that is empty, longer than any id is, or has signs that are not seen.

    Line ends and tabs would break the tables that ids go into; NUL, byte order marks and blanks of
    another kind, or around the id, are traces of damage or of another encoding and join with nothing.
    """
    for number, name in enumerate(ids, start=1):
        text = str(name)
        if text.isprintable() and 0 < len(text) <= LONGEST_ID and text == text.strip():
            continue
        place = f"{path}, {what} number {number}"
        if len(text) > LONGEST_ID:
            raise InputError(f"{place}: {text[:40]!r}... has {len(text)} characters.", "Give a shorter id.")
        problem = f"{text!r} has signs that are no text, or blanks around" if text.strip() else "has no id"
        raise InputError(f"{place}: {problem}.", "Write every id in letters, digits and signs that print.")


def check_text(cells: Iterable[str | None], place: str) -> None:
    """Raise InputError for cells with NUL or other control characters; ``place`` names file and line."""
    if not "".join(filter(None, cells)).translate(INSIDE).isprintable():
        raise InputError(f"{place}: signs that are no text, as NUL.", "Save the table as UTF-8 text.")
