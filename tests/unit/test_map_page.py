"""The searchable page of the tumour map: its lists, and the page as a browser shows it."""

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.tumors.map_page import map_data, map_page, read_parts
from deepdep.tumors.strongest import lowest, relative_scores, strongest_of_genes, strongest_of_tumors

PAGE = Path(__file__).resolve().parents[2] / "workflow/page"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AWKWARD = "T<b>&\"'</script>"  # a name that must stay a name
EACH = 3


def drawn() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.Series]:
    """Draw predictions, their standard deviations, a sheet and the genes' r; some are missing."""
    rng = np.random.default_rng(5)
    tumors = [AWKWARD, *(f"TCGA-{number:02d}" for number in range(1, 12))]
    genes = [f"GENE{number}" for number in range(6)]
    scores = pd.DataFrame(rng.normal(size=(12, 6)).astype(np.float32), tumors, genes)
    scores.iloc[0, 4] = -9.0
    scores.iloc[3, 2] = np.nan
    scores["GENE5"] = np.float32(-1)  # does not vary
    sheet = pd.DataFrame({"group": ["LUAD", "BRCA"] * 6, "beyond": rng.random(12)}, tumors)
    return scores, abs(scores) / 10, sheet, pd.Series({"GENE0": 0.61, "GENE1": np.nan})


def page_of(*tables: pd.DataFrame, note: str = "a note") -> str:
    """Return the page of some tables."""
    return map_page(read_parts(PAGE), map_data(*tables, EACH), ("Tumour map", note, "lead & more"))


def test_lists_are_those_of_plain_sorting():
    scores, sd, _, _ = drawn()
    relative = (scores - scores.mean()) / scores.std(ddof=0).replace(0, 1)
    of_tumors, of_genes = strongest_of_tumors(scores, sd, EACH), strongest_of_genes(scores, sd, EACH)
    for row, tumor in enumerate(scores.index):
        best = relative.loc[tumor].sort_values().head(EACH)
        assert list(scores.columns[of_tumors.place[row]]) == list(best.index)
        np.testing.assert_allclose(of_tumors.relative[row], best, rtol=1e-5)
        np.testing.assert_allclose(of_tumors.score[row], scores.loc[tumor, best.index])
    for row, gene in enumerate(scores.columns[:5]):
        best = scores[gene].sort_values().head(EACH)
        assert list(scores.index[of_genes.place[row]]) == list(best.index)
        np.testing.assert_allclose(of_genes.sd[row], sd.loc[best.index, gene])


def test_missing_scores_come_last_and_lists_are_no_longer_than_there_is():
    values = np.array([[np.nan, 2.0, 1.0], [3.0, np.nan, np.nan]])
    assert lowest(values, 2)[0].tolist() == [2, 1]
    assert lowest(values, 9).shape == (2, 3)
    assert lowest(values, 9)[1][0] == 0
    assert (relative_scores(np.ones((3, 1))) == 0).all()


def test_page_loads_nothing_and_no_name_ends_its_script():
    text = page_of(*drawn())
    for outside in ('src="', "href=", "url(http", "@import", "sourceMappingURL"):
        assert outside not in text
    assert text.count("</script>") == 3  # those of the template
    assert "lead &amp; more" in text


def test_too_large_a_page_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("deepdep.tumors.map_page.MOST_BYTES", 1000)
    with pytest.raises(InputError, match=r"tumor_map\.listed"):
        page_of(*drawn())


def test_page_of_a_large_study_is_within_its_bound():
    """8,238 tumours x 18,000 genes, 50 listed: what is listed is what takes room."""
    rng = np.random.default_rng(1)
    tumors, genes = 8238, 300
    scores = pd.DataFrame(rng.normal(size=(tumors, genes)).astype(np.float32))
    scores.index, scores.columns = [f"TCGA-AA-{n:04d}" for n in scores.index], [f"G{n}" for n in scores]
    sheet = pd.DataFrame({"group": "LUAD", "beyond": 0.5}, scores.index)
    size = len(
        map_page(read_parts(PAGE), map_data(scores, scores, sheet, pd.Series(dtype=float), 50), ("", "", ""))
    )
    per_gene = 50 * 10 * 4 / 3 + 60
    assert size + per_gene * (18_000 - genes) < 20e6


# ---- in a browser


def in_browser(page: Path, place: str) -> str:
    """Return the page's elements after its script has run, opened at a place of it."""
    done = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=6000",
         "--window-size=1200,1400", "--dump-dom", f"{page.as_uri()}#{place}"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout.split("<script>")[0]  # without the data and the scripts themselves


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page to a file; skip where no browser is installed."""
    if BROWSER is None:
        pytest.skip("no chromium here: the page of the map is not tried in a browser (.ci/run installs one)")
    path = tmp_path_factory.mktemp("page") / "map.html"
    path.write_text(page_of(*drawn()), encoding="utf-8")
    return path


def cells(text: str, field: str) -> list[str]:
    """Return the texts of a column of the tables that are shown."""
    found = re.findall(rf'class="tabulator-cell"[^>]*tabulator-field="{field}"[^>]*>([^<]*)<', text)
    return [value for value in found if value]


def test_chosen_tumor_shows_its_genes_in_order(page: Path):
    scores, sd, _, _ = drawn()
    text = in_browser(page, f"tumor={quote(AWKWARD)}")
    best = strongest_of_tumors(scores, sd, EACH)
    shown = text.split('id="chosen"')[1]
    assert cells(shown, "gene") == [scores.columns[place] for place in best.place[0]]
    assert cells(shown, "score") == [f"{value:.2f}" for value in best.score[0]]
    assert "T&lt;b&gt;&amp;" in shown  # the name as text, no element
    assert "<b>" not in shown


def test_chosen_gene_shows_its_tumors_and_its_skill(page: Path):
    scores, sd, _, _ = drawn()
    shown = in_browser(page, "gene=GENE0").split('id="chosen"')[1]
    best = strongest_of_genes(scores, sd, EACH).place[0]
    assert "r on held-out cell lines: 0.61" in shown
    assert len(cells(shown, "tumor")) == EACH
    assert scores.index[best[1]] in shown


def test_search_finds_cancer_types_and_says_how_many(page: Path):
    assert "6 tumours, 0 genes" in in_browser(page, "search=brca")
    assert "no gene NOTHING in this map" in in_browser(page, "gene=NOTHING")
