"""The tumour map as one HTML file that needs nothing else: searchable lists, no network."""

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.tumors.strongest import Strongest, strongest_of_genes, strongest_of_tumors

MOST_BYTES = 20_000_000
UNITS = {"score": 1000, "relative": 100}  # numbers are whole numbers of a thousandth, a hundredth
MISSING = -32768  # of an int16


def map_data(
    scores: pd.DataFrame, sd: pd.DataFrame, samples: pd.DataFrame, r: pd.Series, each: int
) -> dict[str, Any]:
    """Give what the page shows, as json takes it.

    Parameters
    ----------
    scores, sd
        Tumours x genes: predictions and their standard deviations.
    samples
        Index tumour, ``group`` (cancer type), ``beyond`` (0 to 1, near 1: an extrapolation).
    r
        Gene to correlation with the measured scores of held-out cell lines; a gene may lack it.
    each
        Length of the lists.
    """
    groups = sorted(samples["group"].astype(str).unique())
    rows = samples.loc[scores.index]
    return {
        "units": UNITS,
        "groups": groups,
        "tumors": {
            "name": list(map(str, scores.index)),
            "group": [groups.index(group) for group in rows["group"].astype(str)],
            "beyond": numbers(rows["beyond"], 3),
        },
        "genes": {
            "name": list(scores.columns),
            "r": numbers(r.reindex(scores.columns), 3),
            "mean": numbers(scores.mean(), 3),
            "sd": numbers(scores.std(ddof=0), 3),
        },
        "of_tumors": packed(strongest_of_tumors(scores, sd, each)),
        "of_genes": packed(strongest_of_genes(scores, sd, each)),
    }


def numbers(values: pd.Series, decimals: int) -> list[float | None]:
    """Return rounded numbers, None for missing ones."""
    return [None if np.isnan(value) else round(float(value), decimals) for value in values]


def packed(part: Strongest) -> dict[str, Any]:
    """Pack lists as text of whole numbers, 10 bytes an entry before base64."""
    return {
        "each": part.place.shape[1],
        "place": text_of(part.place.astype("<i4")),
        "score": text_of(whole(part.score, UNITS["score"])),
        "sd": text_of(whole(part.sd, UNITS["score"])),
        "relative": text_of(whole(part.relative, UNITS["relative"])),
    }


def whole(values: np.ndarray, unit: int) -> np.ndarray:
    """Return values in whole parts of a unit, those beyond 16 bits at their limits."""
    limited = np.clip(np.rint(values * unit), -32767, 32767)
    return np.where(np.isnan(values), MISSING, limited).astype("<i2")


def text_of(values: np.ndarray) -> str:
    """Return the bytes of an array as base64."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def map_page(parts: Mapping[str, str], data: Mapping[str, Any], words: Sequence[str]) -> str:
    """Put the page together.

    Parameters
    ----------
    parts
        Texts of the files of the page: template, style, script, table_style, table_script.
    data
        Of :func:`map_data`.
    words
        Title, note (what the data are) and lead (a blank line starts a new paragraph).

    Raises
    ------
    InputError
        If the page is larger than 20 MB, which browsers open slowly.
    """
    title, note, lead = words
    filled = {
        "TITLE": escape(title),
        "NOTE": escape(note),
        "LEAD": "".join(f"<p>{escape(text)}</p>" for text in lead.split("\n\n")),
        "STYLE": parts["style"],
        "TABLE_STYLE": parts["table_style"],
        "DATA": json_in_html(data),
        "TABLE_SCRIPT": parts["table_script"],
        "SCRIPT": parts["script"],
    }
    page = fill(parts["template"], filled)
    size = len(page.encode())
    if size > MOST_BYTES:
        raise InputError(
            f"The page of the tumour map would have {size / 1e6:.0f} MB, more than {MOST_BYTES / 1e6:.0f}.",
            "lower tumor_map.listed, the length of its lists; the whole map is in the parquet files.",
        )
    return page


def fill(template: str, filled: Mapping[str, str]) -> str:
    """Replace each ``__NAME__`` of a template once over, so that filled-in text is not searched again."""
    first, *rest = template.split("__")
    names, texts = rest[::2], rest[1::2]
    return first + "".join(filled[name] + text for name, text in zip(names, texts, strict=True))


def json_in_html(data: Mapping[str, Any]) -> str:
    """Return json that cannot end the script element it stands in, whatever a sample is called."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def read_parts(folder: Path) -> dict[str, str]:
    """Read the files of the page from the folder that holds them."""
    names = {
        "template": "map.html",
        "style": "map.css",
        "script": "map.js",
        "table_style": "vendor/tabulator_simple.min.css",
        "table_script": "vendor/tabulator.min.js",
    }
    return {part: (folder / name).read_text(encoding="utf-8") for part, name in names.items()}


def skill_of_genes(per_gene: pd.DataFrame, model: str) -> pd.Series:
    """Return gene to the pooled r of a model by cross-validation, from the table of all models."""
    return per_gene[per_gene["model"] == model].set_index("gene")["r"]


def lead_of(summary: pd.DataFrame, model: str, score: str, count: int) -> str:
    """Say what the scores are, of how many tumours, and how well the model predicts cell lines.

    ``summary``: rows by model and gene set, of cross-validation.
    """
    row = summary[(summary["model"] == model) & (summary["gene_set"] == "reported")].iloc[0]
    r = "not known" if np.isnan(row["mean_r"]) else f"{row['mean_r']:.2f}"
    return (
        f"Dependencies of {count:,} tumours, predicted by {model} from their omics ({score}; lower is a "
        f"stronger dependency). No tumour was screened: on cell lines that the model had not seen, the mean "
        f"correlation per gene is {r} over {int(row['genes']):,} genes. Choose a tumour or a gene; for each, "
        f"the strongest are listed. Relative scores tell tumours apart, as what every tumour depends on "
        f"leads every list of raw scores.\n\n"
        f"The file holds all it shows and loads nothing. The whole map is in the parquet files."
    )
