"""Synthetic essentiality against measured scores and planted pairs, its figures and its config."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure
from scipy.stats import pearsonr
from sklearn.metrics import roc_auc_score

from deepdep.config_analyses import check_synthetic
from deepdep.errors import InputError
from deepdep.evaluate.synthetic import agreement, mean_r, measured_difference, planted_auroc
from deepdep.plot import synthetic
from deepdep.plot.style import save_figure

LINES, MUTATIONS, GENES = 40, 6, 30
NAMES = [f"line {i}" for i in range(LINES)]
FLIPS, GENE_NAMES = [f"M{i}" for i in range(MUTATIONS)], [f"G{i}" for i in range(GENES)]


@pytest.fixture
def study() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return mutations, scores with gaps that M0 to M4 move, and the planted effects."""
    rng = np.random.default_rng(1)
    status = (rng.random((LINES, MUTATIONS)) < 0.35).astype(np.float32)
    status[:, 5] = 0
    status[0, 5] = 1  # too rare
    status[3, 1] = np.nan
    effects = np.where(rng.random((MUTATIONS, GENES)) < 0.2, rng.normal(0, 1, (MUTATIONS, GENES)), 0)
    scores = np.nan_to_num(status) @ effects + rng.normal(0, 0.1, (LINES, GENES))
    scores[rng.random((LINES, GENES)) < 0.1] = np.nan
    scores[4:, 7] = np.nan  # hardly measured
    tables = (status, FLIPS), (scores, GENE_NAMES)
    mutations, dependency = (pd.DataFrame(values, NAMES, columns) for values, columns in tables)
    return mutations, dependency[::-1], pd.DataFrame(effects, FLIPS, GENE_NAMES)


def test_measured_difference_is_that_of_the_two_groups_means(study: tuple):
    mutations, dependency, _ = study
    difference, counts = measured_difference(mutations, dependency, 5)
    assert list(difference.index) == FLIPS[:5]
    for flip in FLIPS[:5]:
        groups = [dependency.loc[mutations.index[mutations[flip] == value]] for value in (1, 0)]
        assert list(counts.loc[flip]) == [len(group) for group in groups]
        enough = (groups[0].notna().sum() >= 5) & (groups[1].notna().sum() >= 5)
        expected = (groups[0].mean() - groups[1].mean()).where(enough)
        np.testing.assert_allclose(difference.loc[flip], expected, atol=1e-9)
    assert difference["G7"].isna().all()


def test_agreement_is_r_with_the_own_and_with_other_mutations(study: tuple):
    mutations, dependency, effects = study
    difference, counts = measured_difference(mutations, dependency, 5)
    table = agreement(effects, difference, counts).set_index("mutation")
    assert set(table.index) == set(FLIPS[:5])
    for flip in FLIPS[:5]:
        r = {}
        for other in FLIPS[:5]:
            known = difference.loc[other].notna()
            r[other] = pearsonr(effects.loc[flip, known], difference.loc[other, known])[0]
        assert table.loc[flip, "r"] == pytest.approx(r.pop(flip))
        assert table.loc[flip, "r_others"] == pytest.approx(np.mean(list(r.values())))
        assert table.loc[flip, "genes"] == GENES - 1
    assert (table["r"] > table["r_others"] + 0.3).all()


def test_agreement_of_none_or_flat_is_empty_or_undefined(study: tuple):
    mutations, dependency, effects = study
    nothing = agreement(effects, *measured_difference(mutations, dependency, 30))
    assert nothing.empty
    difference, counts = measured_difference(mutations, dependency, 5)
    flat = agreement(effects * 0, difference, counts)
    assert flat["r"].isna().all()
    one = agreement(effects, difference[:1], counts[:1])
    assert np.isfinite(one["r"]).all()
    assert one["r_others"].isna().all()


def test_planted_pairs_are_ranked_by_size(study: tuple):
    _, _, effects = study
    score = effects + np.random.default_rng(2).normal(0, 0.5, effects.shape)
    planted = (
        effects.rename_axis("feature").reset_index().melt("feature", var_name="gene", value_name="effect")
    )
    planted = planted[planted["effect"] != 0].assign(omic="mutation")
    elsewhere = pd.DataFrame({"feature": ["M0"], "gene": ["G0"], "effect": [9.0], "omic": ["expression"]})
    unknown = pd.DataFrame({"feature": ["M99"], "gene": ["G0"], "effect": [9.0], "omic": ["mutation"]})
    pairs = pd.concat([planted, elsewhere, unknown])
    row = planted_auroc({"score": score}, pairs).iloc[0]
    hits = (effects != 0).to_numpy().ravel()
    assert row["pairs"] == hits.sum() == len(planted)
    assert row["auroc"] == pytest.approx(roc_auc_score(hits, np.abs(score.to_numpy()).ravel()))
    same = np.sign(score.to_numpy().ravel()[hits]) == np.sign(effects.to_numpy().ravel()[hits])
    assert row["same_sign"] == pytest.approx(same.mean())
    assert planted_auroc({}, pairs).columns.tolist() == ["score", "pairs", "others", "auroc", "same_sign"]


