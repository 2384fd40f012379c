"""Cohorts in memory: choosing, joining and loading samples, and who counts as unlabelled."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.io.parquet import write_matrix, write_table
from deepdep.prepare.cohort import Cohort, join_cohorts, labels_of, load_cohort, load_cohorts, unlabelled
from deepdep.prepare.omics import empty_omic


def make(names: str, patients: str, domain: str = "cell_line") -> Cohort:
    """Make a cohort with one letter per sample and per patient, and two omics."""
    index = pd.Index(list(names), name="sample")
    samples = pd.DataFrame({"patient": list(patients), "group": "lung", "domain": domain}, index)
    first = np.arange(2 * len(index), dtype=np.float32).reshape(-1, 2)
    omics = {
        "expression": pd.DataFrame(first, index, ["A", "B"]),
        "mutation": pd.DataFrame(first[:, :1] % 2, index, ["C"]),
    }
    return Cohort(samples, omics)


def write(folder: Path, name: str, sheet: pd.DataFrame, omics: dict[str, pd.DataFrame]) -> list[Path]:
    """Write a cohort as the workflow does; return its sheet's path, then those of its omics."""
    write_table(sheet, folder / name / "samples.parquet", "samples")
    for omic, frame in omics.items():
        write_matrix(frame, folder / name / f"{omic}.parquet", omic)
    return [folder / name / f"{stem}.parquet" for stem in ("samples", *omics)]


def test_take_gives_the_samples_in_the_order_asked_in_every_table() -> None:
    taken = make("abcd", "1234").take(["d", "b"])
    assert list(taken.samples["patient"]) == ["4", "2"]
    assert taken.omics["expression"].to_numpy().tolist() == [[6, 7], [2, 3]]
    assert all(list(frame.index) == ["d", "b"] for frame in taken.omics.values())
    assert taken.features == {"expression": ["A", "B"], "mutation": ["C"]}


def test_take_refuses_samples_it_does_not_have() -> None:
    with pytest.raises(KeyError, match="does not have"):
        make("ab", "12").take(["a", "z"])


def test_join_stacks_and_domain_takes_apart() -> None:
    lines, tumors = make("ab", "12"), make("xyz", "678", "tumor")
    joined = join_cohorts([lines, tumors])
    assert list(joined.samples.index) == list("abxyz")
    for name, part in (("cell_line", lines), ("tumor", tumors)):
        back = joined.domain(name)
        pd.testing.assert_frame_equal(back.samples, part.samples)
        for omic, frame in part.omics.items():
            pd.testing.assert_frame_equal(back.omics[omic], frame)


def test_unlabelled_drops_labelled_lines_and_their_siblings() -> None:
    cohort = make("abcdef", "112233")
    assert list(unlabelled(cohort, ["a", "e", "f"]).samples.index) == ["c", "d"]
    assert list(unlabelled(cohort, []).samples.index) == list("abcdef")
    assert len(unlabelled(cohort, "abcdef").samples) == 0


def test_unlabelled_drops_a_tumour_of_a_labelled_patient() -> None:
    joined = join_cohorts([make("ab", "12"), make("xy", "29", "tumor")])
    assert list(unlabelled(joined, ["b", "not in the cohort"]).samples.index) == ["a", "y"]


def test_labels_follow_the_samples_and_stay_missing() -> None:
    scores = pd.DataFrame({"G": [0.5, np.nan], "H": [1.0, 2.0]}, ["a", "b"])
    labels = labels_of(scores, ["b", "z", "a"])
    assert labels.dtype == np.float32
    np.testing.assert_array_equal(labels, [[np.nan, 2], [np.nan, np.nan], [0.5, 1]])


def test_load_keeps_modelled_samples_and_leaves_missing_rows_missing(tmp_path: Path) -> None:
    cohort = make("abc", "123")
    sheet = cohort.samples.assign(modelled=[True, False, True])
    omics = cohort.omics | {"mutation": cohort.omics["mutation"].loc[["b", "a"]]}
    samples, *files = write(tmp_path, "ccl", sheet, omics)
    loaded = load_cohort(samples, dict(zip(omics, files, strict=True)))
    assert list(loaded.samples.index) == ["a", "c"]
    assert loaded.omics["expression"].to_numpy().tolist() == [[0, 1], [4, 5]]
    np.testing.assert_array_equal(loaded.omics["mutation"].to_numpy(), [[0], [np.nan]])
    assert set(loaded.omics["mutation"].dtypes) == {np.dtype(np.float32)}


def test_load_of_an_omic_that_no_sample_has(tmp_path: Path) -> None:
    sheet = make("ab", "12").samples.assign(modelled=True)
    samples, file = write(tmp_path, "ccl", sheet, {"methylation": empty_omic(["M", "N"])})
    frame = load_cohort(samples, {"methylation": file}).omics["methylation"]
    assert frame.shape == (2, 2)
    assert frame.isna().all(axis=None)
    assert set(frame.dtypes) == {np.dtype(np.float32)}


def test_load_of_several_cohorts_pairs_each_with_its_own_files(tmp_path: Path) -> None:
    parts = {"ccl": make("ab", "12"), "tumors": make("xyz", "678", "tumor")}
    files = {
        name: write(tmp_path, name, part.samples.assign(modelled=True), part.omics)
        for name, part in parts.items()
    }
    omics = [path for paths in files.values() for path in paths[1:]]
    loaded = load_cohorts([paths[0] for paths in files.values()], omics, ["expression", "mutation"])
    for part, found in zip(parts.values(), loaded, strict=True):
        assert list(found.samples.index) == list(part.samples.index)
        assert found.features == part.features
