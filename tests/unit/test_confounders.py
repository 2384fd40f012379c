"""The baseline of confounders: which covariates it sees, what it makes of them, what it does not see."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from baseline_sets import assert_same_bytes, make_design, make_training, some_training
from sklearn.linear_model import Ridge as PrimalRidge

from deepdep.errors import InputError
from deepdep.io.samples import read_samples
from deepdep.models.base import TrainingSet, stack_designs
from deepdep.models.confounders import Confounders, categories_of, covariates
from deepdep.prepare.transform import Design

PENALTIES = [0.01, 0.1, 1.0, 10.0, 1000.0]
CULTURES = ["Adherent", "Suspension", "Mixed", ""]


def sheet_design(rng: np.random.Generator, lines: int, missing: bool = True) -> Design:
    """Make a design with mutations of 0 and 1, cultures, and some samples that lack an omic."""
    design = make_design(rng, lines)
    design.values["mutation"][:] = rng.random(design.values["mutation"].shape) < 0.4
    design = replace(design, confounders={"culture": rng.choice(CULTURES, lines, p=[0.5, 0.3, 0.05, 0.15])})
    if missing:
        for place, omic in enumerate(design.values):
            lacking = rng.random(lines) < 0.2
            design.values[omic][lacking], design.observed[omic][lacking] = 0, False
            design.present[lacking, place] = 0
    return design


def planted(seed: int, lines: int = 60) -> TrainingSet:
    """Make labels of which gene 0 follows the culture, gene 1 the burden of mutation, gene 2 nothing."""
    rng = np.random.default_rng(seed)
    design = sheet_design(rng, lines)
    labels = rng.normal(0, 0.3, (lines, 3))
    labels[:, 0] += 2 * (design.confounders["culture"] == "Suspension")
    labels[:, 1] += 4 * design.values["mutation"].mean(axis=1)
    labels[rng.random(labels.shape) < 0.1] = np.nan
    return make_training(design, labels)


def test_covariates_equal_a_loop_over_samples() -> None:
    design = sheet_design(np.random.default_rng(1), 30)
    design.observed["expression"][:, 3] = False
    found = covariates(design, {"culture": ["Adherent"]})
    for row in range(30):
        for omic, column in (("mutation", 0), ("expression", 1), ("copy_number", 2)):
            assert found[f"{omic} there"][row] == design.present[row, column]
            assert found[f"{omic} observed"][row] == pytest.approx(design.observed[omic][row].mean())
        seen = {omic: design.values[omic][row][design.observed[omic][row]] for omic in design.values}
        expected = {
            "mutation burden": lambda v: v.mean(),
            "copy number burden": lambda v: np.abs(v).mean(),
            "expression mean": lambda v: v.mean(),
            "expression SD": lambda v: v.std(),
        }
        for name, of in expected.items():
            part = seen[name.rsplit(" ", 1)[0].replace(" ", "_")]
            value = of(part) if len(part) else np.nan
            np.testing.assert_allclose(found[name][row], value, rtol=1e-5, atol=1e-7)
        assert found["culture: Adherent"][row] == (design.confounders["culture"][row] == "Adherent")
        assert found["culture: rare"][row] == (design.confounders["culture"][row] != "Adherent")


def test_burden_of_mutation_is_the_same_of_scaled_mutations() -> None:
    design = sheet_design(np.random.default_rng(2), 30, missing=False)
    scaled = replace(design, values={**design.values, "mutation": (design.values["mutation"] - 0.4) / 0.49})
    for one in (design, scaled):
        burden = covariates(one, {})["mutation burden"]
        np.testing.assert_allclose(burden, design.values["mutation"].mean(axis=1))


def test_categories_of_few_lines_are_pooled_and_none_is_unknown() -> None:
    design = make_design(np.random.default_rng(3), 14)
    cells = np.array(["a"] * 5 + ["b"] * 4 + ["", "nan", "None", "<NA>", "unknown"])
    design = replace(design, confounders={"medium": cells})
    assert categories_of(design) == {"medium": ["a", "unknown"]}
    found = covariates(design, categories_of(design))
    assert [int(found[f"medium: {name}"].sum()) for name in ("a", "unknown", "rare")] == [5, 5, 4]


def test_equals_scikit_learn_on_the_standardised_covariates() -> None:
    training, new = planted(4), sheet_design(np.random.default_rng(40), 9)
    model = Confounders(PENALTIES)
    model.fit(training)
    codes, found = model.codes(training.design).astype(float), model.predict(new)
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=1e-6)
    assert codes.std(axis=0).max() < 1 + 1e-5
    for gene in range(3):
        kept = np.isfinite(training.labels[:, gene])
        own = codes[kept] - codes[kept].mean(axis=0)
        unit = np.square(own).sum() / kept.sum()
        errors = []
        for penalty in PENALTIES:
            lines, left = np.flatnonzero(kept), []
            for line in lines:
                others = lines[lines != line]
                primal = PrimalRidge(alpha=penalty * unit).fit(codes[others], training.labels[others, gene])
                left.append(training.labels[line, gene] - primal.predict(codes[[line]])[0])
            errors.append(np.square(left).mean())
        best = PENALTIES[int(np.argmin(errors))]
        assert model.penalty[gene] == pytest.approx(best)
        primal = PrimalRidge(alpha=best * unit).fit(codes[kept], training.labels[kept, gene])
        np.testing.assert_allclose(found[:, gene], primal.predict(model.codes(new)), rtol=1e-3, atol=1e-4)


def test_planted_confounders_are_found_and_noise_is_shrunk() -> None:
    training, rng = planted(5, 150), np.random.default_rng(50)
    model = Confounders(PENALTIES)
    model.fit(training)
    new = sheet_design(rng, 200, missing=False)
    found = model.predict(new)
    suspension = new.confounders["culture"] == "Suspension"
    assert found[suspension, 0].mean() - found[~suspension, 0].mean() > 1.7
    assert np.corrcoef(found[:, 1], new.values["mutation"].mean(axis=1))[0, 1] > 0.9
    assert found[:, 2].std() < 0.1


def test_single_features_and_lineage_are_not_seen() -> None:
    training = planted(6)
    model = Confounders(PENALTIES)
    model.fit(training)
    before = model.predict(training.design)
    rng, values = np.random.default_rng(60), {}
    for omic, matrix in training.design.values.items():  # other features, the same sample statistics
        values[omic] = matrix[:, rng.permutation(matrix.shape[1])]
    turned = replace(training.design, values=values, groups=np.full(60, "skin"))
    np.testing.assert_allclose(model.predict(turned), before, atol=1e-5)


def test_cohort_without_the_columns_counts_as_unknown_and_new_categories_as_rare() -> None:
    training = planted(7)
    model = Confounders(PENALTIES)
    model.fit(training)
    new = sheet_design(np.random.default_rng(70), 5)
    unknown, other = (replace(new, confounders={"culture": np.full(5, text)}) for text in ("", "Organoid"))
    np.testing.assert_array_equal(model.predict(replace(new, confounders=None)), model.predict(unknown))
    assert (model.predict(other)[:, 0] != model.predict(unknown)[:, 0]).all()
    rare = replace(new, confounders={"culture": np.full(5, "Mixed")})
    np.testing.assert_array_equal(model.predict(other), model.predict(rare))


def test_missing_omics_and_labels_leave_predictions_finite_and_nothing_known_leaves_the_mean() -> None:
    training = planted(8)
    training.labels[:, 1], training.labels[1:, 2], training.labels[0, 2] = np.nan, np.nan, 0.7
    model = Confounders(PENALTIES)
    model.fit(training)
    found = model.predict(sheet_design(np.random.default_rng(80), 12))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[:, 1:], np.tile([0, 0.7], (12, 1)), atol=1e-5)
    for matrix in training.design.values.values():
        matrix[:] = 0
    for matrix in training.design.observed.values():
        matrix[:] = True
    training.design.present[:] = 1
    bare = replace(training, design=replace(training.design, confounders=None))
    model.fit(bare)
    assert model.codes(bare.design) is None
    np.testing.assert_allclose(model.predict(bare.design)[:, 0], np.nanmean(training.labels[:, 0]), rtol=1e-5)


def test_restored_state_predicts_the_same_bytes() -> None:
    assert_same_bytes(lambda: Confounders(PENALTIES), planted(9), sheet_design(np.random.default_rng(90), 7))
    training = some_training(9)  # of a study that names no columns
    assert_same_bytes(lambda: Confounders(PENALTIES), training, make_design(np.random.default_rng(91), 7))


# ---- from the sheet to the design

SHEET = "id\tdonor\tlineage\tculture\tage\nA\tP1\tlung\tAdherent\t3\nB\tP2\tskin\t\t4\n"


def entry(folder: Path, *confounders: str) -> dict[str, object]:
    (folder / "lines.tsv").write_text(SHEET)
    roles = {"sample": "id", "patient": "donor", "group": "lineage"}
    return {"path": str(folder / "lines.tsv"), **roles, "confounders": list(confounders)}


def test_named_columns_of_the_sheet_are_marked_and_the_others_stay(tmp_path: Path) -> None:
    sheet = read_samples(entry(tmp_path, "culture"))
    assert list(sheet) == ["sample", "patient", "group", "culture", "age", "confounder_culture"]
    assert sheet["confounder_culture"].fillna("none").tolist() == ["Adherent", "none"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cultur", "no column 'cultur'.* Remedy: Columns there are: culture"),
        ("age", "holds numbers.* Remedy"),
        ("lineage", "no column 'lineage'.* beside those of sample, patient and group"),
    ],
)
def test_columns_that_cannot_be_confounders_are_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_samples(entry(tmp_path, name))


def test_designs_keep_their_confounders() -> None:
    design = sheet_design(np.random.default_rng(10), 6)
    texts = design.confounders["culture"]
    np.testing.assert_array_equal(design.take(np.array([4, 1])).confounders["culture"], texts[[4, 1]])
    np.testing.assert_array_equal(design.ordered(sorted(design.values)).confounders["culture"], texts)
    both = stack_designs(design, design.take(np.array([2])))
    np.testing.assert_array_equal(both.confounders["culture"], [*texts, texts[2]])
    assert stack_designs(replace(design, confounders=None), design).confounders is None
