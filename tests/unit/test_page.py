"""Table pages escape what they show and format numbers; every report caption renders."""

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import docutils.utils
import jinja2
import numpy as np
import pandas as pd
import pytest
from docutils.core import publish_parts

from deepdep.plot.metrics import CHANCE, NAMES, readable_metrics
from deepdep.plot.page import number_texts, table_page, write_page

VOID = {"meta"}
CAPTIONS = [
    "score_distributions", "fingerprint_ones", "observed_vs_predicted", "per_gene_r", "versus_ridge",
    "training_curves", "reconstruction_curves", "planted_classes", "planted_pairs", "omics_observed",
    "metrics", "clipping", "results", "fit_by_role", "model_comparison", "paired_differences", "gene_sets",
    "screen", "figure2",
]  # fmt: skip
NOTE = "SIMULATED data - study demo"


class Cells(HTMLParser):
    """Collect the text and class of table cells, and check that tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.classes: list[str | None] = []
        self.tags: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.classes.append(dict(attrs).get("class"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Add text to the cell that is open."""
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def page_of(frame: pd.DataFrame) -> str:
    """Give a page with the usual texts."""
    return table_page(frame, "Metrics", "What it is.", NOTE)


def test_everything_is_escaped():
    evil = "<script>alert('x')</script> & \"more\""
    page = table_page(pd.DataFrame({evil: [evil], "n": [1]}), evil, evil, evil)
    cells = Cells(page)
    assert "script" not in cells.tags
    assert cells.rows == [[evil, "n"], [evil, "1"]]
    assert page.count("&lt;script&gt;") == 6, "title, heading, lead, note, one header, one cell"
    assert "& " not in page.replace("&amp; ", "")


def test_page_is_well_formed_and_needs_nothing_else():
    page = page_of(pd.DataFrame({"a": [1.5], "b": ["x"]}))
    cells = Cells(page)
    assert cells.open == []
    assert not cells.tags & {"script", "link", "img", "iframe"}
    assert "http" not in page
    assert "prefers-color-scheme: dark" in page


def test_note_stands_before_the_title_and_leads_keep_paragraphs():
    page = table_page(pd.DataFrame({"a": [1]}), "Metrics", "First.\n\nSecond.", NOTE)
    assert page.index(f'<div class="note">{NOTE}</div>') < page.index("<h1>Metrics</h1>")
    assert "<p>First.</p>\n<p>Second.</p>" in page


def test_numbers_are_right_aligned_and_formatted():
    frame = pd.DataFrame(
        {
            "n": [375203, 12], "r": [0.87654, np.nan], "p": [0.04, 1e-12], "kept": [True, False],
            "name": ["ridge", None], "missing": [3.0, np.nan],
        },
        index=pd.Index(["ours", "theirs"], name="model"),
    )  # fmt: skip
    cells = Cells(page_of(frame))
    assert cells.rows[0] == ["model", "n", "r", "p", "kept", "name", "missing"]
    assert cells.rows[1] == ["ours", "375,203", "0.877", "0.0400", "yes", "ridge", "3"]
    assert cells.rows[2] == ["theirs", "12", "–", "1.00e-12", "no", "–", "–"]
    assert cells.classes[:7] == [None, "number", "number", "number", None, None, "number"]


def test_nullable_columns_and_empty_tables():
    frame = pd.DataFrame(
        {"n": pd.array([1, None], dtype="Int64"), "ok": pd.array([True, None], dtype="boolean")}
    )
    assert Cells(page_of(frame)).rows[1:] == [["1", "yes"], ["–", "–"]]
    assert Cells(page_of(frame.iloc[:0])).rows == [["n", "ok"]]


def test_decimals_follow_the_size_of_the_column():
    assert number_texts(np.array([0.0452, 0.0435, 0.0])) == ["0.0452", "0.0435", "0.0000"]
    assert number_texts(np.array([123.456, 99.5])) == ["123.5", "99.5"]
    assert number_texts(np.array([np.inf, -np.inf, 2.0])) == ["∞", "-∞", "2"]
    assert number_texts(np.array([-0.5, -0.25])) == ["-0.500", "-0.250"]


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path):
    path = tmp_path / "tables" / "metrics.html"
    write_page(page_of(pd.DataFrame({"µ": [1]})), path)
    assert "µ" in path.read_text(encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_page("\udc80", path)
    assert [file.name for file in path.parent.iterdir()] == ["metrics.html"]
    assert "µ" in path.read_text(encoding="utf-8")


def render(path: Path, **config: object) -> tuple[str, str]:
    """Render a caption as the report does; give rst and HTML, and raise at any rst warning."""
    snakemake = SimpleNamespace(params=SimpleNamespace(note=NOTE), config=config)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - rst, not HTML
    text = environment.from_string(path.read_text(encoding="utf-8")).render(snakemake=snakemake)
    settings = {"halt_level": docutils.utils.Reporter.WARNING_LEVEL, "report_level": 5}
    return text, publish_parts(text, writer="html", settings_overrides=settings)["html_body"]


def test_there_is_a_caption_for_every_figure_and_table(root: Path):
    found = {path.stem for path in (root / "workflow" / "report").glob("*.rst")}
    assert set(CAPTIONS) | {"workflow"} <= found


@pytest.mark.parametrize("name", CAPTIONS)
def test_captions_begin_with_the_note_and_say_how_n_and_limit(root: Path, name: str):
    text, html = render(root / "workflow" / "report" / f"{name}.rst")
    assert text.startswith(f"**{NOTE}.** ")
    assert f"<strong>{NOTE}.</strong>" in html
    for part in ("*Computed:*", "*How to read it:*", "*Limit:*", "*n* "):
        assert part in text, part


@pytest.mark.parametrize("study", ["demo", "a_study_with_a_long_name_and_an_end_"])
def test_front_page_names_the_study_and_says_whether_it_is_simulated(root: Path, study: str):
    path = root / "workflow" / "report" / "workflow.rst"
    simulated, html = render(path, study=study, simulated=True)
    real, _ = render(path, study=study, simulated=False)
    assert study in simulated
    assert "<strong>SIMULATED data.</strong>" in html
    assert "SIMULATED" not in real


# ---- the page of metrics


def test_page_of_metrics_has_intervals_and_chance_in_one_cell_and_no_empty_columns():
    numbers = dict.fromkeys([*NAMES, *CHANCE.values()], 0.5)
    row = numbers | {"model": "ridge", "gene_set": "variable", "mean_auprc": 0.4, "mean_prevalence": 0.125}
    row |= {
        f"{name}_{end}": value for name in ("mean_r", "skill") for end, value in (("low", 0.4), ("high", 0.6))
    }
    flat = row | {"model": "gene_mean", "mean_r": np.nan, "mean_auprc": np.nan}
    table = readable_metrics(pd.DataFrame([flat, row]).assign(fraction_of_ceiling=np.nan))
    assert table["mean r per gene (pooled)"].tolist() == ["–", "0.500 [0.400, 0.600]"]
    assert table["AUPRC (prevalence)"].tolist() == ["–", "0.400 (0.125)"]
    assert table.columns[:2].tolist() == ["model", "gene set"]
    assert "r / ceiling" not in table
    assert "r / ceiling" in readable_metrics(pd.DataFrame([flat, row]))
    assert table.shape[1] <= 20
