"""A table as one small HTML page that needs nothing else: no script, no style sheet, no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from deepdep.io.atomic import whole_file

MISSING = "–"
STYLE = """
:root { color-scheme: light dark; --line: #d0d0d0; --head: #f2f2f2; --banner: #fff1d6; --edge: #b35c00; }
@media (prefers-color-scheme: dark) {
  :root { --line: #444; --head: #262626; --banner: #3a2a10; --edge: #ffb454; }
}
body { font: 14px/1.45 system-ui, sans-serif; margin: 1.2rem; background: Canvas; color: CanvasText; }
h1 { font-size: 1.25rem; margin: 0.8rem 0 0.3rem; }
h2 { font-size: 1.05rem; margin: 1.4rem 0 0.3rem; }
li { max-width: 60rem; }
p { max-width: 60rem; margin: 0 0 0.8rem; }
.note { background: var(--banner); border-left: 4px solid var(--edge); padding: 0.4rem 0.7rem; }
.note { font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.6rem; text-align: left; }
th { background: var(--head); }
.number { text-align: right; white-space: nowrap; }
"""


def table_page(frame: pd.DataFrame, title: str, lead: str, note: str) -> str:
    """Give a self-contained HTML page that shows a table.

    Parameters
    ----------
    frame
        The table; a named index becomes the first column. Whole numbers get thousands separators,
        other numbers the decimals of their column (``number_texts``), NaN a dash.
    title, lead
        Heading, and the sentences that explain the table (a blank line starts a new paragraph).
    note
        What the data are ("SIMULATED data - study demo"), the banner on top.
    """
    flat = flattened(frame)
    body = (
        f"{paragraphs(lead)}{wide_table(flat)}"
        f"<p><small>{len(flat):,} rows, {flat.shape[1]:,} columns</small></p>\n"
    )
    return document(title, note, body)


@dataclass(frozen=True)
class Section:
    """A part of a page: heading, text (a blank line starts a new paragraph), list, table."""

    heading: str
    text: str = ""
    items: Sequence[str] = ()
    table: pd.DataFrame | None = None


def sections_page(sections: Sequence[Section], title: str, note: str) -> str:
    """Give a self-contained HTML page of several sections; ``title`` and ``note`` as of ``table_page``."""
    return document(title, note, "".join(section_html(part) for part in sections))


def section_html(part: Section) -> str:
    """Give a section: its list and its table where it has one."""
    items = "".join(f"<li>{escape(text)}</li>\n" for text in part.items)
    listed = f"<ul>\n{items}</ul>\n" if items else ""
    table = "" if part.table is None else wide_table(flattened(part.table))
    return f"<h2>{escape(part.heading)}</h2>\n{paragraphs(part.text)}{listed}{table}"


def document(title: str, note: str, body: str) -> str:
    """Put the body of a page below its note and title."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<div class="note">{escape(note)}</div>\n<h1>{escape(title)}</h1>\n{body}</body>\n</html>\n'
    )


def paragraphs(text: str) -> str:
    """Give the paragraphs of a text."""
    return "".join(f"<p>{escape(part.strip())}</p>\n" for part in text.split("\n\n") if part.strip())


def flattened(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose named index is its first column."""
    return frame.reset_index() if any(frame.index.names) else frame


def wide_table(flat: pd.DataFrame) -> str:
    """Give a table that scrolls sideways by itself."""
    return f'<div class="wide">\n{table_html(flat)}</div>\n'


def table_html(flat: pd.DataFrame) -> str:
    """Give the table element, its numbers right-aligned."""
    columns = [flat.iloc[:, place] for place in range(flat.shape[1])]
    styles = [' class="number"' if is_number(column) else "" for column in columns]
    names = "".join(
        f"<th{style}>{escape(str(name))}</th>" for name, style in zip(flat.columns, styles, strict=True)
    )
    texts = zip(*(cell_texts(column) for column in columns), strict=True)
    rows = "".join(f"<tr>{row_html(row, styles)}</tr>\n" for row in texts)
    return f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def row_html(row: tuple[str, ...], styles: list[str]) -> str:
    """Give the cells of one row."""
    return "".join(f"<td{style}>{escape(text)}</td>" for text, style in zip(row, styles, strict=True))


def is_number(column: pd.Series) -> bool:
    """Tell whether a column holds numbers (yes/no columns are text)."""
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def cell_texts(column: pd.Series) -> list[str]:
    """Write the values of a column, all in one form."""
    if is_number(column):
        return number_texts(column.to_numpy(np.float64, na_value=np.nan))
    if is_bool_dtype(column):
        return [MISSING if pd.isna(value) else "yes" if value else "no" for value in column]
    return [MISSING if pd.isna(value) else str(value) for value in column]


def number_texts(values: np.ndarray) -> list[str]:
    """Write numbers: whole ones with thousands separators, others with equal decimals.

    The decimals show three digits of the column's median size; a value too small or too large for
    that form is written in powers of ten.
    """
    finite = np.abs(values[np.isfinite(values) & (values != 0)])
    if np.all(finite == np.round(finite)) and np.all(finite < 1e15):
        return [f"{value:,.0f}" if np.isfinite(value) else odd_text(value) for value in values]
    size = np.floor(np.log10(np.median(finite)))
    decimals = int(np.clip(2 - size, 1, 4))
    return [float_text(value, decimals) for value in values]


def float_text(value: float, decimals: int) -> str:
    """Write one number with the column's decimals."""
    if not np.isfinite(value):
        return odd_text(value)
    if value != 0 and not 0.5 * 10.0**-decimals <= abs(value) < 1e9:
        return f"{value:.2e}"
    return f"{value:,.{decimals}f}"


def odd_text(value: float) -> str:
    """Write a value that is no finite number."""
    return MISSING if np.isnan(value) else ("∞" if value > 0 else "-∞")


def write_page(html: str, path: str | Path) -> None:
    """Write a page, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
