"""Conformal intervals: planted noise is covered as promised, and no line sets its own width."""

import logging
import math
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from test_plots import clipped, texts

from deepdep.errors import InputError
from deepdep.evaluate.compare import Setting
from deepdep.evaluate.held_out import leave_lineage_out
from deepdep.evaluate.intervals import (
    calibrate,
    coverage_of_models,
    elsewhere,
    fewest_residuals,
    fold_half_widths,
    half_widths,
)
from deepdep.evaluate.splits import (
    cross_validation,
    fold_of_test_lines,
    lines_of,
    published_subsamplings,
)
from deepdep.plot.intervals import MOST_LINEAGES, coverage_of_intervals

GENES = [f"G{number}" for number in range(40)]
LEVEL = 0.9
SD = np.where(np.arange(len(GENES)) % 2, 0.2, 1.0)  # of the noise of each gene


def study(lines: int = 200, repeats: int = 1, seed: int = 1, scale: float = 1.0) -> SimpleNamespace:
    """Make labels = signal + noise of each gene's own size, 5 % missing; the model knows the signal.

    ``scale`` multiplies the noise of the lines of one lineage, "odd".
    """
    rng = np.random.default_rng(seed)
    names = pd.Index([f"L{row:03d}" for row in range(lines)], name="sample")
    patients = pd.Series([f"P{row // 2 if row < 20 else row}" for row in range(lines)], names)
    lineages = pd.Series(np.resize(["lung", "skin", "odd", "lung"], lines), names)
    means, signal = np.linspace(-2, 1, len(GENES)), rng.normal(0, 0.5, (lines, len(GENES)))
    noise = rng.normal(0, SD, signal.shape) * np.where(lineages == "odd", scale, 1)[:, None]
    truth = pd.DataFrame(means + signal, names, GENES)
    observed = (truth + noise).mask(rng.random(signal.shape) < 0.05)
    splits = cross_validation(patients, 5, repeats, 0.1, seed)
    lines_of = [fold_of_test_lines(splits, repeat).index for repeat in range(repeats)]
    mean = pd.DataFrame(np.tile(means, (lines, 1)), names, GENES)
    predicted = {name: [table.loc[order] for order in lines_of] for name, table in
                 (("gene_mean", mean), ("knows", truth))}  # fmt: skip
    return SimpleNamespace(observed=observed, predicted=predicted, splits=splits, lineages=lineages)