def test_mean_r_is_of_the_named_model():
    per_gene = pd.DataFrame({"model": ["a", "a", "b"], "r": [0.1, np.nan, 0.5]})
    assert mean_r(per_gene, "a") == (pytest.approx(0.1), 1)
    with pytest.raises(InputError, match="'c'"):
        mean_r(per_gene, "c")


# ---- figures


def text_of(figure: Figure) -> str:
    parts = [axis.get_title(loc=place) for axis in figure.axes for place in ("left", "center")]
    parts += [text.get_text() for axis in figure.axes for text in axis.texts]
    return "\n".join(parts)


def saved(figure: Figure, folder: Path) -> str:
    text = text_of(figure)
    save_figure(figure, folder / "a.pdf", folder / "a.png", "note")
    assert (folder / "a.png").stat().st_size > 3000
    return text


def test_histogram_says_how_many_changes_lie_where(tmp_path: Path):
    table = pd.DataFrame({"change": np.linspace(-1, 1, 2001), "count": 0})
    table.loc[[990, 1000, 1007], "count"] = [10, 60, 30]
    text = saved(synthetic.score_histogram(table, "gene effect"), tmp_path)
    assert "n = 100 changes: 60.0 % within ±0.0005" in text
    assert "10.0 % below" in text
    assert "30.0 % above" in text


def test_correlation_leaves_out_flat_lines(tmp_path: Path):
    values = np.corrcoef(np.random.default_rng(1).normal(size=(12, 50)))
    values[3] = values[:, 3] = np.nan
    table, lineages = pd.DataFrame(values, NAMES[:12], NAMES[:12]), pd.Series("lung", NAMES)
    text = saved(synthetic.line_correlation(table, lineages, 1234), tmp_path)
    assert "n = 11 lines (1 more without any change left out)" in text
    assert "1,234 pairs" in text
    assert "too few" in text_of(synthetic.line_correlation(table.iloc[:2, :2], lineages, 5)).replace(
        "\n", " "
    )


def test_pairs_and_partners_state_their_counts(tmp_path: Path):
    pairs = pd.DataFrame({"mutation": "PTEN", "gene": "CHD1", "trained": False, "line": NAMES})
    pairs = pairs.assign(mutated=np.arange(LINES) < 10, change=np.where(np.arange(LINES) < 30, -0.1, 0.1))
    text = saved(synthetic.known_pairs(pairs, "gene effect"), tmp_path)
    assert "PTEN mutation, CHD1" in text
    assert "by its fingerprint" in text
    assert "75 % of lines" in text
    partners = pd.DataFrame({"mutation": "KRAS", "gene": GENE_NAMES, "lines": LINES, "strong_positive": 0})
    partners["strong_negative"] = np.where(np.arange(GENES) < 4, 3, 0)
    text = saved(synthetic.partner_bars(partners, 0.05, 0.05), tmp_path)
    assert "4 of 30 genes" in text
    none = partners.assign(strong_negative=0)
    assert "no gene meets both" in text_of(synthetic.partner_bars(none, 0.05, 0.05))
    for figure in (synthetic.known_pairs(pairs[:0], "x"), synthetic.partner_bars(partners[:0], 0.05, 0.05)):
        assert "n = 0" in saved(figure, tmp_path)


def test_measured_panel_names_the_lines_of_each_mutation(study: tuple, tmp_path: Path):
    mutations, dependency, effects = study
    difference, counts = measured_difference(mutations, dependency, 5)
    table = agreement(effects, difference, counts)
    text = saved(synthetic.against_measured(table, effects, difference, 5), tmp_path)
    assert "n = 5 mutations" in text
    assert f"{table['mutated'][0]} mutated and {table['wild_type'][0]} other lines" in text
    empty = synthetic.against_measured(table[:0], effects, difference, 5)
    assert "n = 0" in saved(empty, tmp_path)


# ---- config


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        ("grid_mutation", None),
        ("grid_mutatoin", "not among compare"),
        ("ridge", "no model of kind grid"),
    ],
)
def test_model_has_to_be_a_compared_grid_of_mutations(model: str, problem: str | None, root: Path):
    config = yaml.safe_load((root / "config/config.yaml").read_text())
    config["models"]["grid_mutation"] = {"kind": "grid", "omics": ["mutation"]}
    config["synthetic"]["model"] = model
    found = list(check_synthetic(config))
    assert not found if problem is None else problem in found[0]
