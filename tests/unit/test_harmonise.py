"""Harmonisation of tumours with cell lines, on a planted shift between the domains."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from matplotlib.text import Text
from scipy.stats import ks_2samp, rankdata

from deepdep.errors import InputError
from deepdep.io.arrays import load_arrays, save_arrays
from deepdep.plot.harmonisation import harmonisation_shift
from deepdep.plot.style import add_note, save_figure
from deepdep.prepare.celligner import AlignmentSettings, mutual_neighbours, within
from deepdep.prepare.cohort import Cohort
from deepdep.prepare.harmonise import Domains, Harmoniser, fitting_part, shift_table
from deepdep.prepare.transform import Scaling, Transform

LINEAGES = 5


def cohort_of(lines: np.ndarray, tumors: np.ndarray, groups: np.ndarray, omic: str = "expression") -> Cohort:
    """Put both domains in one cohort."""
    names = [f"C{i}" for i in range(len(lines))] + [f"T{i}" for i in range(len(tumors))]
    domain = ["cell_line"] * len(lines) + ["tumor"] * len(tumors)
    samples = pd.DataFrame(
        {"patient": names, "group": groups, "domain": domain}, index=pd.Index(names, name="sample")
    )
    values = np.vstack([lines, tumors]).astype(np.float32)
    frame = pd.DataFrame(values, index=samples.index, columns=[f"G{i}" for i in range(values.shape[1])])
    return Cohort(samples, {omic: frame})


@dataclass
class Planted:
    """A cohort whose lineages and programme within lineages are known, and the planted stroma."""

    cohort: Cohort
    lineage: np.ndarray
    programme: np.ndarray
    stroma: np.ndarray

    def domains(self, harmoniser: Harmoniser | None = None) -> Domains:
        """Return both domains, as they are or harmonised."""
        frames = {name: self.cohort.domain(name).omics["expression"] for name in ("cell_line", "tumor")}
        if harmoniser:
            frames = {name: harmoniser.apply(frame, name) for name, frame in frames.items()}
        return Domains(frames["cell_line"], frames["tumor"])

    def parts(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Split what is known of the samples by domain."""
        n = len(self.cohort.domain("cell_line").samples)
        return values[:n], values[n:]


@pytest.fixture(scope="module")
def planted() -> Planted:
    """Simulate 5 lineages with a programme each; tumours get varying stroma and an offset per gene."""
    rng = np.random.default_rng(5)
    n, genes = (150, 400), 300
    centre, way = rng.normal(0, 1, (LINEAGES, genes)), rng.normal(0, 0.5, (LINEAGES, genes))
    lineage = np.r_[rng.choice(LINEAGES, n[0]), rng.choice(LINEAGES, n[1], p=[0.4, 0.3, 0.1, 0.1, 0.1])]
    programme = rng.normal(size=sum(n))
    values = 6 + centre[lineage] + programme[:, None] * way[lineage] + rng.normal(0, 0.5, (sum(n), genes))
    stroma = rng.normal(0, 1, genes)
    values[n[0] :] += rng.gamma(2, 1, n[1])[:, None] * stroma + rng.normal(0, 1.5, genes)
    cohort = cohort_of(values[: n[0]], values[n[0] :], np.array([f"L{i}" for i in lineage]))
    return Planted(cohort, lineage, programme, stroma)


def fitted(planted: Planted, method: str) -> Harmoniser:
    """Fit with a fixed seed."""
    return Harmoniser.fit(method, "expression", planted.cohort, np.random.default_rng(1))


def lineage_distance(planted: Planted, domains: Domains) -> float:
    """Return the distance of the domains' lineage centres, per gene, mean over lineages."""
    in_lines, in_tumors = planted.parts(planted.lineage)
    distances = [
        np.sqrt(((domains.lines[in_lines == i].mean() - domains.tumors[in_tumors == i].mean()) ** 2).mean())
        for i in range(LINEAGES)
    ]
    return float(np.mean(distances))


def nearest_lineage_share(planted: Planted, domains: Domains) -> float:
    """Return the share of tumours whose nearest cell line is of their lineage."""
    lines, tumors = domains.lines.to_numpy(float), domains.tumors.to_numpy(float)
    distance = ((tumors[:, None] - lines) ** 2).sum(axis=2)
    in_lines, in_tumors = planted.parts(planted.lineage)
    return float((in_lines[distance.argmin(axis=1)] == in_tumors).mean())


