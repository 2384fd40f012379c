"""Genes without labels: exact weights, planted truth, and checkpoints."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from baseline_sets import assert_same_bytes, make_design, make_training
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import cosine_similarity
from test_checkpoint import CPU, make_cohort

from deepdep.errors import InputError
from deepdep.models.base import TrainingSet
from deepdep.models.gene_mean import GeneMean
from deepdep.models.ridge import Ridge
from deepdep.models.unseen_genes import (
    PENALTIES,
    UnseenGenes,
    cosines,
    extend,
    gene_weights,
    reads_fingerprints,
)
from deepdep.prepare.transform import Scaling, Transform
from deepdep.training.checkpoint import load_model, save_model
from deepdep.training.fit import Lines, Study, fit_model, labels_for, without_labels
from deepdep.training.serve import serve_genes

GENES, SETS, LINES = 60, 12, 40


def planted(seed: int = 1, noise: float = 0.05) -> tuple[np.ndarray, np.ndarray, TrainingSet]:
    """Make genes whose mean and dependence on expression follow from their gene sets.

    Returns fingerprints, labels without noise, and the training set.
    """
    rng = np.random.default_rng(seed)
    prints = (rng.random((GENES, SETS)) < 0.3).astype(np.float32)
    design = make_design(rng, LINES)
    share = prints / np.sqrt(np.maximum(prints.sum(axis=1, keepdims=True), 1))
    means = share @ rng.normal(size=SETS)
    slopes = share @ rng.normal(size=(SETS, design.values["expression"].shape[1]))
    truth = means + design.values["expression"] @ slopes.T
    training = make_training(design, truth + noise * rng.normal(size=truth.shape))
    return prints, truth, replace(training, fingerprints=prints)


def hide(training: TrainingSet, genes: np.ndarray) -> TrainingSet:
    labels = training.labels.copy()
    labels[:, genes] = np.nan
    return replace(training, labels=labels)


def ridge() -> Ridge:
    return Ridge([0.01, 0.1, 1.0], [0.0, 1.0])


def test_weights_are_those_of_kernel_ridge_with_the_least_leave_one_gene_out_error() -> None:
    rng = np.random.default_rng(1)
    known, new = (rng.random((n, SETS)) < 0.4 for n in (15, 4))
    targets = known @ rng.normal(size=(SETS, 6)) + rng.normal(size=(15, 6)) + 3
    kernel, cross = cosines(known, known), cosines(new, known)
    np.testing.assert_allclose(kernel, cosine_similarity(known), atol=1e-12)

    def refitted(penalty: float, rows: np.ndarray, left: np.ndarray, to: np.ndarray) -> np.ndarray:
        """Fit centred kernel ridge on some genes and predict others (rows of the kernel ``to``)."""
        own, means = left[np.ix_(rows, rows)], targets[rows].mean(axis=0)
        column = own.mean(axis=0)
        centred = own - column - column[:, None] + own.mean()
        model = KernelRidge(alpha=penalty, kernel="precomputed").fit(centred, targets[rows] - means)
        ahead = to[:, rows]
        return model.predict(ahead - column - ahead.mean(axis=1, keepdims=True) + own.mean()) + means

    centred = kernel - kernel.mean(axis=0) - kernel.mean(axis=0)[:, None] + kernel.mean()
    unit = np.trace(centred) / 15
    every = np.arange(15)
    errors = []
    for penalty in PENALTIES * unit:
        left_out = [refitted(penalty, every[every != g], kernel, kernel[[g]])[0] for g in every]
        errors.append(np.square(np.array(left_out) - targets).mean())
    best = int(np.argmin(errors))
    penalty, weights = gene_weights(kernel, cross, targets)
    assert penalty == PENALTIES[best]
    expected = refitted(PENALTIES[best] * unit, every, kernel, cross)
    np.testing.assert_allclose(weights @ targets, expected, atol=1e-8)


def test_planted_genes_are_predicted_without_their_labels_and_shuffled_fingerprints_lose_that() -> None:
    prints, truth, training = planted()
    hidden = np.arange(GENES) % 5 == 0
    model = UnseenGenes(ridge())
    model.fit(hide(training, hidden))
    new = make_design(np.random.default_rng(7), 200)
    predicted = model.predict(training.design)[:, hidden]
    r = [np.corrcoef(a, b)[0, 1] for a, b in zip(predicted.T, truth[:, hidden].T, strict=True)]
    assert np.median(r) > 0.8
    assert np.corrcoef(predicted.mean(axis=0), truth[:, hidden].mean(axis=0))[0, 1] > 0.8
    assert model.predict(new).shape == (200, GENES)
    order = np.random.default_rng(3).permutation(GENES)
    model.fit(hide(replace(training, fingerprints=prints[order]), hidden))
    other = model.predict(training.design)[:, hidden]
    lost = [np.corrcoef(a, b)[0, 1] for a, b in zip(other.T, truth[:, hidden].T, strict=True)]
    assert np.nanmedian(lost) < 0.4


def test_genes_with_labels_are_predicted_as_without_the_others() -> None:
    _, _, training = planted()
    hidden = np.arange(GENES) % 5 == 0
    model, alone = UnseenGenes(ridge()), ridge()
    model.fit(hide(training, hidden))
    kept = [gene for gene, gone in zip(training.genes, hidden, strict=True) if not gone]
    alone.fit(replace(training, labels=training.labels[:, ~hidden], genes=kept))
    np.testing.assert_array_equal(model.predict(training.design)[:, ~hidden], alone.predict(training.design))


def test_gene_mean_of_a_gene_without_labels_is_predicted_and_the_same_for_all_lines() -> None:
    prints, _, training = planted()
    prints[:2] = 0
    hidden = np.arange(GENES) < 2
    extension = extend(training.labels[:, 2:], prints[2:], prints[:2])
    assert extension.new_means[0] == extension.new_means[1]  # genes in no set
    model, other = UnseenGenes(GeneMean()), UnseenGenes(GeneMean())
    model.fit(hide(training, hidden))
    changed = training.labels.copy()
    changed[:, 0] = 1e6
    other.fit(hide(replace(training, labels=changed), hidden))
    np.testing.assert_array_equal(model.predict(training.design), other.predict(training.design))
    found = model.predict(training.design)
    assert np.ptp(found, axis=0).max() == 0  # the gene mean knows no line
    np.testing.assert_allclose(found[:, :2], np.tile(extension.new_means, (LINES, 1)))


def test_too_few_labelled_genes_are_refused() -> None:
    _, _, training = planted()
    with pytest.raises(InputError, match="2 genes have labels in the training lines"):
        UnseenGenes(GeneMean()).fit(hide(training, np.arange(GENES) > 1))


def test_fitting_twice_and_restoring_give_the_same_bytes() -> None:
    _, _, training = planted()
    hidden = np.arange(GENES) % 7 == 0
    new = make_design(np.random.default_rng(5), 9)
    assert_same_bytes(lambda: UnseenGenes(ridge()), hide(training, hidden), new)


# ---- through fit_model and checkpoints

SETTINGS = {
    "kind": "ridge", "penalties": [0.1, 1.0], "omic_weights": [1.0], "sharing": 0.0, "shuffle_labels": False,
}  # fmt: skip


@pytest.fixture
def study() -> Study:
    cohort = make_cohort(30)
    rng = np.random.default_rng(2)
    genes = [f"G{number}" for number in range(20)]
    labels = pd.DataFrame(rng.normal(size=(len(cohort.samples), 20)), cohort.samples.index, genes, np.float32)
    prints = pd.DataFrame((rng.random((20, 6)) < 0.4).astype(np.float32), genes)
    reference = Transform.fit(cohort, Scaling(dict.fromkeys(cohort.omics, "shared"), 0.0))
    return Study(cohort, cohort.take([]), labels, prints, reference)


def test_checkpoint_names_genes_without_labels_and_predicts_the_same(study: Study, tmp_path: Path) -> None:
    lines = Lines(list(study.dependency.index))
    hidden = ["G3", "G11"]
    fitted = fit_model(without_labels(study, hidden), lines, SETTINGS, 1, CPU)
    plain = fit_model(study, lines, SETTINGS, 1, CPU)
    assert isinstance(fitted.model, UnseenGenes)
    assert not isinstance(plain.model, UnseenGenes)
    assert fitted.model.notes()["unseen"]["genes"] == hidden
    assert not study.dependency.isna().any(axis=None)
    predicted = fitted.predict(study.cohort)
    assert list(predicted.columns) == list(study.dependency.columns)
    assert predicted.notna().all(axis=None)
    save_model(fitted, tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors", CPU)
    assert again.notes["model"]["unseen"]["genes"] == hidden
    pd.testing.assert_frame_equal(again.predict(study.cohort), predicted)


def test_a_fitted_model_serves_genes_outside_of_training(study: Study, tmp_path: Path) -> None:
    lines = Lines(list(study.dependency.index))
    own = list(study.dependency.columns[:18])
    small = replace(study, dependency=study.dependency[own])
    fitted = fit_model(small, lines, SETTINGS, 1, CPU)
    served = serve_genes(fitted, small, study.fingerprints)
    masked = fit_model(without_labels(study, ["G18", "G19"]), lines, SETTINGS, 1, CPU)
    pd.testing.assert_frame_equal(served.predict(study.cohort), masked.predict(study.cohort), atol=1e-5)
    twice = serve_genes(served, study, study.fingerprints.iloc[:1].rename(index={"G0": "NEW"}))
    save_model(twice, tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors", CPU)
    assert list(again.predict(study.cohort).columns) == [*study.dependency.columns, "NEW"]
    pd.testing.assert_frame_equal(again.predict(study.cohort), twice.predict(study.cohort))
    with pytest.raises(InputError, match="other gene sets"):
        serve_genes(fitted, small, study.fingerprints.iloc[:, ::-1])


def test_models_that_read_fingerprints_are_left_alone() -> None:
    assert reads_fingerprints({"kind": "grid"})
    assert not reads_fingerprints({"kind": "grid", "gene_input": "identity"})
    assert not reads_fingerprints({"kind": "separate"})
    assert reads_fingerprints({"kind": "pairwise"})
    assert not reads_fingerprints({"kind": "multitask"})


# ---- labels that change places


def test_labels_change_places_within_a_lineage_only(study: Study) -> None:
    names = list(study.dependency.index)
    groups = np.array([f"g{place % 3}" for place in range(len(names))])
    study.cohort.samples["group"] = groups
    lines = Lines(names[: len(names) // 2], names[len(names) // 2 :])
    found = labels_for(study, lines, "within_lineage", 1)
    for part, own in zip(found, (lines.train, lines.validation), strict=True):
        labels = study.dependency.loc[own].to_numpy()
        assert not np.array_equal(part, labels)
        lineage = study.cohort.samples.loc[own, "group"].to_numpy()
        for name in np.unique(lineage):
            rows = lineage == name
            np.testing.assert_array_equal(np.sort(part[rows, 0]), np.sort(labels[rows, 0]))
            assert {tuple(row) for row in part[rows]} == {tuple(row) for row in labels[rows]}
    anywhere = labels_for(study, lines, True, 1)[0]
    own = study.dependency.loc[lines.train].to_numpy()
    rows = study.cohort.samples.loc[lines.train, "group"].to_numpy() == "g0"
    assert {tuple(row) for row in anywhere[rows]} != {tuple(row) for row in own[rows]}
    np.testing.assert_array_equal(labels_for(study, lines, False, 1)[0], own)
