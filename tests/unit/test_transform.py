"""Fitted transforms: what they learn, from whom, and what they do to samples they have not seen."""

import logging

import numpy as np
import pandas as pd
import pytest

from deepdep.prepare.cohort import Cohort, join_cohorts
from deepdep.prepare.transform import Scaling, Transform, fit_features


def make(values: object, domain: str = "cell_line", omic: str = "expression") -> Cohort:
    """Make a cohort of one omic from samples x features."""
    matrix = np.asarray(values, np.float32)
    index = pd.Index([f"{domain}{row}" for row in range(len(matrix))], name="sample")
    samples = pd.DataFrame({"patient": index, "group": "lung", "domain": domain}, index)
    return Cohort(samples, {omic: pd.DataFrame(matrix, index)})


def scaling(scope: str = "per_domain", winsorize: float = 0.0) -> Scaling:
    return Scaling({"expression": scope, "mutation": "none"}, winsorize)


def values(transform: Transform, cohort: Cohort) -> np.ndarray:
    return transform.apply(cohort).values["expression"]


def test_scales_by_mean_and_spread_of_the_training_samples_alone() -> None:
    training, test = make([[1.0], [3.0], [5.0]]), make([[7.0], [103.0]])
    transform = Transform.fit(training, scaling())
    spread = np.sqrt(8 / 3)
    np.testing.assert_allclose(
        values(transform, training)[:, 0], [-2 / spread, 0, 2 / spread], rtol=1e-6, atol=1e-7
    )
    np.testing.assert_allclose(values(transform, test)[:, 0], [4 / spread, 100 / spread], rtol=1e-6)


def test_limits_are_quantiles_of_the_training_samples() -> None:
    rng = np.random.default_rng(1)
    training, test = rng.normal(size=(200, 3)), 10 * rng.normal(size=(50, 3))
    transform = Transform.fit(make(training), scaling(winsorize=0.05))
    low, high = np.quantile(training, [0.05, 0.95], axis=0)
    clipped = np.clip(training, low, high)
    expected = (np.clip(test, low, high) - clipped.mean(axis=0)) / clipped.std(axis=0)
    np.testing.assert_allclose(values(transform, make(test)), expected, atol=1e-5)


def test_each_domain_has_its_own_scale() -> None:
    lines, tumors = make([[1.0], [3.0]]), make([[100.0], [300.0]], "tumor")
    both = join_cohorts([lines, tumors])
    transform = Transform.fit(both, scaling("per_domain"))
    np.testing.assert_allclose(values(transform, both)[:, 0], [-1, 1, -1, 1])


def test_shared_scale_is_that_of_the_cell_lines() -> None:
    lines, tumors = make([[1.0], [3.0]]), make([[4.0], [300.0]], "tumor")
    transform = Transform.fit(join_cohorts([lines, tumors]), scaling("shared"))
    np.testing.assert_allclose(values(transform, tumors)[:, 0], [2, 298])
    only_tumors = Transform.fit(tumors, scaling("shared"))
    np.testing.assert_allclose(values(only_tumors, tumors)[:, 0], [-1, 1])


def test_scope_none_leaves_values_and_fills_gaps() -> None:
    cohort = make([[0.0, 1.0], [np.nan, 1.0]], omic="mutation")
    transform = Transform.fit(cohort, scaling(winsorize=0.2))
    design = transform.apply(cohort)
    assert transform.statistics == {}
    np.testing.assert_array_equal(design.values["mutation"], [[0, 1], [0, 1]])
    np.testing.assert_array_equal(design.observed["mutation"], [[True, True], [False, True]])


def test_missing_values_become_the_mean_and_lacking_samples_are_told() -> None:
    lines = make([[1.0, 5.0], [np.nan, 7.0], [3.0, 9.0], [np.nan, np.nan]])
    design = Transform.fit(lines, scaling()).apply(lines)
    np.testing.assert_allclose(design.values["expression"][:, 0], [-1, 0, 1, 0])
    np.testing.assert_array_equal(design.observed["expression"], lines.omics["expression"].notna())
    np.testing.assert_array_equal(design.present, [[1], [1], [1], [0]])
    assert design.values["expression"].dtype == design.present.dtype == np.float32


@pytest.mark.parametrize("winsorize", [0.0, 0.01])
@pytest.mark.parametrize("constant", [0.1, 3.3, -7.123])
def test_constant_feature_is_zero_however_many_samples(constant: float, winsorize: float) -> None:
    # 100 and 1000 samples: sums in single precision are not exact there
    for samples in (1, 2, 100, 1000):
        found = fit_features(np.full((samples, 1), constant, np.float32), winsorize)
        assert found["scale"][0] == 1
        assert found["center"][0] == np.float32(constant)
    training = make(np.full((100, 1), constant))
    assert not values(Transform.fit(training, scaling(winsorize=winsorize)), training).any()


def test_feature_never_measured_in_training_counts_as_nothing_later() -> None:
    training = make([[1.0, np.nan], [3.0, np.nan]])
    for winsorize in (0.0, 0.1):
        transform = Transform.fit(training, scaling(winsorize=winsorize))
        assert not values(transform, training)[:, 1].any()
        later = values(transform, make([[2.0, 9.0], [2.0, np.nan]]))
        assert np.isfinite(later).all()
        assert not later[:, 1].any()


