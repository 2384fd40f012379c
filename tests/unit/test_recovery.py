"""Recovery of planted truth, model by model."""

import numpy as np
import pandas as pd
import pytest

from deepdep.evaluate.recovery import GRID, mean_roc, recovery

LINES, GENES = [f"L{row}" for row in range(60)], [f"G{number}" for number in range(6)]
CLASSES = ["mutation"] * 2 + ["paralog"] * 2 + ["no_effect"] * 2


@pytest.fixture(scope="module")
def omics() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(1)
    return {
        "mutation": pd.DataFrame(
            rng.integers(0, 2, (60, 8)).astype(float), LINES, [f"M{n}" for n in range(8)]
        ),
        "expression": pd.DataFrame(rng.normal(size=(60, 10)), LINES, [f"E{n}" for n in range(10)]),
    }


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    rows = [("mutation", f"M{n}", f"G{n}", "mutation") for n in (0, 1)]
    rows += [("expression", f"E{n}", f"G{n}", "paralog") for n in (2, 3)]
    return pd.DataFrame(rows, columns=["omic", "feature", "gene", "class"])


def predictions(omics: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Make a model that knows the planted pairs, one that guesses and one that is constant."""
    guess = pd.DataFrame(np.random.default_rng(2).normal(size=(60, 6)), LINES, GENES)
    truth = guess.copy()
    for number in range(4):
        omic, feature = ("mutation", f"M{number}") if number < 2 else ("expression", f"E{number}")
        truth[f"G{number}"] = omics[omic][feature]
    return {"truth": truth, "guess": guess, "gene_mean": guess * 0}


def metrics() -> pd.DataFrame:
    values = {
        "truth": [0.8, 0.6, 0.7, 0.5, 0.1, -0.1],
        "guess": [0.1, 0, 0, -0.1, 0, 0.02],
        "gene_mean": [np.nan] * 6,
    }
    parts = [
        pd.DataFrame({"model": model, "gene": GENES, "r": r, "r_fold": np.array(r) / 2})
        for model, r in values.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_truth_is_recovered_by_the_model_that_knows_it(
    omics: dict[str, pd.DataFrame], pairs: pd.DataFrame
) -> None:
    genes = pd.DataFrame({"gene": GENES, "class": CLASSES})
    found = recovery(omics, predictions(omics), metrics(), pairs, genes, seed=1)
    whole = found.pairs[(found.pairs["omic"] == "all")].set_index("model")
    assert whole.loc["truth", ["auroc", "median_rank"]].tolist() == [1, 1]
    assert whole.loc["guess", "auroc"] < 0.9
    assert set(found.roc["model"]) == {"truth", "guess"}  # a constant prediction ranks nothing
    classes = found.classes.set_index(["model", "class"])
    assert classes.loc[("truth", "mutation"), "mean_r"] == pytest.approx(0.35)
    assert classes.loc[("truth", "mutation"), "mean_r_pooled"] == pytest.approx(0.7)
    assert classes.loc[("truth", "no_effect"), "mean_r"] == pytest.approx(0)
    assert classes.loc[("truth", "mutation"), ["low", "high"]].tolist() == pytest.approx([0.3, 0.4])
    assert classes.loc[("truth", "all"), "n"] == 6
    assert classes.loc[("gene_mean", "all"), "n"] == 0
    for table in (found.classes, found.pairs, found.roc):
        assert table.index.is_unique


def test_levels_of_folds_rank_no_pair(omics: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> None:
    """Predictions that move with a planted feature through the folds' gene means alone are a guess."""
    genes, made = pd.DataFrame({"gene": GENES, "class": CLASSES}), predictions(omics)
    level = 3 * made["truth"]
    level[["G4", "G5"]] = 0
    shifted = {"guess": made["guess"] + level, "truth": made["truth"] + level, "gene_mean": level}
    plain, moved = (recovery(omics, one, metrics(), pairs, genes, seed=1).pairs for one in (made, shifted))
    pd.testing.assert_frame_equal(
        moved.sort_values(["model", "omic", "class"]).reset_index(drop=True),
        plain.sort_values(["model", "omic", "class"]).reset_index(drop=True),
    )


def test_roc_curves_are_averaged_by_their_pairs() -> None:
    points = pd.DataFrame(
        {"omic": ["a", "a", "b", "b", "b"], "fpr": [0, 1, 0, 0.5, 1], "tpr": [0, 1, 0, 1, 1.0]}
    )
    table = pd.DataFrame({"omic": ["all", "a", "b"], "class": "all", "pairs": [4, 3, 1]})
    curve = mean_roc(points, table).set_index("fpr")["tpr"]
    assert len(curve) == len(GRID)
    at = pd.Series(np.interp([0.25, 0.5, 1], curve.index, curve), [0.25, 0.5, 1])
    assert at.tolist() == pytest.approx([(3 * 0.25 + 0.5) / 4, (3 * 0.5 + 1) / 4, 1])
