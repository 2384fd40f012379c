"""The table of models: what is reported, and intervals that resample whole patients."""

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.evaluate.bootstrap import interval, mean_over_genes, patient_counts
from deepdep.evaluate.compare import Setting, compare_gene_sets, compare_models, gather
from deepdep.evaluate.gene_sets import gene_sets
from deepdep.evaluate.metrics import overall, pooled_r, skill
from deepdep.evaluate.splits import cross_validation, fold_of_test_lines, published_subsamplings

GENES = [f"G{number}" for number in range(8)]
REPEATS = 2


def make(
    seed: int = 1, twins: int = 10, subsamplings: int = 0
) -> tuple[pd.DataFrame, dict[str, list[pd.DataFrame]], pd.DataFrame]:
    """Make labels, predictions of a model and of the gene mean, and splits; some patients have two lines.

    ``subsamplings``: that many repeats of the published kind, in place of cross-validation.
    """
    rng = np.random.default_rng(seed)
    lines = pd.Index([f"L{row}" for row in range(80)], name="sample")
    numbers = np.where(np.arange(80) < 2 * twins, np.arange(80) // 2, np.arange(80))
    patients = pd.Series([f"P{number}" for number in numbers], lines)
    signal = rng.normal(size=(80, 8))
    observed = pd.DataFrame(signal + np.linspace(-2, 2, 8), lines, GENES)
    splits = cross_validation(patients, 4, REPEATS, 0.1, seed)
    if subsamplings:
        splits = published_subsamplings(patients, subsamplings, 0.1, seed)
    predicted: dict[str, list[pd.DataFrame]] = {"gene_mean": [], "model": []}
    for repeat in range(subsamplings or REPEATS):
        folds = fold_of_test_lines(splits, repeat)
        means = [observed.drop(index=folds.index[folds == fold]).mean() for fold in folds]
        mean = pd.DataFrame(means, folds.index, GENES)
        predicted["gene_mean"].append(mean)
        noise = rng.normal(size=mean.shape)
        predicted["model"].append(0.6 * (observed.loc[mean.index] - mean) + mean + 0.6 * noise)
    missing = pd.DataFrame(rng.random(observed.shape) < 0.05, lines, GENES)
    return observed.mask(missing), predicted, splits


def compare(
    observed: pd.DataFrame, predicted: dict[str, list[pd.DataFrame]], splits: pd.DataFrame, setting: Setting
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare with the same labels in every repeat."""
    repeats = splits["repeat"].nunique()
    summary, genes, _ = compare_models([observed] * repeats, predicted, splits, setting)
    return summary, genes


def setting(**changes: object) -> Setting:
    return Setting(**{"genes": GENES, "min_lines": 20, "draws": 300, "seed": 1, **changes})


def test_gene_mean_has_to_be_there() -> None:
    observed, predicted, splits = make()
    del predicted["gene_mean"]
    with pytest.raises(InputError, match=r"gene_mean is missing.* Remedy: add gene_mean to compare"):
        compare(observed, predicted, splits, setting())


def test_genes_with_few_labels_are_left_out() -> None:
    observed, predicted, splits = make()
    observed.iloc[19:, 2] = np.nan
    observed.iloc[:, 3] = np.nan
    observed.iloc[:20, 3] = observed.iloc[:20, 4].fillna(0)
    summary, genes = compare(observed, predicted, splits, setting(genes=GENES[:6], draws=20))
    assert sorted(genes["gene"].unique()) == ["G0", "G1", "G3", "G4", "G5"]
    assert summary["genes"].tolist() == [5, 5]
    with pytest.raises(InputError, match=r"No gene has 100 labels, the most is \d+\. Remedy: "):
        compare(observed, predicted, splits, setting(min_lines=100))


def test_intervals_contain_estimates_and_narrow_with_level() -> None:
    observed, predicted, splits = make()
    wide, _ = compare(observed, predicted, splits, setting())
    narrow, _ = compare(observed, predicted, splits, setting(level=0.5))
    wide, narrow = (table.set_index("model").loc["model"] for table in (wide, narrow))
    for name in ("mean_r", "skill", "overall_r"):
        assert wide[f"{name}_low"] < narrow[f"{name}_low"] < wide[name]
        assert wide[name] < narrow[f"{name}_high"] < wide[f"{name}_high"]


def test_numbers_equal_those_of_plain_pandas() -> None:
    observed, predicted, splits = make()
    summary, genes = compare(observed, predicted, splits, setting(draws=10))
    row = summary.set_index("model").loc["model"]
    r = [frame.corrwith(observed.loc[frame.index]) for frame in predicted["model"]]
    expected = np.mean(r, axis=0)
    table = genes[genes["model"] == "model"].set_index("gene")
    np.testing.assert_allclose(table["r"], expected, rtol=1e-9)
    assert row["mean_r"] == pytest.approx(expected.mean())
    assert row["genes_r_above_0.4"] == (expected > 0.4).sum()
    mse = [np.nanmean((frame - observed.loc[frame.index]) ** 2) for frame in predicted["model"]]
    assert row["mse"] == pytest.approx(np.mean(mse))
    assert (row["lines"], row["patients"], row["genes_with_r"]) == (80, 70, 8)


def test_gene_mean_has_no_skill_and_no_r() -> None:
    observed, predicted, splits = make()
    row = compare(observed, predicted, splits, setting(draws=50))[0].set_index("model").loc["gene_mean"]
    assert row[["skill", "skill_low", "skill_high"]].tolist() == [0, 0, 0]
    assert row[["mean_r", "mean_r_low", "mean_r_high"]].isna().all()
    assert row["genes_with_r"] == 0
    assert 0.7 < row["overall_r"] < 1  # genes differ: the reason why overall r says little


def test_lines_of_a_patient_are_drawn_together() -> None:
    patients = np.array(["b", "a", "b", "c", "a", "d"])
    counts = patient_counts(patients, 500, seed=1)
    assert counts.shape == (500, 6)
    assert (counts[:, 0] == counts[:, 2]).all()
    assert (counts[:, 1] == counts[:, 4]).all()
    assert (counts[:, [0, 1, 3, 5]].sum(axis=1) == 4).all()  # as many patients as there are
    assert counts.mean() == pytest.approx(1, abs=0.1)
    assert (patient_counts(patients, 500, seed=1) == counts).all()
    assert (patient_counts(patients, 500, seed=2) != counts).any()


def test_repeats_are_on_one_order_of_lines_so_that_draws_agree() -> None:
    observed, predicted, splits = make()
    first, second = gather([observed] * REPEATS, predicted["model"], predicted["gene_mean"], splits)
    lines = fold_of_test_lines(splits, 0).index
    assert list(lines) != list(fold_of_test_lines(splits, 1).index)
    np.testing.assert_array_equal(first.observed, second.observed)
    for repeat, data in enumerate((first, second)):
        np.testing.assert_array_equal(data.predicted, predicted["model"][repeat].loc[lines])
        np.testing.assert_array_equal(data.folds, fold_of_test_lines(splits, repeat)[lines])


def test_interval_equals_resampling_patients_by_name() -> None:
    observed, predicted, splits = make()
    row = compare(observed, predicted, splits, setting())[0].set_index("model").loc["model"]
    patients = splits.drop_duplicates("sample").set_index("sample")["group"]
    weights = pd.DataFrame(
        patient_counts(patients[fold_of_test_lines(splits, 0).index].to_numpy(), 300, 1),
        columns=fold_of_test_lines(splits, 0).index,
    )
    draws = np.zeros((3, 300))
    for repeat in range(REPEATS):
        # this repeat in its own order of lines, the draws found by name
        own = splits[splits["repeat"] == repeat].assign(repeat=0)
        (data,) = gather([observed], [predicted["model"][repeat]], [predicted["gene_mean"][repeat]], own)
        counts = weights[fold_of_test_lines(own, 0).index].to_numpy()
        draws[0] += mean_over_genes(pooled_r(data, counts)) / REPEATS
        draws[1] += skill(data, counts) / REPEATS
        draws[2] += overall(data, counts) / REPEATS
    for name, values in zip(("mean_r", "skill", "overall_r"), draws, strict=True):
        assert [row[f"{name}_low"], row[f"{name}_high"]] == pytest.approx(interval(values, 0.95))


def test_twins_widen_the_interval() -> None:
    """Copies of a line are no new evidence: forty pairs of twins say as much as forty lines."""
    observed, predicted, splits = make(twins=40)
    width = {}
    for twins in (True, False):
        if twins:
            for frame in (observed, *predicted["model"], *predicted["gene_mean"]):
                for line in range(1, 80, 2):
                    frame.loc[f"L{line}"] = frame.loc[f"L{line - 1}"]
        groups = splits if twins else splits.assign(group=splits["sample"])
        row = compare(observed, predicted, groups, setting())[0].set_index("model").loc["model"]
        width[twins] = row["mean_r_high"] - row["mean_r_low"]
    assert width[True] / width[False] == pytest.approx(np.sqrt(2), rel=0.15)


def test_mean_over_genes_passes_over_genes_without_r() -> None:
    values = np.array([[0.2, np.nan, 0.4], [np.nan] * 3])
    np.testing.assert_allclose(mean_over_genes(values), [0.3, np.nan])
    assert interval(np.arange(101.0), 0.9) == pytest.approx((5, 95))


# ---- subsamplings: each repeat tests lines of its own


def test_subsamplings_are_measured_on_their_own_lines_and_averaged() -> None:
    observed, predicted, splits = make(subsamplings=5)
    summary, genes = compare(observed, predicted, splits, setting(draws=50))
    row = summary.set_index("model").loc["model"]
    frames, means = predicted["model"], predicted["gene_mean"]
    assert {len(frame) for frame in frames} == {8}
    r = np.mean([frame.corrwith(observed.loc[frame.index]) for frame in frames], axis=0)
    table = genes[genes["model"] == "model"].set_index("gene")
    np.testing.assert_allclose(table["r"], r, rtol=1e-9)
    np.testing.assert_allclose(table["r_fold"], r, rtol=1e-9)  # a repeat is one fold
    labels = [observed.loc[frame.index].notna().sum() for frame in frames]
    assert table["n"].tolist() == np.mean(labels, axis=0).round().tolist()
    errors = [[((one - observed.loc[one.index]) ** 2) for one in frames_of] for frames_of in (frames, means)]
    skills = [1 - np.nansum(own) / np.nansum(base) for own, base in zip(errors[0], errors[1], strict=True)]
    assert row["mean_r"] == pytest.approx(r.mean())
    assert row["skill"] == pytest.approx(np.mean(skills))
    assert row["mse"] == pytest.approx(np.mean([np.nanmean(part) for part in errors[0]]))
    tested = set().union(*(frame.index for frame in frames))
    patients = splits.drop_duplicates("sample").set_index("sample")["group"][list(tested)]
    assert row["lines"] == len(tested) < 80
    assert (row["lines_per_repeat"], row["patients"]) == (8, patients.nunique())


def test_interval_of_subsamplings_draws_the_patients_of_all_repeats_by_name() -> None:
    """With eight lines in a repeat some draws have none of them, and average the other repeats."""
    observed, predicted, splits = make(subsamplings=5)
    row = compare(observed, predicted, splits, setting())[0].set_index("model").loc["model"]
    tested = splits[splits["role"] == "test"].drop_duplicates("sample")
    weights = pd.DataFrame(patient_counts(tested["group"].to_numpy(), 300, 1), columns=tested["sample"])
    draws = []
    for repeat in range(5):
        own = splits[splits["repeat"] == repeat].assign(repeat=0)
        (data,) = gather([observed], [predicted["model"][repeat]], [predicted["gene_mean"][repeat]], own)
        draws.append(skill(data, weights[fold_of_test_lines(own, 0).index].to_numpy()))
    assert np.isnan(draws).any()
    expected = interval(np.nanmean(draws, axis=0), 0.95)
    assert [row["skill_low"], row["skill_high"]] == pytest.approx(expected)
    assert row["skill_low"] < row["skill"] < row["skill_high"]


def test_lines_of_cross_validation_are_those_of_every_repeat() -> None:
    """Cross-validation tests every line in every repeat."""
    observed, predicted, splits = make()
    row = compare(observed, predicted, splits, setting(draws=20))[0].iloc[1]
    assert row["lines"] == row["lines_per_repeat"] == 80


# ---- labels by repeat, fewer repeats, gene sets, ceilings


def test_labels_of_a_repeat_are_a_mask_of_its_own() -> None:
    """Half of the genes count in the first repeat, the other half in the second."""
    observed, predicted, splits = make()
    tables = [observed.copy(), observed.copy()]
    tables[0].iloc[:, 4:] = np.nan
    tables[1].iloc[:, :4] = np.nan
    summary, genes, _ = compare_models(tables, predicted, splits, setting(draws=20))
    row = summary.set_index("model").loc["model"]
    found = genes[genes["model"] == "model"].set_index("gene")
    frames = predicted["model"]
    parts = [frames[place][GENES[start:][:4]].corrwith(observed) for place, start in ((0, 0), (1, 4))]
    np.testing.assert_allclose(found["r"], pd.concat(parts).dropna()[GENES])
    assert found["p"].lt(0.05).all()  # of the repeat in which a gene counts
    errors = [np.nanmean((frame - table) ** 2) for frame, table in zip(frames, tables, strict=True)]
    assert row["mse"] == pytest.approx(np.mean(errors))
    assert (row["genes"], row["genes_with_r"]) == (8, 8)


def test_genes_held_out_of_a_fold_need_predictions_there_only() -> None:
    """Other genes may have none: as of a protocol of unseen genes, two of them in each fold."""
    observed, predicted, splits = make()
    folds, mask = fold_of_test_lines(splits, 0), pd.DataFrame(True, observed.index, GENES)
    for line, fold in folds.items():
        mask.loc[line, GENES[2 * fold : 2 * fold + 2]] = False
    labels, guess = observed.mask(mask), predicted["model"][0].mask(mask)
    frames = {"gene_mean": predicted["gene_mean"][:1], "model": [guess]}
    own = splits[splits["repeat"] == 0]
    summary, genes, _ = compare_models([labels], frames, own, setting(draws=50, min_lines=10))
    found = genes[genes["model"] == "model"].set_index("gene")
    np.testing.assert_allclose(found["r"], guess.corrwith(labels)[GENES])
    np.testing.assert_allclose(found["r"], found["r_fold"])  # each gene is in one fold
    assert summary["genes"].tolist() == [8, 8]
    guess.loc[folds.index[folds == 1][0], "G2"] = np.nan
    with pytest.raises(ValueError, match="repeat 0: lines or genes without a prediction"):
        compare_models([labels], frames, own, setting(draws=50, min_lines=10))


def test_a_model_of_fewer_repeats_is_averaged_over_those_it_has() -> None:
    observed, predicted, splits = make()
    first = {name: frames[:1] for name, frames in predicted.items()}
    own = splits[splits["repeat"] == 0]
    expected = compare(observed, first, own, setting(draws=50))[0].set_index("model").loc["model"]
    fewer = {**predicted, "model": predicted["model"][:1]}
    summary = compare(observed, fewer, splits, setting(draws=50))[0].set_index("model")
    assert summary["repeats"].tolist() == [2, 1]
    for name in ("mean_r", "mean_r_low", "skill", "skill_high", "mean_r_fold_weighted", "genes_q_below_0.05"):
        assert summary.loc["model", name] == pytest.approx(expected[name])
    with pytest.raises(ValueError, match="predictions of 3 repeats, the splits have 2"):
        compare(observed, {**predicted, "model": predicted["model"][:1] * 3}, splits, setting())


def test_summary_has_the_means_over_genes_of_the_table() -> None:
    observed, predicted, splits = make()
    lineages = pd.Series(np.array(["lung", "skin"])[np.arange(80) % 2], observed.index)
    shape = [observed] * REPEATS
    summary, genes, pairs = compare_models(shape, predicted, splits, setting(draws=50, top=3), lineages)
    row, table = summary.iloc[1], genes[genes["model"] == "model"]
    for name, column in (
        ("mean_spearman", "spearman"),
        ("mean_spearman_fold", "spearman_fold"),
        ("mean_r_within_lineage", "r_within_lineage"),
        ("mean_r_fold_weighted", "r_fold_weighted"),
        ("mean_auprc", "auprc"),
        ("mean_prevalence", "prevalence"),
    ):
        assert row[name] == pytest.approx(table[column].mean())
    assert [row[f"genes_r_above_{limit}"] for limit in (0.2, 0.7)] == [
        (table["r"] > 0.2).sum(),
        (table["r"] > 0.7).sum(),
    ]
    assert row["genes_q_below_0.05"] == (table["q"] < 0.05).sum() == 8
    assert row["mean_r_fold_weighted_low"] < row["mean_r_fold_weighted"] < row["mean_r_fold_weighted_high"]
    assert row["top_recall"] > row["top_recall_chance"] + 0.1
    assert 0.5 < row["slope"] < 1.2
    assert pairs.empty
    without = compare_models(shape, predicted, splits, setting(draws=50, top=3))[0].iloc[1]
    assert np.isnan(without["mean_r_within_lineage"])


def test_fraction_of_ceiling_is_a_ratio_of_means_over_genes_with_a_ceiling() -> None:
    observed, predicted, splits = make()
    ceilings = pd.DataFrame(
        {"gene": ["G1", "G3", "G5", "elsewhere"], "n": 50, "r": [0.9, 0.1, 0.6, 0.9]}
    )  # G3 has no ceiling to speak of
    found = compare_models([observed] * REPEATS, predicted, splits, setting(draws=20), ceilings=ceilings)
    r = found.genes[found.genes["model"] == "model"].set_index("gene")["r"]
    row = found.summary.set_index("model").loc["model"]
    assert row["fraction_of_ceiling"] == pytest.approx((r["G1"] + r["G5"]) / 1.5)
    assert row["genes_with_ceiling"] == 2
    bare = compare(observed, predicted, splits, setting(draws=20))[0]
    assert bare["fraction_of_ceiling"].isna().all()


def test_gene_sets_have_rows_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    observed, predicted, splits = make()
    sets = gene_sets(observed, splits, 0.5, -1.9)
    sets["none"] = [observed * np.nan] * REPEATS
    found = compare_gene_sets(sets, predicted, splits, setting(draws=30, references=["model"]))
    assert found.summary["gene_set"].tolist() == [
        n for n in ("reported", "variable", "selective") for _ in "ab"
    ]
    assert found.summary.columns[:2].tolist() == found.pairs.columns[[0, 1]].tolist() == ["model", "gene_set"]
    alone = compare_models(sets["variable"], predicted, splits, setting(draws=30))
    expected, row = alone.summary.iloc[1], found.summary.iloc[3]
    assert row["mean_r"] == pytest.approx(expected["mean_r"])
    whole = compare(observed, predicted, splits, setting(draws=30))
    pd.testing.assert_frame_equal(found.genes, whole[1])
    assert "gene set none is not reported" in caplog.text
    with pytest.raises(InputError, match="No gene has 100 labels"):
        compare_gene_sets(sets, predicted, splits, setting(min_lines=100))
