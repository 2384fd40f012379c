"""Which features models see: as given, published, derived; and what samples get of them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.parquet import write_matrix, write_table
from deepdep.prepare import features
from deepdep.prepare.features import derived_features, given_features, kept_part, published_features
from deepdep.prepare.omics import build_omic, empty_omic, read_kept
from deepdep.prepare.request import Wishes, chosen_from_segments, chosen_from_sources, tumor_rule

NAN = np.nan


def frame(**columns: list[float]) -> pd.DataFrame:
    """Return samples S0, S1, ... x features."""
    table = pd.DataFrame(columns, dtype=np.float32)
    return table.set_axis(pd.Index([f"S{i}" for i in range(len(table))], name="sample"))


LINES = frame(A=[1, 2, 3], FLAT=[5, 5, 5], GONE=[NAN] * 3, B=[NAN, 0, 1])
KEPT = pd.DataFrame({"feature": ["B", "NEW", "A"], "kept": [True, True, True]})


def test_cell_lines_lose_what_says_nothing(caplog: pytest.LogCaptureFixture):
    table = given_features(LINES, {"A": "12"}, "lines.tsv")
    assert table.loc[table["kept"], "feature"].to_list() == ["A", "B"]
    assert table["entrez"].to_list() == ["12", "", "", ""]
    assert "dropped 1 features, missing in every sample: GONE" in caplog.text
    assert "dropped 1 features, constant: FLAT" in caplog.text
    with pytest.raises(InputError, match=r"lines\.tsv: every feature is missing or constant"):
        given_features(LINES[["FLAT", "GONE"]], {}, "lines.tsv")


def test_derived_features_pass_the_rules_in_tumours_and_vary_in_lines():
    """Of the paper's rule for expression: mean > 1 and SD > 1 over tumours."""
    tumors = frame(A=[0, 4, 8], FLAT=[0, 4, 8], GONE=[0, 4, 8], B=[4, 4.1, 4.2])
    table = derived_features("expression", tumors, LINES, {}).set_index("feature")
    assert table["passes"].to_dict() == {"A": True, "FLAT": True, "GONE": True, "B": False}
    assert table["kept"].to_dict() == {"A": True, "FLAT": False, "GONE": False, "B": False}
    assert table.loc["A", ["mean", "sd"]].to_list() == pytest.approx([4, 4])
    with pytest.raises(InputError, match="no feature that passes the rules varies in the cell lines"):
        derived_features("expression", tumors.assign(A=1.0), LINES, {})


def test_derived_features_of_tumours_that_lack_some():
    table = derived_features("expression", frame(A=[0, 4, 8], OTHER=[0, 4, 8]), LINES, {})
    assert table.loc[table["kept"], "feature"].to_list() == ["A"]
    assert "OTHER" not in table["feature"].to_list()


def test_samples_get_exactly_the_features_kept(caplog: pytest.LogCaptureFixture):
    table = KEPT.assign(kept=[True, True, False])
    part = kept_part(LINES, table, "expression")
    assert part.columns.to_list() == ["B", "NEW"]
    np.testing.assert_array_equal(part, [[0, NAN], [1, NAN]])
    assert "1 samples without any of the features lose their row: S0" in caplog.text
    assert kept_part(empty_omic([]), KEPT, "expression").shape == (0, 3)
    with pytest.raises(InputError, match=r"zero overlap of features.*A, FLAT, GONE.*NEW"):
        kept_part(LINES, KEPT[1:2], "expression")


def test_published_features_come_filled_others_with_gaps():
    published = KEPT.assign(fill=[7.0, 8.0, 9.0])
    filled = build_omic(LINES, published, "expression", "lines")
    np.testing.assert_array_equal(filled, [[7, 8, 1], [0, 8, 2], [1, 8, 3]])
    open_ = build_omic(LINES, KEPT, "expression", "lines")
    np.testing.assert_array_equal(open_, [[NAN, NAN, 1], [0, NAN, 2], [1, NAN, 3]])
    assert build_omic(empty_omic([]), published, "expression", "none").shape == (0, 3)


def test_published_lists_keep_everything(real: Path):
    table = published_features(real / "features/cna_table_7460.RData", "copy_number")
    assert table["kept"].all()
    assert len(table) == 7460


