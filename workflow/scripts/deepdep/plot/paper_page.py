"""The paper's figures and numbers beside this study's, as one self-contained page."""

import base64
from collections.abc import Mapping
from fnmatch import fnmatch
from html import escape
from pathlib import Path

import pandas as pd

from deepdep.plot.page import Section, document, section_html

LEAD = """Each panel of the paper's main figures beside the figure of this study that shows the same, and each
number that the paper prints beside ours. The paper's figures are not copied. An empty cell is a number that
this run did not make; the note says why."""
NUMBERS = """A difference is ours less the paper's. The overall r is mostly what genes are like in every line:
the gene means alone give 0.876, so read the mean r per gene."""


def paper_page(panels: pd.DataFrame, numbers: pd.DataFrame, figures: Mapping[str, Path], note: str) -> str:
    """Give the page.

    Parameters
    ----------
    panels
        One row per panel of the paper: ``panel``, ``shows``, ``figure`` (pattern of this project's figures,
        empty where there is none to make, ``remark`` then says why).
    numbers
        Of ``evaluate.paper_numbers``.
    figures
        Name to PNG file of every figure of the study.
    note
        What the data are.
    """
    table = Section("Numbers", NUMBERS, table=numbers)
    parts = [section_html(Section("What this is", LEAD)), section_html(table)]
    parts += [panel_html(row, figures) for _, row in panels.iterrows()]
    return document("The paper's figures and numbers, beside this study's", note, "".join(parts))


def panel_html(row: pd.Series, figures: Mapping[str, Path]) -> str:
    """Give a panel: what it shows in the paper, and the figures of this study that show it."""
    found = [name for name in figures if row["figure"] and fnmatch(name, row["figure"])]
    text = row["shows"] + (f" ({row['remark']})" if row["remark"] else "")
    if row["figure"] and not found:
        text += f" - not made in this run: no figure {row['figure']}"
    images = "".join(image_html(name, figures[name]) for name in found)
    return section_html(Section(f"Figure {row['panel']}", text)) + images


def image_html(name: str, path: Path) -> str:
    """Give a figure as an image inside the page, with its name."""
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return (
        f'<figure><img alt="{escape(name)}" src="data:image/png;base64,{data}" style="max-width: 100%">'
        f"<figcaption>{escape(name)}</figcaption></figure>\n"
    )