def evaluate(
    made: SimpleNamespace, level: float = LEVEL, **changes: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    setting = Setting(**{"genes": GENES, "min_lines": 5, "draws": 200, "seed": 1, **changes})
    return coverage_of_models(made.observed, made.predicted, made.splits, made.lineages, setting, level)


def plain_half_width(residuals: list[float], level: float) -> float:
    """Write the quantile out."""
    there = sorted(value for value in residuals if not math.isnan(value))
    rank = math.ceil(round((len(there) + 1) * level, 9))
    return there[rank - 1] if rank <= len(there) else math.inf


# ---- the quantile


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_half_width_equals_plain_python_with_gaps(level: float) -> None:
    rng = np.random.default_rng(3)
    residuals = np.abs(rng.normal(size=(45, 12)))
    residuals[rng.random(residuals.shape) < np.linspace(0, 1, 12)] = np.nan
    expected = [plain_half_width(list(column), level) for column in residuals.T]
    assert math.inf in expected
    assert np.isfinite(expected).sum() >= 5
    np.testing.assert_array_equal(half_widths(residuals, level), expected)


@pytest.mark.parametrize(("level", "fewest"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_too_few_residuals_give_an_infinite_width(level: float, fewest: int) -> None:
    assert fewest_residuals(level) == fewest
    residuals = np.arange(1.0, fewest + 1)[:, None]
    assert half_widths(residuals, level) == [fewest]
    assert half_widths(residuals[1:], level) == [np.inf]
    padded = np.concatenate([residuals[1:], np.full((50, 1), np.nan)])
    assert half_widths(padded, level) == [np.inf]


def test_width_of_a_fold_does_not_look_at_the_fold() -> None:
    rng = np.random.default_rng(4)
    residuals, folds = np.abs(rng.normal(size=(60, 5))), np.arange(60) % 3
    before = fold_half_widths(residuals, folds, LEVEL)
    changed = residuals.copy()
    changed[folds == 1] += 100
    after = fold_half_widths(changed, folds, LEVEL)
    np.testing.assert_array_equal(after[1], before[1])
    assert (after[[0, 2]] > before[[0, 2]] + 50).all()
    for fold in range(3):
        expected = [plain_half_width(list(column), LEVEL) for column in residuals[folds != fold].T]
        np.testing.assert_array_equal(before[fold], expected)


# ---- coverage


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_exchangeable_noise_is_covered_as_promised(seed: int) -> None:
    summary, genes = evaluate(study(seed=seed))
    overall = summary[summary["scope"] == "overall"].set_index("model")
    assert overall["coverage"].between(0.88, 0.92).all()
    assert (overall["coverage_low"] < overall["coverage"]).all()
    assert (overall["coverage"] < overall["coverage_high"]).all()
    assert genes.groupby("model")["coverage"].mean().between(0.88, 0.92).all()
    assert (overall["infinite"] == 0).all()


def test_genes_of_more_noise_get_wider_intervals() -> None:
    made = study(lines=400)
    _, genes = evaluate(made)
    widths = genes[genes["model"] == "knows"].set_index("gene")["mean_width"][GENES]
    np.testing.assert_allclose(widths / (2 * 1.645 * SD), 1, atol=0.25)
    np.testing.assert_allclose(np.mean(widths / (2 * 1.645 * SD)), 1, atol=0.04)
    coverage = genes[genes["model"] == "knows"].set_index("gene")["coverage"][GENES]
    assert coverage[SD == 1].between(0.84, 0.95).all()
    assert coverage[SD == 0.2].between(0.84, 0.95).all()
    new = calibrate(made.observed, made.predicted["knows"], made.splits, LEVEL).set_index("gene")
    np.testing.assert_allclose(2 * new["half_width"][GENES], widths, rtol=0.1)


@pytest.mark.parametrize("repeats", [1, 3])
def test_new_lines_are_covered_as_promised_in_every_gene(repeats: int) -> None:
    """Lines that no fold has seen, many of them; repeats are no further lines and narrow nothing."""
    inside = []
    for seed in range(20):
        made = study(lines=100, repeats=repeats, seed=seed)
        table = calibrate(made.observed, made.predicted["knows"], made.splits, LEVEL)
        assert table["n"].tolist() == made.observed.notna().sum().tolist()
        noise = np.random.default_rng(1000 + seed).normal(0, SD, (1000, len(GENES)))
        inside.append((np.abs(noise) <= table["half_width"].to_numpy()).mean(axis=0))
    np.testing.assert_allclose(np.mean(inside), 0.905, atol=0.01)  # ceil(96 x 0.9) / 96
    assert ((np.mean(inside, axis=0) > 0.88) & (np.mean(inside, axis=0) < 0.93)).all()


def test_a_model_that_knows_more_has_narrower_intervals_than_the_gene_mean() -> None:
    summary, genes = evaluate(study())
    for table in (summary, genes):
        assert (table.loc[table["model"] == "gene_mean", "width_ratio"] == 1).all()
    ratio = summary.query("model == 'knows' and scope == 'overall'")["width_ratio"].item()
    expected = np.mean(SD) / np.mean(np.hypot(SD, 0.5))
    assert ratio == pytest.approx(expected, rel=0.06)


def test_a_lineage_of_more_noise_is_covered_less_and_said_so() -> None:
    summary, _ = evaluate(study(lines=400, scale=3))
    rows = summary[summary["model"] == "knows"].set_index("group")
    assert rows.loc["odd", "coverage"] < 0.8
    assert rows.loc["lung", "coverage"] > 0.92
    assert rows.loc["odd", "coverage_high"] < rows.loc["lung", "coverage_low"]
    assert rows.loc["all lines", "coverage"] == pytest.approx(0.9, abs=0.02)
    assert list(rows.index) == ["all lines", "lung", "odd", "skin"]  # largest first
    assert rows.loc[["lung", "odd", "skin"], "labels"].sum() == rows.loc["all lines", "labels"]


def test_coverage_equals_every_label_looked_at_alone() -> None:
    made = study(lines=60, repeats=2)
    summary, genes = evaluate(made)
    inside, each, n = {gene: [] for gene in GENES}, [], 0
    for repeat, frame in enumerate(made.predicted["knows"]):
        folds = fold_of_test_lines(made.splits, repeat)
        residuals = (made.observed - frame.loc[made.observed.index]).abs()
        for fold in folds.unique():
            before = sum(map(sum, inside.values())), n
            others = residuals.loc[folds.index[folds != fold]]
            for gene in GENES:
                half = plain_half_width(others[gene].tolist(), LEVEL)
                tested = residuals.loc[folds.index[folds == fold], gene].dropna()
                inside[gene] += [value <= half for value in tested]
                n += len(tested)
            each.append((sum(map(sum, inside.values())) - before[0]) / (n - before[1]))
    rows = genes[genes["model"] == "knows"].set_index("gene")["coverage"]
    np.testing.assert_allclose(rows[GENES], [np.mean(inside[gene]) for gene in GENES])
    overall = summary[(summary["model"] == "knows") & (summary["scope"] == "overall")].iloc[0]
    assert overall["coverage"] == pytest.approx(np.mean(np.concatenate(list(inside.values()))))
    assert overall["labels"] == n / 2 == made.observed.notna().to_numpy().sum()
    assert overall["gene_median"] == pytest.approx(rows.median())
    assert overall["fold_lowest"] == pytest.approx(min(each))
    assert overall["fold_highest"] == pytest.approx(max(each))


def test_order_of_rows_and_columns_does_not_matter() -> None:
    made = study(lines=60, repeats=2)
    before = evaluate(made)
    new = calibrate(made.observed, made.predicted["knows"], made.splits, LEVEL).set_index("gene")
    made.observed = made.observed.sample(frac=1, random_state=1)
    made.lineages = made.lineages.sample(frac=1, random_state=2)
    made.predicted = {
        name: [frame.sample(frac=1, random_state=3)[GENES[::-1]] for frame in frames]
        for name, frames in made.predicted.items()
    }
    after = evaluate(made)
    for old, table in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(table, old)
    shuffled = calibrate(made.observed, made.predicted["knows"], made.splits, LEVEL).set_index("gene")
    pd.testing.assert_frame_equal(shuffled, new)


def test_infinite_intervals_are_counted_and_enter_no_mean(caplog: pytest.LogCaptureFixture) -> None:
    made = study(lines=60)
    made.observed.iloc[:, 1] = made.observed.iloc[:, 1].where(np.arange(60) < 7)
    with caplog.at_level(logging.WARNING, logger="deepdep"):
        summary, genes = evaluate(made)
        new = calibrate(made.observed, made.predicted["knows"], made.splits, LEVEL).set_index("gene")
    labels = int(made.observed["G1"].notna().sum())
    row = genes[(genes["model"] == "knows") & (genes["gene"] == "G1")].iloc[0]
    assert row["infinite"] == labels
    assert row["n"] == 0
    assert math.isnan(row["coverage"])
    assert math.isnan(row["mean_width"])
    overall = summary[(summary["model"] == "knows") & (summary["scope"] == "overall")].iloc[0]
    assert overall["infinite"] == labels
    assert 0.8 < overall["coverage"] < 0.97
    assert math.isfinite(overall["mean_width"])
    assert new["half_width"].isin([np.inf]).sum() == 1 == np.isinf(new.loc["G1", "half_width"])
    assert f"knows: {labels} labels have an infinite interval (fewer than 9 residuals)" in caplog.text
    assert "1 of 40 genes have fewer than 9 residuals and an infinite half-width" in caplog.text


def test_lineage_of_few_patients_has_no_bootstrap_and_missing_names_are_said() -> None:
    made = study(lines=60)
    made.lineages.iloc[30:34] = "rare"
    made.lineages.iloc[34:44] = np.nan
    rows = evaluate(made)[0].query("model == 'knows'").set_index("group")
    assert rows.loc["rare", "lines"] == 4
    assert math.isnan(rows.loc["rare", "coverage_low"])
    assert math.isfinite(rows.loc["rare", "coverage"])
    assert rows.loc["not given", "lines"] == 10
    assert math.isfinite(rows.loc["not given", "coverage_low"])


def test_bootstrap_draws_patients_not_lines() -> None:
    """Every line twice, as the two lines of one patient: nothing is known better."""
    made = study(lines=100, scale=4)
    twins = made.observed.rename(index=lambda name: f"{name}b")
    once = evaluate(made)[0].set_index(["model", "group"]).loc[("knows", "all lines")]
    made.observed = pd.concat([made.observed, twins])
    for frames in made.predicted.values():
        frames[0] = pd.concat([frames[0], frames[0].rename(index=lambda name: f"{name}b")])
    sisters = made.splits.assign(sample=made.splits["sample"] + "b")
    made.splits = pd.concat([made.splits, sisters], ignore_index=True)
    made.lineages = pd.concat([made.lineages, made.lineages.rename(index=lambda name: f"{name}b")])
    twice = evaluate(made)[0].set_index(["model", "group"]).loc[("knows", "all lines")]
    assert twice["patients"] == once["patients"]
    spread = [row["coverage_high"] - row["coverage_low"] for row in (once, twice)]
    assert spread[1] == pytest.approx(spread[0], rel=0.2)


def test_gene_mean_has_to_be_there() -> None:
    made = study(lines=60)
    del made.predicted["gene_mean"]
    with pytest.raises(InputError, match=r"gene_mean is missing.* Remedy: add gene_mean to compare"):
        evaluate(made)


# ---- lineages held out, and subsamplings


def split_again(made: SimpleNamespace, splits: pd.DataFrame) -> SimpleNamespace:
    """Give a study other splits, its predictions those of their test lines."""
    tables = {name: frames[0] for name, frames in made.predicted.items()}
    orders = [fold_of_test_lines(splits, repeat).index for repeat in range(splits["repeat"].max() + 1)]
    made.predicted = {name: [table.loc[order] for order in orders] for name, table in tables.items()}
    made.splits = splits
    return made


def by_lineage(lines: int = 120, **changes: object) -> SimpleNamespace:
    """Make a study whose lineages are held out: lung, odd, skin, and two small ones together."""
    made = study(lines=lines, **changes)
    made.lineages.iloc[40:46], made.lineages.iloc[50:53] = "rare", "rarer"
    patients = made.splits.drop_duplicates("sample").set_index("sample")["group"]
    sheet = pd.DataFrame({"patient": patients, "group": made.lineages})
    return split_again(made, leave_lineage_out(sheet, 8, 0.1, 1))


def test_lineages_are_tested_on_widths_of_the_other_lineages() -> None:
    """Every lineage, each small one too, label by label; the small ones do not calibrate each other."""
    made = by_lineage()
    rows = evaluate(made)[0].query("model == 'knows'").set_index("group")
    residuals = (made.observed - made.predicted["knows"][0]).abs()
    small, ends = {"rare", "rarer"}, []
    assert set(rows.index) == {"all lines", "lung", "odd", "skin"} | small
    for name in ("lung", "odd", "skin", "rare", "rarer"):
        own = made.lineages.index[made.lineages == name]
        others = made.lineages.index[~made.lineages.isin(small if name in small else {name})]
        half = [plain_half_width(residuals.loc[others, gene].tolist(), LEVEL) for gene in GENES]
        tested = residuals.loc[own].to_numpy()
        share = (tested <= half)[np.isfinite(tested)].mean()
        assert rows.loc[name, "coverage"] == pytest.approx(share), name
        assert rows.loc[name, "labels"] == residuals.loc[own].notna().sum().sum()
        assert math.isnan(rows.loc[name, "coverage_low"]) == (name == "rarer")
        ends += [] if name in small else [share]
    assert rows.loc["all lines", "fold_lowest"] <= min(ends)
    assert rows.loc["all lines", "fold_highest"] >= max(ends)
    assert rows.loc["all lines", "lines"] == rows["lines"].drop("all lines").sum() == 120


def test_a_lineage_of_more_noise_does_not_widen_its_own_intervals() -> None:
    """Its coverage falls further than where its lines calibrate each other, and it widens the others'."""
    pooled = evaluate(study(lines=400, scale=3))[0].query("model == 'knows'").set_index("group")
    held = evaluate(by_lineage(lines=400, scale=3))[0].query("model == 'knows'").set_index("group")
    assert held.loc["odd", "coverage"] < pooled.loc["odd", "coverage"] - 0.1
    assert held.loc["odd", "mean_width"] < 0.8 * pooled.loc["odd", "mean_width"]
    assert held.loc["lung", "mean_width"] > pooled.loc["lung", "mean_width"]
    assert held.loc["all lines", "fold_lowest"] == pytest.approx(held.loc["odd", "coverage"])


def test_fold_whose_others_are_too_few_has_infinite_intervals_and_no_end() -> None:
    made = study(lines=60)
    made.lineages[:] = np.where(np.arange(60) < 8, "few", "many")
    patients = made.splits.drop_duplicates("sample").set_index("sample")["group"]
    sheet = pd.DataFrame({"patient": patients, "group": made.lineages})
    rows = evaluate(split_again(made, leave_lineage_out(sheet, 8, 0.1, 1)))[0]
    rows = rows.query("model == 'knows'").set_index("group")
    assert math.isnan(rows.loc["many", "coverage"])
    assert rows.loc["many", "infinite"] == made.observed.loc[made.lineages == "many"].notna().sum().sum()
    assert rows.loc["few", "infinite"] == 0
    for end in ("fold_lowest", "fold_highest", "coverage"):
        assert rows.loc["all lines", end] == pytest.approx(rows.loc["few", "coverage"])


def subsampled(repeats: int, lines: int = 200) -> SimpleNamespace:
    """Make a study of the published kind."""
    made = study(lines=lines)
    patients = made.splits.drop_duplicates("sample").set_index("sample")["group"]
    return split_again(made, published_subsamplings(patients, repeats, 0.111, 1))


def test_subsamplings_are_calibrated_on_lines_that_only_others_test() -> None:
    made = subsampled(6)
    summary, genes = evaluate(made)
    tested = [lines_of(made.splits, repeat, 0, "test") for repeat in range(6)]
    residuals = (made.observed - pd.concat(made.predicted["knows"]).groupby(level=0).first()).abs()
    inside = {gene: [] for gene in GENES}
    for own in tested:
        others = sorted({line for part in tested for line in part} - set(own))
        assert len(others) > 60
        for gene in GENES:
            half = plain_half_width(residuals.loc[others, gene].tolist(), LEVEL)
            inside[gene].append((residuals.loc[own, gene].dropna() <= half).mean())
    rows = genes[genes["model"] == "knows"].set_index("gene")
    np.testing.assert_allclose(rows["coverage"][GENES], [np.mean(inside[gene]) for gene in GENES])
    overall = summary[(summary["model"] == "knows") & (summary["scope"] == "overall")].iloc[0]
    assert overall["lines"] == len({line for own in tested for line in own})
    labels = [made.observed.loc[own].notna().sum().sum() for own in tested]
    assert overall["labels"] == round(np.mean(labels))
    assert 0.85 < overall["coverage"] < 0.95
    assert overall["coverage_low"] < overall["coverage"] < overall["coverage_high"]
    lineages = summary[(summary["model"] == "knows") & (summary["scope"] == "lineage")]
    assert lineages["coverage"].notna().all()
    assert lineages["lines"].sum() == overall["lines"]


def test_lines_tested_twice_calibrate_once() -> None:
    """The first other repeat that tests a line gives its residual."""
    folds = [pd.Series(0, list(lines)) for lines in ("ab", "bcd", "dce", "ac")]
    errors = [
        np.array([[10.0 * repeat + place] for place in range(len(own))]) for repeat, own in enumerate(folds)
    ]
    assert elsewhere(errors, folds, 0).ravel().tolist() == [11, 12, 22]  # c, d, e
    assert elsewhere(errors, folds, 1).ravel().tolist() == [0, 22]  # a, e
    assert elsewhere(errors, folds, 3).ravel().tolist() == [1, 12, 22]  # b, d, e
    assert elsewhere(errors[:1], folds[:1], 0).shape == (0, 1)


def test_one_subsampling_has_no_other_to_calibrate_on() -> None:
    summary, _ = evaluate(subsampled(1))
    assert summary["coverage"].isna().all()
    assert (summary["labels"] == 0).all()
    overall = summary[summary["scope"] == "overall"].iloc[0]
    assert overall["infinite"] > 0
    assert overall["lines"] == 20


# ---- the figure


def drawn_from(lineages: int, **changes: object) -> tuple[SimpleNamespace, str]:
    """Draw the figure of some lineages; return it with all its words."""
    made = study(**changes)
    made.lineages[:] = np.resize([f"Lineage_{number}" for number in range(lineages)], len(made.lineages))
    made.observed.iloc[8:, 1] = np.nan
    summary, genes = evaluate(made)
    figure = coverage_of_intervals(summary, genes, "gene effect (Chronos)")
    return figure, texts(figure)


def test_figure_says_level_sizes_units_and_what_it_is_not() -> None:
    figure, words = drawn_from(4)
    for expected in (
        "intervals for 90 %", "n = 40 genes, 200 lines, 190 patients", "not calibrated for tumours",
        "labels have an infinite interval and are left out", "knows n = 39 genes", "gene effect (Chronos)",
        "Lineage_0 n = 50 lines", "(1.00 ×)", "gene_mean",
    ):  # fmt: skip
        assert expected in words
    assert not clipped(figure)
    assert all(axis.get_xlabel() for axis in figure.findobj(lambda part: hasattr(part, "get_xlabel")))


def test_figure_draws_the_largest_lineages_and_says_how_many_there_are() -> None:
    figure, words = drawn_from(MOST_LINEAGES + 5)
    assert f"(the {MOST_LINEAGES} largest of {MOST_LINEAGES + 5})" in words
    assert len(set(re.findall(r"Lineage_\d+", words))) == MOST_LINEAGES
    assert not clipped(figure)


def test_figure_of_no_finite_interval_says_so() -> None:
    made = study(lines=60)
    summary, genes = evaluate(made, level=0.99)
    assert summary["coverage"].isna().all()
    assert (summary.loc[summary["scope"] == "overall", "infinite"] == made.observed.notna().sum().sum()).all()
    assert "no finite interval" in texts(coverage_of_intervals(summary, genes, "score"))