def programme_r(planted: Planted, domains: Domains) -> float:
    """Return |r| of each lineage's first component over tumours with its programme, mean over lineages."""
    in_tumors, programme = planted.parts(planted.lineage)[1], planted.parts(planted.programme)[1]
    found = []
    for i in range(LINEAGES):
        own = domains.tumors.to_numpy(float)[in_tumors == i]
        first = np.linalg.svd(own - own.mean(axis=0), full_matrices=False)[0][:, 0]
        found.append(abs(np.corrcoef(first, programme[in_tumors == i])[0, 1]))
    return float(np.mean(found))


def test_none_changes_nothing(planted: Planted):
    domains = planted.domains(fitted(planted, "none"))
    pd.testing.assert_frame_equal(domains.tumors, planted.domains().tumors)


def test_zscore_then_shared_is_per_domain_scaling(planted: Planted):
    lines, tumors = planted.domains().lines, planted.domains(fitted(planted, "zscore")).tumors
    np.testing.assert_allclose(tumors.mean(), lines.mean(), atol=1e-4)
    np.testing.assert_allclose(tumors.std(ddof=0), lines.std(ddof=0), rtol=1e-4)
    moved = cohort_of(lines, tumors, planted.cohort.samples["group"].to_numpy())
    shared, each = Scaling({"expression": "shared"}, 0.0), Scaling({"expression": "per_domain"}, 0.0)
    after = Transform.fit(moved, shared).apply(moved).values["expression"]
    without = Transform.fit(planted.cohort, each).apply(planted.cohort).values["expression"]
    np.testing.assert_allclose(after, without, atol=1e-4)


def test_quantile_gives_the_lines_distribution_and_keeps_order(planted: Planted):
    before, after = planted.domains(), planted.domains(fitted(planted, "quantile"))
    pd.testing.assert_frame_equal(after.lines, before.lines)
    apart = [ks_2samp(before.lines[gene], after.tumors[gene]).statistic for gene in before.lines]
    assert max(apart) < 0.03
    assert (
        np.median([ks_2samp(before.lines[gene], before.tumors[gene]).statistic for gene in before.lines])
        > 0.3
    )
    order = np.argsort(before.tumors.to_numpy(), axis=0)
    assert (np.diff(np.take_along_axis(after.tumors.to_numpy(), order, axis=0), axis=0) >= 0).all()
    ranks = rankdata(after.tumors, axis=0) - rankdata(before.tumors, axis=0)
    assert np.abs(ranks).max() <= 2  # values closer than float32 tells apart


def test_quantile_with_ties_gaps_and_new_samples(tmp_path: Path):
    rng = np.random.default_rng(7)
    lines = np.column_stack(
        [np.r_[np.zeros(40), rng.uniform(1, 5, 60)], rng.normal(size=100), np.full(100, np.nan)]
    )
    tumors = np.column_stack(
        [np.r_[np.zeros(120), rng.uniform(8, 9, 80)], rng.normal(3, 2, 200), np.ones(200)]
    )
    tumors[5, 1] = np.nan
    cohort = cohort_of(lines, tumors, np.full(300, "g"))
    harmoniser = Harmoniser.fit("quantile", "expression", cohort, rng)
    after = harmoniser.apply(cohort.domain("tumor").omics["expression"], "tumor")
    # 60 % zeros share the level 0.3, which is among the lines' 40 % zeros.
    assert (after.iloc[:120, 0] == 0).all()
    assert after.iloc[120:, 0].between(2, 5).all()
    assert np.isnan(after.iloc[5, 1])
    assert after.iloc[:, 1].isna().sum() == 1
    assert (after.iloc[:, 2] == 1).all()  # the lines do not have it
    save_arrays(harmoniser.arrays, {"method": "quantile"}, tmp_path / "h.safetensors")
    again = Harmoniser("quantile", harmoniser.features, load_arrays(tmp_path / "h.safetensors")[0])
    new = pd.DataFrame(
        [[100.0, -100, 1], [8.5, 3, np.nan]], index=["far", "near"], columns=harmoniser.features
    )
    found = again.apply(new, "tumor")
    assert found.loc["far"].to_list() == pytest.approx([lines[:, 0].max(), lines[:, 1].min(), 1])
    assert found.loc["near", "G1"] == pytest.approx(0, abs=0.35)
    ordered = pd.DataFrame(np.linspace(-1, 10, 500)[:, None].repeat(3, axis=1), columns=harmoniser.features)
    assert (again.apply(ordered, "tumor").diff().iloc[1:] >= 0).all(axis=None)


