"""Samples like the training lines are in the domain, shifted ones are not, and rows may be in any order."""

import logging

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist

from deepdep.errors import InputError
from deepdep.evaluate.domain import (
    DISTANCES,
    fit_domain,
    held_out_scores,
    out_of_domain,
    score_codes,
)

FEATURES = [f"F{number}" for number in range(60)]
MIXING = np.random.default_rng(0).normal(size=(4, len(FEATURES)))


def draw(number: int, seed: int, shift: float = 0.0, name: str = "L") -> pd.DataFrame:
    """Draw samples of four factors with noise; ``shift`` moves them along the first factor."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(number, 4)) + np.array([shift, 0, 0, 0])
    values = 5 + factors @ MIXING + rng.normal(0, 0.3, (number, len(FEATURES)))
    return pd.DataFrame(values, pd.Index([f"{name}{row}" for row in range(number)], name="sample"), FEATURES)


def test_new_samples_like_the_lines_are_spread_as_the_lines_are() -> None:
    scores = out_of_domain(fit_domain(draw(200, 1), components=4), draw(300, 2, name="N"))
    assert scores["beyond"].mean() == pytest.approx(0.5, abs=0.07)
    assert (scores["beyond"] > 0.9).mean() == pytest.approx(0.1, abs=0.06)
    assert scores["relative"].median() == pytest.approx(1, abs=0.1)
    assert (scores["observed"] == 1).all()


def test_shifted_samples_are_beyond_nearly_all_lines_and_farther_the_more_they_are_shifted() -> None:
    domain = fit_domain(draw(200, 1))
    relative = [out_of_domain(domain, draw(100, 3, shift, "N"))["relative"].median() for shift in (0, 4, 8)]
    assert relative == sorted(relative)
    assert out_of_domain(domain, draw(100, 3, 8, "N"))["beyond"].min() > 0.99


def test_distances_equal_those_written_out() -> None:
    lines, new = draw(50, 4), draw(7, 5, name="N")
    domain = fit_domain(lines, components=49, neighbours=3)
    mean, scale = lines.mean(), lines.std(ddof=0)
    own = cdist((lines - mean) / scale, (lines - mean) / scale)
    np.fill_diagonal(own, np.inf)
    np.testing.assert_allclose(domain.own, np.sort(np.sort(own)[:, :3].mean(axis=1)))
    scaled = ((new - mean) / scale).to_numpy() @ domain.axes
    expected = np.sort(cdist(scaled, domain.points))[:, :3].mean(axis=1)
    np.testing.assert_allclose(out_of_domain(domain, new)["distance"], expected)


def test_a_training_line_is_not_its_own_neighbour() -> None:
    lines = draw(50, 4)
    domain = fit_domain(lines)
    scores = out_of_domain(domain, lines.iloc[::-1])
    np.testing.assert_allclose(np.sort(scores["distance"]), domain.own)
    assert scores["beyond"].min() == 0
    assert scores["beyond"].max() == pytest.approx(1 - 1 / 50)
    copies = out_of_domain(domain, lines.rename(index=lambda name: f"{name}_copy"))
    assert (copies["distance"] < scores["distance"].to_numpy()[::-1]).all()


def test_order_of_samples_and_features_does_not_matter_and_units_neither() -> None:
    lines, new = draw(50, 4), draw(20, 5, 2, "N")
    before = out_of_domain(fit_domain(lines), new)
    units = pd.Series(np.linspace(0.1, 10, len(FEATURES)), FEATURES)
    shuffled = fit_domain((lines * units).sample(frac=1, random_state=1)[FEATURES[::-1]])
    after = out_of_domain(shuffled, (new * units).sample(frac=1, random_state=2)).loc[new.index]
    pd.testing.assert_frame_equal(after, before)


def test_missing_constant_and_unknown_features() -> None:
    lines, new = draw(50, 4), draw(20, 5, name="N")
    expected = out_of_domain(fit_domain(lines), new)
    odd = lines.assign(constant=3.0, never=np.nan)
    found = out_of_domain(fit_domain(odd), new.assign(other=1e9, constant=7.0))
    pd.testing.assert_frame_equal(found, expected)
    some = out_of_domain(fit_domain(lines), new[FEATURES[:15]])
    assert (some["observed"] == 0.25).all()
    assert np.isfinite(some).all(axis=None)
    gaps = lines.mask(np.random.default_rng(1).random(lines.shape) < 0.1)
    assert np.isfinite(out_of_domain(fit_domain(gaps), new)).all(axis=None)


def test_too_few_lines_and_features_without_spread_are_refused() -> None:
    with pytest.raises(InputError, match="6 training lines are too few for 5 neighbours"):
        fit_domain(draw(6, 1))
    with pytest.raises(InputError, match="No feature differs between the training lines"):
        fit_domain(draw(20, 1) * 0 + 1)


def test_lines_of_the_same_patient_are_no_neighbours() -> None:
    """Every line comes twice, one patient each pair: the twins are not there for each other."""
    lines = draw(40, 4)
    twins = pd.concat([lines, lines.rename(index=lambda name: f"{name}_twin")])
    patients = pd.Series([name.removesuffix("_twin") for name in twins.index], twins.index)
    alone, paired = fit_domain(lines, neighbours=1), fit_domain(twins, patients, neighbours=1)
    np.testing.assert_allclose(paired.own, np.repeat(alone.own, 2))
    np.testing.assert_allclose(fit_domain(twins, neighbours=1).own, 0, atol=1e-5)
    new = lines.iloc[:5].rename(index=lambda name: f"new_{name}")
    of_lines = pd.Series(lines.index[:5], new.index)
    expected = out_of_domain(alone, lines.iloc[:5])["distance"]
    np.testing.assert_allclose(out_of_domain(paired, new, of_lines)["distance"], expected)
    of_others = pd.Series("someone else", new.index)
    np.testing.assert_allclose(out_of_domain(paired, new, of_others)["distance"], 0, atol=1e-5)


def test_too_few_lines_of_other_patients_are_refused() -> None:
    lines = draw(12, 1)
    seven = pd.Series(["same"] * 7 + list("abcde"), lines.index)
    with pytest.raises(InputError, match="12 training lines are too few for 5 neighbours"):
        fit_domain(lines, seven)
    fit_domain(lines, seven, neighbours=4)


def test_a_unit_that_differs_by_rounding_alone_is_constant() -> None:
    codes = draw(30, 1).astype(np.float32)
    rounding = 7 * (1 + np.float32(1e-7) * np.arange(30) % 2)
    domain = fit_domain(codes.assign(dead=rounding.astype(np.float32)))
    assert domain.features == FEATURES


@pytest.mark.parametrize(
    ("number", "scale", "reason"),
    [(5, 1, "5 training lines are too few"), (30, 0, "No feature differs between the training lines")],
)
def test_scores_are_empty_with_a_warning_that_says_why(
    number: int, scale: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    codes = {"ccl": draw(number, 1) * scale, "tumors": draw(9, 2, name="T") * scale}
    patients = {cohort: pd.Series(frame.index, frame.index) for cohort, frame in codes.items()}
    with caplog.at_level(logging.WARNING, "deepdep"):
        found = score_codes(codes, patients, list(codes["ccl"].index), None)
    assert reason in caplog.text
    assert "distance, relative, beyond are left empty" in caplog.text
    for cohort, frame in codes.items():
        assert list(found[cohort]) == DISTANCES
        assert list(found[cohort].index) == list(frame.index)
        assert found[cohort].isna().all(axis=None)


def test_anything_else_that_is_wrong_with_codes_is_not_hidden() -> None:
    codes = {"ccl": draw(30, 1), "tumors": draw(9, 2, name="T")}
    patients = {cohort: pd.Series(frame.index, frame.index) for cohort, frame in codes.items()}
    with pytest.raises(KeyError):
        score_codes(codes, patients, ["a line that is not there", *codes["ccl"].index], None)
    held_out = out_of_domain(fit_domain(codes["ccl"]), codes["ccl"])
    with pytest.raises(KeyError):
        score_codes(codes, patients | {"tumors": patients["ccl"]}, list(codes["ccl"].index), held_out)


def test_beyond_is_measured_against_held_out_lines() -> None:
    """Learning spreads the codes of training lines, three times here; new ones would all look near."""
    lines, new = draw(120, 1), draw(400, 2, name="N")
    center = lines.mean()
    learned = center + 3 * (lines - center)
    folds = [
        (center + 3 * (lines.drop(test) - center), lines.loc[test]) for test in np.array_split(lines.index, 5)
    ]
    codes = {"ccl": learned, "new": new}
    patients = {cohort: pd.Series(frame.index, frame.index) for cohort, frame in codes.items()}
    held_out = held_out_scores(folds, patients["ccl"])
    assert list(held_out.index) == list(lines.index)
    found = score_codes(codes, patients, list(lines.index), held_out)
    assert found["new"]["beyond"].mean() == pytest.approx(0.5, abs=0.1)
    assert out_of_domain(fit_domain(learned), new)["beyond"].mean() < 0.3
    pd.testing.assert_series_equal(found["ccl"]["relative"], held_out["relative"], check_names=False)


def test_repeats_of_held_out_lines_are_averaged_and_models_without_codes_have_none() -> None:
    lines = draw(40, 1)
    patients = pd.Series(lines.index, lines.index)
    folds = [(lines[10:], lines[:10]), (lines[5:], lines[:5])]
    single = [out_of_domain(fit_domain(training), test)["relative"] for training, test in folds]
    found = held_out_scores(folds, patients)["relative"]
    assert found["L0"] == pytest.approx((single[0]["L0"] + single[1]["L0"]) / 2)
    assert found["L9"] == pytest.approx(single[0]["L9"])
    assert held_out_scores([(None, None)], patients) is None
