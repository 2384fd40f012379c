"""p values as log10 against scipy where it reaches and exact arithmetic beyond; false discovery rates."""

import mpmath
import numpy as np
import pytest
from scipy import stats

from deepdep.tumors import pvalues
from deepdep.tumors.pvalues import (
    chi2_log10_p,
    critical_r,
    f_log10_p,
    fdr,
    log10_fdr,
    r_log10_p,
    t_log10_p,
    z_log10_p,
)


def exact(a: float, b: float, x: mpmath.mpf) -> float:
    """Return log10 of the regularised incomplete beta function in 60 digits."""
    with mpmath.workdps(60):
        return float(mpmath.log10(mpmath.betainc(a, b, 0, x, regularized=True)))


@pytest.mark.parametrize("df", [1.0, 3.0, 30.0, 700.0, 8000.5, 60000.0])
def test_t_is_that_of_scipy_in_reach_and_of_mpmath_beyond(df: float):
    near = np.array([0.001, -0.5, 2.0, -6.0, 20.0])
    np.testing.assert_allclose(t_log10_p(near, df), np.log10(2 * stats.t.sf(abs(near), df)), rtol=1e-9)
    for t in (60.0, 250.0, 5000.0):
        x = mpmath.mpf(df) / (mpmath.mpf(df) + mpmath.mpf(t) ** 2)
        assert float(t_log10_p(t, df)) == pytest.approx(exact(df / 2, 0.5, x), rel=1e-10)


@pytest.mark.parametrize(("more", "left"), [(3, 900), (25, 900), (60, 500), (1, 50)])
def test_f_is_that_of_scipy_in_reach_and_of_mpmath_beyond(more: int, left: int):
    near = np.array([0.5, 1.0, 3.0])
    np.testing.assert_allclose(f_log10_p(near, more, left), np.log10(stats.f.sf(near, more, left)), rtol=1e-8)
    for f in (200.0, 5000.0):
        x = mpmath.mpf(left) / (left + mpmath.mpf(more) * f)
        assert float(f_log10_p(f, more, left)) == pytest.approx(exact(left / 2, more / 2, x), rel=1e-10)
    assert float(f_log10_p(4.0, 1, left)) == pytest.approx(float(t_log10_p(2.0, left)), rel=1e-12)


@pytest.mark.parametrize("df", [30.0, 700.0, 8000.0])
def test_both_forms_of_p_agree_where_both_hold(df: float, monkeypatch: pytest.MonkeyPatch):
    t = np.array([6.0, 10.0, -20.0])
    plain = t_log10_p(t, np.full(3, df))
    monkeypatch.setattr(pvalues, "TINY", 2.0)
    np.testing.assert_allclose(t_log10_p(t, np.full(3, df)), plain, rtol=1e-8)


def test_normal_and_chi_squared_go_on_where_p_underflows():
    assert t_log10_p(1e130, 2.0) == pytest.approx(-260.0, rel=1e-12)  # 1 / t^2 for 2 degrees of freedom
    assert z_log10_p(40.0) == pytest.approx(-349.14, abs=0.01)
    assert chi2_log10_p(1600.0, 1) == pytest.approx(z_log10_p(40.0), rel=1e-9)
    assert chi2_log10_p(1600.0, 2) == pytest.approx(-800 / np.log(10), rel=1e-12)


def test_what_is_unknown_stays_so_and_what_is_endless_has_p_zero():
    t, df = np.array([np.nan, 1.0, np.inf, 0.0]), np.array([3.0, np.nan, 3.0, 3.0])
    np.testing.assert_array_equal(t_log10_p(t, df), [np.nan, np.nan, -np.inf, 0.0])
    f, more = np.array([np.nan, 1.0, 0.0]), np.array([1.0, np.nan, 1.0])
    np.testing.assert_array_equal(f_log10_p(f, more, np.full(3, 9.0)), [np.nan, np.nan, 0.0])


def test_r_is_that_of_scipy_in_reach_and_of_mpmath_beyond():
    r = np.array([0.0, 0.001, -0.1, 0.3, 0.9])
    for dof in (1, 5, 98, 8236):
        t = np.abs(r) * np.sqrt(dof / (1 - r**2))
        with np.errstate(divide="ignore"):
            exact = np.log10(2 * stats.t.sf(t, dof))
        reached = np.isfinite(exact)
        assert r_log10_p(r, np.full(5, dof))[reached] == pytest.approx(exact[reached], rel=1e-9, abs=1e-12)
    mpmath.mp.dps = 40
    for value, dof in ((0.9, 8236), (0.75, 8000), (0.2, 8236), (0.99, 300), (0.11, 60000)):
        x = 1 - mpmath.mpf(value) ** 2
        p = mpmath.betainc(mpmath.mpf(dof) / 2, 0.5, 0, x, regularized=True)
        found = r_log10_p(np.array([value]), np.array([dof]))[0]
        assert found == pytest.approx(float(mpmath.log10(p)), rel=1e-10)
    assert r_log10_p(np.array([0.9]), np.array([8236]))[0] < -2900


def test_r_of_perfect_and_unknown_correlations():
    found = r_log10_p(np.array([1.0, -1.0, np.nan, 0.5]), np.array([8236, 8236, 10, 0]))
    assert np.isfinite(found[:2]).all()
    assert (found[:2] < -20000).all()
    assert np.isnan(found[2:]).all()


def test_critical_r_is_where_p_is_the_level():
    dof = np.array([0, 1, 20, 8236])
    critical = critical_r(-20.0, dof)
    assert critical[0] > 1
    assert r_log10_p(critical[2:], dof[2:]) == pytest.approx([-20, -20], abs=1e-6)


def test_fdr_of_the_kept_is_that_of_all():
    p = np.random.default_rng(1).beta(0.3, 3, size=2000)
    whole = stats.false_discovery_control(p)
    kept = np.flatnonzero(p <= 0.05)
    found = log10_fdr(np.log10(p[kept]), len(p))
    below = whole[kept] <= 0.05
    assert 100 < below.sum() < len(kept)
    assert found[below] == pytest.approx(np.log10(whole[kept][below]), rel=1e-12)
    assert (found[~below] > np.log10(0.05)).all()


def test_fdr_leaves_out_what_has_no_p():
    p = np.array([0.01, np.nan, 0.04, 0.03])
    np.testing.assert_allclose(fdr(np.log10(p)), [0.03, np.nan, 0.04, 0.04])
    np.testing.assert_allclose(fdr(np.array([-5.0, np.nan, -1.0, -400.0])), [1.5e-5, np.nan, 0.1, 0])
    assert np.isnan(fdr(np.array([np.nan]))).all()
    p = np.random.default_rng(2).random(300) ** 2
    np.testing.assert_allclose(fdr(np.log10(p)), stats.false_discovery_control(p), rtol=1e-12)