def test_celligner_reduces_the_shift_and_keeps_lineages_and_programmes(planted: Planted):
    before, after = planted.domains(), planted.domains(fitted(planted, "celligner"))
    table = shift_table(before, after)
    assert table["shift_before"].abs().median() > 1
    assert table["shift_after"].abs().median() < 0.3  # what is left: other shares of lineages
    assert lineage_distance(planted, before) > 2
    assert lineage_distance(planted, after) < 0.2
    assert lineage_distance(planted, planted.domains(fitted(planted, "zscore"))) > 0.3
    assert nearest_lineage_share(planted, after) > 0.98
    assert programme_r(planted, before) < 0.4  # stroma is the first component
    assert programme_r(planted, after) > 0.9


def test_celligner_removes_the_planted_direction_and_serves_new_tumours(planted: Planted):
    harmoniser = fitted(planted, "celligner")
    stroma = planted.stroma / np.linalg.norm(planted.stroma)
    assert np.linalg.norm(harmoniser.arrays["removed"] @ stroma) > 0.98
    tumors = planted.domains().tumors
    whole = harmoniser.apply(tumors, "tumor")
    alone = harmoniser.apply(tumors.iloc[[7]], "tumor")
    np.testing.assert_allclose(alone, whole.iloc[[7]], atol=1e-4)
    half = planted.cohort.take(
        [name for i, name in enumerate(planted.cohort.samples.index) if i < 150 or i % 2]
    )
    other = Harmoniser.fit("celligner", "expression", half, np.random.default_rng(1)).apply(tumors, "tumor")
    unseen = np.arange(len(tumors)) % 2 == 0
    gap = (other - planted.domains(harmoniser).tumors)[unseen].to_numpy()
    assert np.sqrt((gap**2).mean()) < 0.3
    gaps = tumors.iloc[:3].mask(np.eye(3, tumors.shape[1], dtype=bool))
    assert harmoniser.apply(gaps, "tumor").isna().sum().sum() == 3


def test_celligner_is_the_same_with_the_same_seed(planted: Planted):
    first, second = fitted(planted, "celligner").arrays, fitted(planted, "celligner").arrays
    for name, array in first.items():
        np.testing.assert_allclose(array, second[name], atol=1e-5)


def test_mutual_neighbours_and_groups_by_hand():
    lines = np.array([[0.0], [10.0], [50.0]])
    tumors = np.array([[1.0], [2.0], [12.0]])
    settings = AlignmentSettings(near_lines=1, near_tumors=1)
    expected = [[True, False, False], [False, False, False], [False, True, False]]
    np.testing.assert_array_equal(mutual_neighbours(lines, tumors, settings), expected)
    values = np.array([[1.0], [3.0], [7.0]], np.float32)
    np.testing.assert_array_equal(within(values, np.array(["a", "a", "b"])), [[-1], [1], [0]])


@pytest.mark.parametrize(
    ("method", "omic", "problem"),
    [
        ("combat", "expression", "unknown harmonisation 'combat'"),
        ("celligner", "methylation", "celligner is for expression"),
        ("quantile", "mutation", "no meaning for 0 and 1"),
    ],
)
def test_methods_that_do_not_suit(planted: Planted, method: str, omic: str, problem: str):
    cohort = Cohort(planted.cohort.samples, {omic: planted.cohort.omics["expression"]})
    with pytest.raises(InputError, match=problem):
        Harmoniser.fit(method, omic, cohort, np.random.default_rng(0))


