"""The list of predicted samples: what the model knew of each, and how far it is from the training lines."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_checkpoint import OMICS, fit, make_cohort

from deepdep.errors import InputError
from deepdep.evaluate.domain import DISTANCES, score_codes
from deepdep.io.parquet import write_matrix, write_table
from deepdep.prepare.cohort import Cohort
from deepdep.training import predict
from deepdep.training.checkpoint import FittedModel
from deepdep.training.predict import describe_samples, see_cohort


def write_cohort(cohort: Cohort, folder: Path) -> tuple[Path, dict[str, Path]]:
    """Write a cohort as the workflow has it, with one sample that is not modelled."""
    folder.mkdir()
    sheet = cohort.samples.assign(modelled=True)
    for omic, frame in cohort.omics.items():
        sheet[f"has_{omic}"] = frame.notna().any(axis=1)
        sheet[f"observed_{omic}"] = frame.notna().mean(axis=1)
    left = sheet.iloc[:1].rename(index=lambda name: f"{name}_left").assign(modelled=False)
    write_table(pd.concat([sheet, left]).reset_index(), folder / "samples.parquet", "samples")
    for omic, frame in cohort.omics.items():
        write_matrix(frame, folder / f"{omic}.parquet", omic)
    return folder / "samples.parquet", {omic: folder / f"{omic}.parquet" for omic in cohort.omics}


def described(fitted: FittedModel, cohorts: dict[str, Cohort], folder: Path) -> pd.DataFrame:
    """Describe cohorts as the script of the rule does."""
    seen = {
        name: see_cohort(fitted, *write_cohort(cohort, folder / name)) for name, cohort in cohorts.items()
    }
    codes = {name: one.codes for name, one in seen.items()}
    patients = {name: one.sheet["patient"] for name, one in seen.items()}
    return describe_samples(seen, fitted.notes["train"], score_codes(codes, patients, fitted.notes["train"]))


@pytest.mark.parametrize("kind", ["ridge", "grid"])
def test_samples_get_distances_in_what_the_model_sees(kind: str, tmp_path: Path) -> None:
    fitted, tumors = fit(kind), make_cohort(8, "tumor", 6)
    table = described(fitted, {"tumors": tumors, "ccl": make_cohort(14)}, tmp_path)
    kept = ["cohort", "sample", "patient", "group", "in_training"]
    assert list(table)[:5] == kept
    assert set(table.columns[5:13]) == {f"{what}_{omic}" for what in ("has", "observed") for omic in OMICS}
    assert list(table.columns[13:]) == [*DISTANCES, "observed"]
    assert list(table["sample"]) == [*tumors.samples.index, *make_cohort(14).samples.index]
    assert list(table["in_training"]) == [False] * 8 + [True] * 14
    assert np.isfinite(table[DISTANCES]).all(axis=None)
    lines = table[table["in_training"]]
    assert sorted(lines["beyond"]) == pytest.approx(np.arange(14) / 14)
    assert lines["relative"].median() == pytest.approx(1)
    raw = np.hstack([tumors.omics[omic] for omic in OMICS])
    np.testing.assert_allclose(table["observed"][:8], np.isfinite(raw).mean(axis=1))


@pytest.mark.parametrize("kind", ["ridge", "grid"])
def test_copies_of_lines_are_near_and_samples_at_the_limits_are_far(kind: str, tmp_path: Path) -> None:
    fitted, lines = fit(kind), make_cohort(14)
    names = [f"copy{row}" for row in range(14)]
    sheet = lines.samples.set_axis(pd.Index(names, name="sample")).assign(patient=names)
    copies = Cohort(sheet, {omic: frame.set_axis(sheet.index) for omic, frame in lines.omics.items()})
    sheet = copies.samples.iloc[:2].rename(index=lambda name: f"{name}_far")
    extreme = {omic: frame.iloc[:2] * 0 + 1e4 for omic, frame in lines.omics.items()}
    extreme = {omic: frame.fillna(1e4).set_axis(sheet.index) for omic, frame in extreme.items()}
    cohorts = {"ccl": lines, "copies": copies, "far": Cohort(sheet, extreme)}
    table = described(fitted, cohorts, tmp_path).set_index("cohort")
    own, found = (table.loc[name, "distance"].to_numpy() for name in ("ccl", "copies"))
    assert (found < own).all()  # a copy is its line's neighbour at distance 0, a line is not its own
    assert (table.loc["far", "beyond"] == 1).all()
    assert table.loc["far", "relative"].min() > table.loc["ccl", "relative"].max()


def test_blocks_of_samples_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted, files = fit("ridge"), write_cohort(make_cohort(14), tmp_path / "ccl")
    whole = see_cohort(fitted, *files)
    monkeypatch.setattr(predict, "BLOCK_SAMPLES", 4)
    parts = see_cohort(fitted, *files)
    assert list(whole.sheet.index) == list(make_cohort(14).samples.index)
    pd.testing.assert_frame_equal(parts.codes, whole.codes)
    pd.testing.assert_series_equal(parts.observed, whole.observed)


def test_gene_mean_has_empty_columns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = described(fit("gene_mean"), {"ccl": make_cohort(14), "tumors": make_cohort(8, "tumor")}, tmp_path)
    assert list(table.columns[-4:]) == [*DISTANCES, "observed"]
    assert table[[*DISTANCES, "observed"]].isna().all(axis=None)
    assert table["observed_mutation"].notna().all()
    assert not caplog.records


def test_dead_network_leaves_distances_empty_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fitted = fit("grid")
    for encoder in fitted.model.net.encoders.values():
        encoder[-1].linear.weight.data[:] = 0
    lines = make_cohort(14)
    whole = {omic: frame.fillna(0) for omic, frame in lines.omics.items()}
    table = described(fitted, {"ccl": Cohort(lines.samples, whole)}, tmp_path)
    assert table[DISTANCES].isna().all(axis=None)
    assert (table["observed"] == 1).all()
    assert "No feature differs between the training lines" in caplog.text


def test_codes_that_are_no_numbers_stop_the_run() -> None:
    fitted = fit("grid")
    fitted.model.net.encoders["expression"][-1].linear.bias.data[:] = np.nan
    with pytest.raises(InputError, match=r"codes of some samples are not finite.* Remedy: "):
        fitted.codes(make_cohort(14))


def test_feature_never_measured_in_fitting_is_not_observed() -> None:
    fitted, cohort = fit("ridge"), make_cohort(4, seed=3)
    whole = {omic: frame.fillna(0) for omic, frame in cohort.omics.items()}
    assert (fitted.observed(Cohort(cohort.samples, whole)) == 1).all()
    fitted.transform.statistics["expression", "cell_line"]["scale"][:2] = np.inf
    assert fitted.observed(Cohort(cohort.samples, whole)).tolist() == [0.9] * 4