def test_features_are_fitted_each_on_the_samples_that_have_it() -> None:
    rng = np.random.default_rng(2)
    raw = rng.normal(3, 2, (60, 4)).astype(np.float32)
    raw[rng.random(raw.shape) < 0.3] = np.nan
    found = fit_features(raw, 0.1)
    for column in range(4):
        part = raw[:, column][np.isfinite(raw[:, column])].astype(np.float64)
        low, high = np.quantile(part, [0.1, 0.9])
        clipped = np.clip(part, low, high)
        expected = [low, high, clipped.mean(), clipped.std()]
        np.testing.assert_allclose([found[name][column] for name in found], expected, rtol=1e-5)


def test_clipped_counts_values_beyond_the_limits() -> None:
    training = make(np.arange(101.0)[:, None])
    transform = Transform.fit(training, scaling(winsorize=0.05))
    both = join_cohorts([make([[4.0], [5.0], [96.0], [np.nan]]), make([[-900.0]], "tumor")])
    table = transform.clipped(both).set_index("domain")
    assert table.loc["cell_line", ["clipped", "measured", "most_extreme"]].tolist() == [2, 3, 96]
    assert table.loc["tumor", ["clipped", "measured", "most_extreme"]].tolist() == [1, 1, -900]
    unlimited = Transform.fit(training, scaling("none")).clipped(both)
    assert unlimited["clipped"].tolist() == [0, 0]


def test_clipped_of_an_omic_that_no_sample_has() -> None:
    table = Transform.fit(make([[1.0]]), scaling()).clipped(make([[np.nan]]))
    assert table["clipped"].tolist() == table["measured"].tolist() == [0]
    assert table["most_extreme"].isna().all()


def test_domain_without_statistics_uses_the_others_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    transform = Transform.fit(make([[1.0], [3.0]]), scaling())
    with caplog.at_level(logging.WARNING, "deepdep"):
        found = values(transform, make([[5.0]], "tumor"))
    np.testing.assert_allclose(found, [[3]])
    assert "expression: no statistics for domain tumor, those of cell_line are used" in caplog.text


def test_updated_replaces_only_what_the_other_knows() -> None:
    reference = Transform.fit(join_cohorts([make([[0.0], [1.0]]), make([[0.0], [2.0]], "tumor")]), scaling())
    updated = reference.updated(Transform.fit(make([[10.0], [30.0]]), scaling()))
    np.testing.assert_allclose(values(updated, make([[10.0]])), [[-1]])
    np.testing.assert_allclose(values(updated, make([[2.0]], "tumor")), [[1]])


@pytest.mark.parametrize("scope", ["per_domain", "shared", "none"])
def test_round_trip_through_arrays(scope: str) -> None:
    rng = np.random.default_rng(3)
    both = join_cohorts([make(rng.normal(size=(9, 4))), make(rng.normal(size=(9, 4)), "tumor")])
    transform = Transform.fit(both, scaling(scope, 0.1))
    arrays = transform.arrays() | {"net/other": np.zeros(2)}
    back = Transform.from_arrays(arrays, transform.scaling)
    assert back.statistics.keys() == transform.statistics.keys()
    np.testing.assert_array_equal(values(back, both), values(transform, both))


def test_design_takes_rows_and_orders_omics() -> None:
    lines = make([[1.0], [np.nan], [3.0]])
    mutation = make([[1.0, 0.0], [1.0, 1.0], [np.nan, np.nan]], omic="mutation")
    cohort = Cohort(lines.samples, lines.omics | mutation.omics)
    design = Transform.fit(cohort, scaling()).apply(cohort)
    part = design.take(np.array([2, 1])).ordered(["mutation", "expression"])
    assert list(part.values) == list(part.observed) == ["mutation", "expression"]
    np.testing.assert_array_equal(part.present, [[0, 1], [1, 0]])
    np.testing.assert_array_equal(part.values["mutation"], [[0, 0], [1, 1]])
    np.testing.assert_array_equal(part.observed["expression"], [[True], [False]])


def test_designs_know_the_lineages_of_their_samples_as_text() -> None:
    """As text, not as objects: a key over a design's bytes is then the same in every process."""
    cohort = make([[1.0], [2.0], [4.0]])
    cohort.samples["group"] = ["lung", "skin", "unknown"]
    design = Transform.fit(cohort, scaling()).apply(cohort)
    assert design.groups.dtype.kind == "U"
    assert list(design.take(np.array([2, 0])).groups) == ["unknown", "lung"]
    assert list(design.ordered(["expression"]).groups) == ["lung", "skin", "unknown"]


def test_columns_named_as_confounders_reach_the_design_as_text() -> None:
    cohort = make([[1.0], [2.0], [3.0]])
    transform = Transform.fit(cohort, scaling())
    assert transform.apply(cohort).confounders is None
    named = cohort.samples.assign(confounder_medium=["RPMI", None, "DMEM"], medium=["RPMI", None, "DMEM"])
    found = transform.apply(Cohort(named, cohort.omics)).confounders
    assert list(found) == ["medium"]
    assert found["medium"].tolist() == ["RPMI", "", "DMEM"]
