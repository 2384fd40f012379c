"""Batched Cox regressions against lifelines, one by one; fits without a maximum are told, not given."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from deepdep.tumors.cox import COLLINEAR, CONSTANT, CONVERGED, SEPARATED, UNFINISHED, fit_cox

SAMPLES = 160


@pytest.fixture(scope="module")
def cohort() -> dict[str, np.ndarray]:
    """Draw tied times, five scores on different scales, two covariates and three strata."""
    rng = np.random.default_rng(3)
    score = rng.normal(size=(SAMPLES, 5)) * [1.0, 0.01, 50.0, 1.0, 1.0] + [0, 5, 0, 0, 0]
    shared = np.c_[rng.normal(60, 11, SAMPLES), rng.integers(0, 2, SAMPLES)]
    score[:, 3], score[:, 4] = 2.0, 3.0 * shared[:, 0] + 1
    hazard = 0.5 * score[:, 0] + 0.02 * (shared[:, 0] - 60)
    time = np.ceil(rng.exponential(20 / np.exp(hazard)))
    event = (rng.random(SAMPLES) < 0.6).astype(float)
    return {
        "time": time,
        "event": event,
        "score": score,
        "shared": shared,
        "strata": rng.integers(0, 3, SAMPLES),
    }


@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize("stratified", [False, True])
def test_coefficients_errors_and_likelihood_are_those_of_lifelines(
    cohort: dict[str, np.ndarray], adjusted: bool, stratified: bool
):
    chosen = {"shared": adjusted, "strata": stratified}
    more = {name: cohort[name] for name, wanted in chosen.items() if wanted}
    fits = fit_cox(cohort["time"], cohort["event"], cohort["score"][:, :3], **more)
    assert len(np.unique(cohort["time"])) < SAMPLES / 2  # ties
    assert (fits.status == CONVERGED).all()
    for gene in range(3):
        scale = cohort["score"][:, gene].std()  # lifelines converges badly on small units
        frame = pd.DataFrame(
            {"t": cohort["time"], "e": cohort["event"], "x": cohort["score"][:, gene] / scale}
        )
        if adjusted:
            frame[["a", "b"]] = cohort["shared"] / [10.0, 1.0]
        if stratified:
            frame["s"] = cohort["strata"]
        other = CoxPHFitter().fit(
            frame, "t", "e", strata=["s"] if stratified else None, fit_options={"precision": 1e-12}
        )
        units = np.array([scale, 10.0, 1.0])[: 3 if adjusted else 1]
        np.testing.assert_allclose(fits.coef[gene] * units, other.params_, atol=1e-6, rtol=1e-6)
        np.testing.assert_allclose(fits.se[gene] * units, other.standard_errors_, atol=1e-6, rtol=1e-6)
        assert fits.loglik[gene] == pytest.approx(other.log_likelihood_, abs=1e-8)


def test_constant_and_collinear_scores_have_no_number_and_spoil_no_other(cohort: dict[str, np.ndarray]):
    fits = fit_cox(cohort["time"], cohort["event"], cohort["score"], cohort["shared"])
    assert fits.status.tolist() == [CONVERGED] * 3 + [CONSTANT, COLLINEAR]
    assert np.isnan(fits.coef[3:]).all()
    alone = fit_cox(cohort["time"], cohort["event"], cohort["score"][:, :1], cohort["shared"])
    np.testing.assert_allclose(fits.coef[:1], alone.coef, rtol=1e-9)


def test_a_score_that_differs_between_strata_only_is_constant(cohort: dict[str, np.ndarray]):
    score = cohort["strata"][:, None].astype(float)
    fits = fit_cox(cohort["time"], cohort["event"], score, strata=cohort["strata"])
    assert fits.status.tolist() == [CONSTANT]


def test_a_score_that_tells_who_dies_first_is_separated():
    """All with a score of 1 die before any other: the likelihood grows for ever."""
    time, event = np.r_[np.arange(1, 7), np.full(20, 30.0)], np.r_[np.ones(6), np.zeros(20)]
    noise = np.random.default_rng(0).normal(size=26)
    fits = fit_cox(time, event, np.c_[np.r_[np.ones(6), np.zeros(20)], noise])
    assert fits.status.tolist() == [SEPARATED, CONVERGED]
    assert np.isnan(fits.se[0]).all()
    assert np.isfinite(fits.se[1]).all()


def test_without_events_nothing_is_fitted(cohort: dict[str, np.ndarray]):
    fits = fit_cox(cohort["time"], np.zeros(SAMPLES), cohort["score"][:, :2])
    assert fits.status.tolist() == [UNFINISHED] * 2


def test_an_outlier_in_the_score_does_not_stop_the_fit(cohort: dict[str, np.ndarray]):
    """A first Newton step from 0 is far too long here and must be halved."""
    score = cohort["score"][:, :1].copy()
    score[0] = 400.0
    fits = fit_cox(cohort["time"], cohort["event"], score)
    frame = pd.DataFrame({"t": cohort["time"], "e": cohort["event"], "x": score[:, 0] / score.std()})
    other = CoxPHFitter().fit(frame, "t", "e", fit_options={"precision": 1e-12})
    assert fits.coef[0, 0] * score.std() == pytest.approx(other.params_["x"], abs=1e-6)
