"""The list of predicted samples: what the model knew of each, and how far it is from the training lines."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_checkpoint import CPU, OMICS, fit, make_cohort

from deepdep.errors import InputError
from deepdep.evaluate.domain import DISTANCES, fit_domain, held_out_scores, out_of_domain, score_codes
from deepdep.io.parquet import write_matrix, write_table
from deepdep.prepare.cohort import Cohort
from deepdep.training import checkpoint
from deepdep.training.checkpoint import FittedModel, save_model
from deepdep.training.predict import (
    Spread,
    allowed_samples,
    codes_of_folds,
    describe_samples,
    see_cohort,
    spread_of,
)


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
    held_out = held_out_scores(halves(codes["ccl"]), patients["ccl"])
    scores = score_codes(codes, patients, fitted.notes["train"], held_out)
    return describe_samples(seen, fitted.notes["train"], scores)


def halves(codes: pd.DataFrame | None) -> list[tuple[pd.DataFrame | None, pd.DataFrame | None]]:
    """Stand for two folds: either half of the lines is tested by the other."""
    if codes is None:
        return [(None, None)]
    return [(codes[7:], codes[:7]), (codes[:7], codes[7:])]


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
    for half, others in ((slice(0, 7), slice(7, 14)), (slice(7, 14), slice(0, 7))):
        codes = fitted.codes(make_cohort(14))
        alone = out_of_domain(fit_domain(codes[others]), codes[half])
        found = lines.set_index("sample").loc[codes.index[half], ["distance", "relative"]]
        pd.testing.assert_frame_equal(found, alone[["distance", "relative"]], check_names=False)
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
    codes = fitted.codes(lines)
    own = out_of_domain(fit_domain(codes, lines.samples["patient"]), codes, lines.samples["patient"])
    # a copy is its line's neighbour at distance 0, a line is not its own
    assert (table.loc["copies", "distance"].to_numpy() < own["distance"].to_numpy()).all()
    assert table.loc["far", "distance"].min() > own["distance"].max()
    assert table.loc["far", "beyond"].min() > table.loc["copies", "beyond"].max()


def test_blocks_of_samples_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted, files = fit("ridge"), write_cohort(make_cohort(14), tmp_path / "ccl")
    whole = see_cohort(fitted, *files)
    before = fitted.predict(make_cohort(14))
    monkeypatch.setattr(checkpoint, "BLOCK_SAMPLES", 4)
    pd.testing.assert_frame_equal(fitted.predict(make_cohort(14)), before)
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


def test_spread_is_the_standard_deviation_of_the_tables_a_sample_is_in() -> None:
    rng = np.random.default_rng(1)
    names, genes = pd.Index(list("abcd"), name="sample"), ["G1", "G2"]
    tables = [pd.DataFrame(rng.normal(size=(4, 2)), names, genes) for _ in range(5)]
    tables[1], tables[3] = tables[1].loc[["c", "a"]], tables[3].loc[["b"]]
    spread = Spread(names, genes)
    for table in tables:
        spread.add(table[genes[::-1]])
    expected = pd.concat(tables).groupby(level=0).std()
    pd.testing.assert_frame_equal(spread.table(), expected.astype(np.float32), check_names=False)
    assert spread.counts.tolist() == [4, 4, 4, 3]


def test_one_prediction_has_no_spread() -> None:
    spread = Spread(pd.Index(["a", "b"], name="sample"), ["G"])
    for names in (["a"], ["a", "b"]):
        spread.add(pd.DataFrame({"G": 1.0}, pd.Index(names, name="sample")))
    assert spread.table()["G"].tolist() == pytest.approx([0, np.nan], nan_ok=True)


SPLITS = pd.DataFrame(
    [
        *[("L1", 0, 0, "test"), ("L2", 0, 0, "validation"), ("L3", 0, 0, "train")],
        *[("L1", 0, 1, "train"), ("L2", 0, 1, "test"), ("L3", 0, 1, "test")],
        *[("L1", 1, 0, "train"), ("L2", 1, 0, "train"), ("L3", 1, 0, "test")],
    ],
    columns=["sample", "repeat", "fold", "role"],
)


def test_a_labelled_line_is_predicted_only_by_models_that_have_not_seen_it() -> None:
    lines = pd.Index(["L1", "L2", "free"])
    assert allowed_samples(lines, SPLITS) == [{"L1", "free"}, {"L2", "free"}, {"free"}]
    assert allowed_samples(pd.Index(["T1"]), SPLITS) == [{"T1"}] * 3


@pytest.mark.parametrize("kind", ["grid", "ensemble"])
def test_spread_over_models_and_members(kind: str, tmp_path: Path) -> None:
    fitted = [fit(kind, seed) for seed in (1, 2)]
    paths = [tmp_path / f"{number}.safetensors" for number in range(2)]
    for one, path in zip(fitted, paths, strict=True):
        save_model(one, path)
    cohort = make_cohort(6, "tumor", 3)
    names = set(cohort.samples.index)
    spread = spread_of(cohort, paths, [names, names], CPU)
    each = [one.predict_members(cohort) for one in fitted]
    tables = np.stack([table.to_numpy() for tables in each for table in tables])
    assert len(tables) == (6 if kind == "ensemble" else 2)
    np.testing.assert_allclose(spread.table(), tables.std(axis=0, ddof=1), rtol=1e-4, atol=1e-6)
    assert (spread.counts == len(tables)).all()
    seen_once = spread_of(cohort, paths, [names, set()], CPU)
    assert seen_once.table().isna().all(axis=None) == (kind == "grid")


def test_codes_of_folds_are_those_of_each_fold_s_model(tmp_path: Path) -> None:
    lines = make_cohort(14)
    names = list(lines.samples.index)
    rows = [
        (name, 0, fold, "test" if place % 2 == fold else "train")
        for fold in (0, 1)
        for place, name in enumerate(names)
    ]
    splits = pd.DataFrame(rows, columns=["sample", "repeat", "fold", "role"])
    fitted = [fit("grid", seed) for seed in (1, 2)]
    paths = [tmp_path / f"{number}.safetensors" for number in range(2)]
    for one, path in zip(fitted, paths, strict=True):
        save_model(one, path)
    for fold, (training, test) in enumerate(codes_of_folds(lines, splits, paths, CPU)):
        assert list(test.index) == names[fold::2]
        assert sorted([*training.index, *test.index]) == sorted(names)
        pd.testing.assert_frame_equal(test, fitted[fold].codes(lines.take(list(test.index))))
