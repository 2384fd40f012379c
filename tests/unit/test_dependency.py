"""Choice of genes and the table of labels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.gmt import read_gmt
from deepdep.io.tables import read_numeric_table
from deepdep.prepare.dependency import GeneChoice, build_dependency, choose_genes, labelled_lines
from deepdep.prepare.fingerprints import fingerprinted

N = 40
SPREAD = {"LOW": 0.5, "HIGH": 4.0, "MID": 2.0, "BARE": 3.0, "GAPS": 5.0, "FLAT": 0.0}
SETS = {"LOW", "HIGH", "MID", "GAPS", "FLAT", "ELSEWHERE"}


@pytest.fixture
def scores() -> pd.DataFrame:
    """Return 40 lines x 6 genes of known spread: half the lines at +s, half at -s; GAPS lacks four."""
    sign = np.resize([1, -1], N)[:, None]
    lines = pd.Index([f"L{i}" for i in range(N)], name="sample")
    frame = pd.DataFrame(sign * list(SPREAD.values()), index=lines, columns=list(SPREAD), dtype=np.float32)
    frame.loc[["L0", "L1", "L2", "L3"], "GAPS"] = np.nan
    return frame


def choice(reported: int, *extra: str, max_missing: float = 0.05) -> GeneChoice:
    """Return settings."""
    return GeneChoice(reported, max_missing, extra)


def test_largest_spread_of_those_that_qualify(scores: pd.DataFrame, caplog: pytest.LogCaptureFixture):
    genes = choose_genes(scores, choice(2), SETS)
    assert genes.columns.to_list() == ["gene", "sd", "mean", "n", "missing", "reported", "extra"]
    assert genes["gene"].to_list() == ["HIGH", "MID"]
    np.testing.assert_allclose(genes["sd"], np.array([4, 2]) * np.sqrt(N / (N - 1)))
    assert genes["mean"].to_list() == [0, 0]
    assert genes["n"].to_list() == [N, N]
    assert genes["reported"].all()
    assert not genes["extra"].any()
    assert "1 genes without a fingerprint are no candidates: BARE" in caplog.text
    assert "1 genes without variation are no candidates: FLAT" in caplog.text


def test_missing_share_is_exclusive(scores: pd.DataFrame):
    assert "GAPS" not in choose_genes(scores, choice(9, max_missing=0.1), SETS)["gene"].to_list()
    genes = choose_genes(scores, choice(1, max_missing=0.11), SETS).iloc[0]
    assert genes["gene"] == "GAPS"
    assert genes["missing"] == pytest.approx(0.1)
    assert genes["n"] == 36


def test_fewer_candidates_than_asked(scores: pd.DataFrame, caplog: pytest.LogCaptureFixture):
    assert len(choose_genes(scores, choice(10), SETS)) == 3
    assert "3 candidate genes where 10 were asked for" in caplog.text


def test_extra_genes(scores: pd.DataFrame, caplog: pytest.LogCaptureFixture):
    settings = choice(1, "LOW", "HIGH", "ABSENT", "BARE", "FLAT", "GAPS", "LOW")
    genes = choose_genes(scores, settings, SETS).set_index("gene")
    assert genes.index.to_list() == ["HIGH", "LOW", "GAPS"]
    assert genes["reported"].to_list() == [True, False, False]
    assert genes["extra"].to_list() == [True, True, True]
    assert "extra genes skipped, not in the dependency table: ABSENT" in caplog.text
    assert "extra genes skipped, without a fingerprint: BARE" in caplog.text
    assert "extra genes skipped, without variation: FLAT" in caplog.text


def test_equal_spread_is_ordered_by_name(scores: pd.DataFrame):
    frame = scores.assign(B=scores["MID"], A=scores["MID"])
    assert choose_genes(frame, choice(4), SETS | {"A", "B"})["gene"].to_list() == ["HIGH", "A", "B", "MID"]


def test_constant_is_constant_whatever_the_rounding(scores: pd.DataFrame):
    genes = choose_genes(scores.astype(float).assign(FLAT=0.123456789), choice(9), SETS)["gene"].to_list()
    assert "FLAT" not in genes


def test_no_candidate(scores: pd.DataFrame):
    with pytest.raises(InputError, match="no gene has scores that vary"):
        choose_genes(scores, choice(2), {"ELSEWHERE"})


def test_too_few_labels(scores: pd.DataFrame):
    with pytest.raises(InputError, match="only 19 modelled cell lines"):
        choose_genes(scores.iloc[:19], choice(2), SETS)
    assert len(choose_genes(scores.iloc[:20], choice(2), SETS)) == 2
    bare = scores.copy()
    bare.iloc[19:] = np.nan
    with pytest.raises(InputError, match="only 19 modelled cell lines"):
        choose_genes(bare, choice(2), SETS)


def test_one_label_only(scores: pd.DataFrame):
    with pytest.raises(InputError, match="only one cell line is labelled"):
        choose_genes(scores.iloc[:1], choice(2), SETS)
    with pytest.raises(InputError, match="one and the same value"):
        choose_genes(scores * 0 + 1, choice(2), SETS)


def test_labelled_lines(scores: pd.DataFrame, caplog: pytest.LogCaptureFixture):
    scores.loc["L5"] = np.nan
    assert labelled_lines(scores, ["L7", "L5", "X1", "L2"]) == ["L7", "L2"]
    assert "37 lines with scores are not modelled" in caplog.text
    with pytest.raises(InputError, match=r"zero overlap.*L0, L1, L2.*X1"):
        labelled_lines(scores, ["X1"])


def test_dependency_keeps_gaps(scores: pd.DataFrame, caplog: pytest.LogCaptureFixture):
    table = build_dependency(scores, ["L4", "L0"], ["GAPS", "LOW"])
    expected = pd.DataFrame(
        [[5, 0.5], [np.nan, 0.5]],
        index=pd.Index(["L4", "L0"], name="sample"),
        columns=["GAPS", "LOW"],
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(table, expected)
    assert build_dependency(scores, ["L4", "L0"], ["GAPS"]).index.to_list() == ["L4"]
    assert "1 lines without a score of the chosen genes: L0" in caplog.text
    with pytest.raises(InputError, match="no cell line has a score"):
        build_dependency(scores, ["L0"], ["GAPS"])


def test_real_reporting_set(real: Path):
    scores = read_numeric_table(real / "ccl/dependency.tsv.gz", "features_in_rows")
    assert scores.shape == (297, 6619)
    expression = read_numeric_table(real / "ccl/expression.tsv.gz", "features_in_rows")
    lines = labelled_lines(scores, expression.index.to_list())
    known = fingerprinted(read_gmt(real / "features/cgp_prep4deepdep.gmt"))
    extra = ("ESR1", "ERBB2", "PIK3CA", "FGFR2", "PTEN", "CHD1", "GATA3", "FOXA1")
    genes = choose_genes(scores.loc[lines], GeneChoice(1298, 0.05, extra), known)
    assert int(genes["reported"].sum()) == 1298
    assert genes["sd"][:1298].is_monotonic_decreasing
    rest = scores.loc[lines].drop(columns=genes["gene"])
    rest = rest.loc[:, rest.columns.isin(known) & (rest.isna().mean() < 0.05)]
    assert rest.std().max() <= genes["sd"][1297] + 1e-6
    labels = build_dependency(scores, lines, genes["gene"].to_list())
    assert labels.shape == (len(lines), len(genes))
    assert labels.isna().mean().mean() == pytest.approx(0.0335, abs=0.005)