def test_only_kept_columns_are_read(tmp_path: Path):
    write_matrix(LINES, tmp_path / "s.parquet", "lines")
    assert read_kept(tmp_path / "s.parquet", KEPT).columns.to_list() == ["A", "B"]
    write_matrix(empty_omic([]), tmp_path / "none.parquet", "nothing")
    assert read_kept(tmp_path / "none.parquet", KEPT).shape == (0, 0)


def test_features_wanted_of_further_sources(tmp_path: Path):
    """All features of the cell lines with their Entrez ids, or those chosen beforehand."""
    assert Wishes().features() is None
    write_matrix(LINES, tmp_path / "s.parquet", "lines", entrez={"A": "12"})
    wanted = Wishes(lines=str(tmp_path / "s.parquet")).features()
    assert wanted.to_dict("list") == {"feature": ["A", "FLAT", "GONE", "B"], "entrez": ["12", "", "", ""]}
    write_table(KEPT.assign(kept=[True, False, True]), tmp_path / "f.parquet", "features")
    assert Wishes(str(tmp_path / "f.parquet")).features()["feature"].to_list() == ["B", "A"]


def test_features_chosen_from_files(tmp_path: Path):
    write_matrix(LINES, tmp_path / "lines.parquet", "lines", entrez={"A": "12"})
    write_matrix(frame(A=[0, 4, 8], B=[1, 1, 1]), tmp_path / "t1.parquet", "tumours")
    write_matrix(frame(A=[0, 4, 8], B=[9, 9, 9]), tmp_path / "t2.parquet", "tumours")
    given = chosen_from_sources("expression", str(tmp_path / "lines.parquet"), [])
    assert given.loc[given["kept"], ["feature", "entrez"]].to_numpy().tolist() == [["A", "12"], ["B", ""]]
    both = [str(tmp_path / f"t{i}.parquet") for i in (1, 2)]
    derived = chosen_from_sources("expression", str(tmp_path / "lines.parquet"), both)
    assert derived.loc[derived["kept"], "feature"].to_list() == ["A", "B"]  # B varies between the cohorts
    assert derived["n"].max() == 6


def test_bins_chosen_from_segments_of_tumours(tmp_path: Path):
    """One stretch of 20 kb is gained or lost in all tumours, the rest is flat."""
    rows = [f"T{i}\t1\t1\t20000\t{mean}\nT{i}\t1\t20001\t90000\t0.01\n" for i, mean in enumerate([1, -1, 2])]
    (tmp_path / "t.seg").write_text("Sample\tChromosome\tStart\tEnd\tSegment_Mean\n" + "".join(rows))
    (tmp_path / "sheet.tsv").write_text("id\ttype\nT0\tA\nT1\tA\nT2\tB\n")
    sheet = {"path": str(tmp_path / "sheet.tsv"), "sample": "id", "patient": "id", "group": "type"}
    cohort = {"samples": sheet, "table": {"path": str(tmp_path / "t.seg"), "format": "segments"}}
    bins = chosen_from_segments("copy_number", [cohort])
    assert bins["feature"].to_list() == ["chr1_0to1_10k", "chr1_1to2_10k"]
    assert bins[["chrom", "start", "end"]].to_numpy().tolist() == [["1", 1, 10_000], ["1", 10_001, 20_000]]
    with pytest.raises(InputError, match="the segments are of hg38, the bins of hg19"):
        chosen_from_segments("copy_number", [{**cohort, "table": {**cohort["table"], "build": "hg38"}}])


def test_more_bins_than_a_model_takes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(features, "MOST_BINS", 1)
    rows = [("T0", "1", 1, 20_000, 1.0), ("T1", "1", 1, 20_000, -1.0)]
    segments = pd.DataFrame(rows, columns=["sample", "chrom", "start", "end", "mean"])
    with pytest.raises(InputError, match="2 bins pass the rules, at most 1 do"):
        features.derived_bins(segments, "hg19")


def test_tumour_rule_of_a_cohort():
    sheet = pd.DataFrame({"sample": ["P1"], "patient": ["P1"], "group": ["LAML"]})
    rule = tumor_rule({"by_cancer": {"SKCM": ["01"]}, "types": ["01", "02"]}, sheet, "expression")
    assert rule.cancer_types == {"P1": "LAML"}
    assert rule.types == ("01", "02")
    assert rule.by_cancer == {"LAML": ("03",), "SKCM": ("01",)}
    assert rule.banned == frozenset()