def test_too_few_samples_and_other_features(planted: Planted):
    few = planted.cohort.take(planted.cohort.samples.index[:160])
    with pytest.raises(InputError, match="10 samples of domain tumor"):
        fitted(Planted(few, planted.lineage, planted.programme, planted.stroma), "quantile")
    harmoniser = fitted(planted, "quantile")
    with pytest.raises(InputError, match="features are not those of the fit"):
        harmoniser.apply(planted.domains().tumors.iloc[:, ::-1], "tumor")
    absent = cohort_of(np.full((20, 2), np.nan), np.ones((20, 2)), np.full(40, "g"))
    absent.omics["expression"].iloc[:20, 0] = 1
    with pytest.raises(InputError, match="celligner: 1 genes are measured in both domains"):
        Harmoniser.fit("celligner", "expression", absent, np.random.default_rng(0))


def test_celligner_leaves_genes_of_one_domain_as_they_are(planted: Planted, caplog: pytest.LogCaptureFixture):
    """With a gene that tumours lack the others come out as without it."""
    frame = planted.cohort.omics["expression"].copy()
    frame.loc[planted.cohort.samples["domain"] == "tumor", "G0"] = np.nan
    gap = Cohort(planted.cohort.samples, {"expression": frame})
    less = Cohort(planted.cohort.samples, {"expression": frame.drop(columns="G0")})
    whole, part = (
        Harmoniser.fit("celligner", "expression", cohort, np.random.default_rng(1)) for cohort in (gap, less)
    )
    assert "1 of 300 features are measured in one domain or none" in caplog.text
    for domain in ("cell_line", "tumor"):
        found = whole.apply(gap.domain(domain).omics["expression"], domain)
        expected = part.apply(less.domain(domain).omics["expression"], domain)
        np.testing.assert_allclose(found.drop(columns="G0"), expected, atol=1e-4)
        pd.testing.assert_series_equal(found["G0"], gap.domain(domain).omics["expression"]["G0"])


def test_fitted_on_unlabelled_lines_if_there_are_enough(planted: Planted, caplog: pytest.LogCaptureFixture):
    names = planted.cohort.domain("cell_line").samples.index
    part, words = fitting_part(planted.cohort, names[:120], "expression")
    assert set(names) & set(part.samples.index) == set(names[120:])
    assert words == "30 cell lines without labels and the tumours"
    part, words = fitting_part(planted.cohort, names[:140], "expression")
    assert set(part.samples.index) == set(planted.cohort.samples.index)
    assert "only 10 have no label" in words
    assert "10 unlabelled lines have expression, fewer than 20" in caplog.text


def test_shift_table_by_hand():
    def frame(*values: list[float]) -> pd.DataFrame:
        return pd.DataFrame(dict(zip("ab", values, strict=True)), dtype=float)

    before = Domains(frame([0, 2, np.nan], [1, 1, 1]), frame([4, 8, np.nan], [1, 2, 3]))
    after = Domains(before.lines, frame([0, 2, np.nan], [1, 2, 3]))
    row = shift_table(before, after).set_index("feature").loc["a"]
    assert row["lines_mean_before"] == 1
    assert row["tumors_mean_before"] == 6
    assert row["shift_before"] == pytest.approx(5 / np.sqrt(2))
    assert row["spread_before"] == pytest.approx(1)
    assert (row["shift_after"], row["spread_after"]) == (0, 0)
    assert (
        shift_table(before, after).set_index("feature").loc["b", "shift_before":"spread_before"].isna().all()
    )
    with pytest.raises(InputError, match="tables of other features"):
        shift_table(before, Domains(before.lines, before.tumors[["a"]]))


def test_figure_says_what_it_shows(planted: Planted, tmp_path: Path):
    table = shift_table(planted.domains(), planted.domains(fitted(planted, "quantile")))
    table.loc[0, "shift_before"] = np.nan
    figure = harmonisation_shift(table, "expression, log2(TPM+1)", "quantile")
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "harmonisation: quantile; n = 299 features (1 more do not vary in both domains)" in words
    assert f"before: median |shift| {table['shift_before'].abs().median():.2f} SD of the lines" in words
    page = add_note(figure, "note").padded(0.02)
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    assert drawn.x0 >= page.x0
    assert drawn.x1 <= page.x1
    assert drawn.y1 <= page.y1
    save_figure(figure, tmp_path / "a.pdf", tmp_path / "a.png", "SIMULATED data")
    assert imread(tmp_path / "a.png").std() > 0.05
    with pytest.raises(InputError, match="no feature varies in both domains"):
        harmonisation_shift(table.assign(shift_before=np.nan), "x", "none")
