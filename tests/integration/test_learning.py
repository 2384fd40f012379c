"""Learning as a whole: networks can fit, what was planted is found, test lines stay unseen, seeds decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from threadpoolctl import threadpool_limits

from deepdep.evaluate.compare import Setting, compare_models
from deepdep.evaluate.recovery import recovery
from deepdep.evaluate.splits import cross_validation, fold_of_test_lines, lines_of
from deepdep.io.gmt import read_gmt
from deepdep.io.parquet import write_matrix, write_table
from deepdep.io.sheets import read_sheet
from deepdep.io.tables import read_numeric_table
from deepdep.models.base import TrainingSet
from deepdep.prepare.cohort import Cohort, join_cohorts, load_cohort, unlabelled
from deepdep.prepare.dependency import GeneChoice, build_dependency, choose_genes, labelled_lines
from deepdep.prepare.features import given_features
from deepdep.prepare.fingerprints import build_fingerprints, fingerprinted
from deepdep.prepare.omics import build_omic
from deepdep.prepare.samples import build_samples
from deepdep.prepare.sources import Source, read_source
from deepdep.prepare.transform import Design, Scaling, Transform
from deepdep.simulate.settings import OMICS, Settings
from deepdep.simulate.study import simulate
from deepdep.training.checkpoint import save_model
from deepdep.training.fit import Lines, Study, fit_model
from deepdep.training.loop import LoopSettings
from deepdep.training.predict import predict_test_lines
from deepdep.training.pretrain import Pretrained, PretrainSettings, pretrain
from deepdep.training.registry import build_model

CPU = torch.device("cpu")
SMALL = Settings(
    lines=100,
    unlabelled_lines=10,
    lineages=5,
    tumors=60,
    cancer_types=4,
    features=130,
    genes=100,
    gene_sets=80,
)
SCALING = Scaling({omic: "none" if omic == "mutation" else "per_domain" for omic in OMICS}, winsorize=0.005)
RIDGE = {"kind": "ridge", "shuffle_labels": False}
RIDGE |= {"penalties": [1, 3, 10, 30, 100, 1000], "omic_weights": [0.3, 1, 3], "sharing": 10}
GRID = {"kind": "grid", "shuffle_labels": False, "target": "standardised", "dropout": 0.2}
GRID |= {"encoders": {omic: [16, 8] for omic in OMICS}, "fingerprint": [16, 8], "head": [16, 16]}
GRID |= {"lines_per_block": 16, "genes_per_block": 32, "epochs": 2, "patience": 3}
GRID |= {"learning_rate": 0.001, "weight_decay": 0.1, "gradient_norm": 1.0}
SETTINGS = {"grid": GRID, "ridge": RIDGE}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Compute on one thread: same bytes, and no threads that wait for each other on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield
    torch.set_num_threads(before)


@dataclass(frozen=True)
class Simulated:
    """A simulated study as the workflow reads it, its tumours, splits and planted truth."""

    study: Study
    tumors: Cohort
    splits: pd.DataFrame
    genes: pd.DataFrame
    pairs: pd.DataFrame


def read_cohort(folder: Path, domain: str, features: dict[str, list[str]] | None = None) -> Cohort:
    """Prepare one cohort as the workflow does, and load it; ``features`` are the cell lines'."""
    roles = ("patient", "lineage") if domain == "cell_line" else ("sample", "cancer_type")
    sheet = read_sheet(folder / "samples.tsv", "sample", *roles)
    omics, files = {}, {}
    for omic in OMICS:
        maf = omic == "mutation" and domain == "tumor"
        path = folder / ("mutation.maf.gz" if maf else f"{omic}.tsv.gz")
        table = {"path": str(path), "format": "maf" if maf else "matrix"}
        wanted = None if features is None else pd.DataFrame({"feature": features[omic], "kept": True})
        frame = read_source(Source(omic, table, list(sheet["sample"]), wanted)).frame
        chosen = given_features(frame, {}, omic) if wanted is None else wanted
        omics[omic], files[omic] = build_omic(frame, chosen, omic, omic), folder / f"{omic}.parquet"
        write_matrix(omics[omic], files[omic], omic)
    write_table(build_samples(sheet, omics, domain, ["expression"]), folder / "samples.parquet", "samples")
    return load_cohort(folder / "samples.parquet", files)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = tmp_path_factory.mktemp("study")
    simulate(SMALL, folder)
    lines = read_cohort(folder / "ccl", "cell_line")
    tumors = read_cohort(folder / "tumors", "tumor", lines.features)
    scores = read_numeric_table(folder / "dependency.tsv.gz", "features_in_rows", set(lines.samples.index))
    labelled = labelled_lines(scores, list(lines.samples.index))
    sets = read_gmt(folder / "fingerprints.gmt")
    chosen = choose_genes(scores.loc[labelled], GeneChoice(SMALL.genes, 0.3), fingerprinted(sets))
    names = list(chosen["gene"])
    free = unlabelled(join_cohorts([lines, tumors]), labelled)
    study = Study(
        lines,
        unlabelled(lines, labelled),
        build_dependency(scores, labelled, names),
        build_fingerprints(sets, names),
        Transform.fit(free, SCALING),
    )
    splits = cross_validation(lines.samples["patient"].loc[labelled], 5, 1, 0.111, seed=1)
    genes, pairs = (pd.read_csv(folder / "truth" / f"{name}.tsv", sep="\t") for name in ("genes", "pairs"))
    return Simulated(study, tumors, splits, genes, pairs)


def out_of_fold(
    simulated: Simulated, settings: dict[str, Any], folder: Path, folds: Sequence[int] = range(5)
) -> pd.DataFrame:
    """Fit and save a model per fold, load it again and predict the fold's test lines."""
    paths = []
    for fold in folds:
        roles = (lines_of(simulated.splits, 0, fold, role) for role in ("train", "validation"))
        paths.append(folder / f"fold{fold}.safetensors")
        save_model(fit_model(simulated.study, Lines(*roles), settings, 1 + fold, CPU), paths[-1])
    test = fold_of_test_lines(simulated.splits, 0)
    return predict_test_lines(simulated.study.cohort, test[test.isin(folds)], paths, CPU)


def test_grid_model_overfits_a_tiny_grid() -> None:
    rng = np.random.default_rng(1)
    values = {omic: rng.normal(size=(12, 10)).astype(np.float32) for omic in ("expression", "mutation")}
    observed = {omic: np.ones((12, 10), bool) for omic in values}
    design = Design(values, observed, np.ones((12, 2), np.float32))
    labels = rng.normal(size=(12, 20)).astype(
        np.float32
    )  # variance 1 and no rule: has to be learned by heart
    settings = GRID | {
        "encoders": {omic: [32, 16] for omic in values},
        "fingerprint": [32, 16],
        "head": [64, 32],
        "dropout": 0.0,
        "target": "raw",
        "lines_per_block": 6,
        "genes_per_block": 20,
        "epochs": 250,
        "learning_rate": 0.003,
        "weight_decay": 0.0,
    }
    model = build_model(settings, CPU)
    fingerprints = rng.integers(0, 2, (20, 30)).astype(np.uint8)
    names = {omic: [str(number) for number in range(10)] for omic in values}
    model.fit(TrainingSet(design, labels, [str(number) for number in range(20)], fingerprints, names, 1))
    assert labels.var() > 0.8
    assert np.square(model.predict(design) - labels).mean() < 0.02


def structured(samples: int = 300) -> tuple[Design, pd.Series]:
    """Make samples of 60 features that follow three factors, unit variance, a tenth missing."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(samples, 3)) @ rng.normal(size=(3, 60)) + rng.normal(0, 0.5, (samples, 60))
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    observed = rng.random(values.shape) < 0.9
    design = Design(
        {"expression": np.where(observed, values, 0).astype(np.float32)},
        {"expression": observed},
        np.ones((samples, 1), np.float32),
    )
    return design, pd.Series(np.arange(samples).astype(str))


def pretrain_structured(seed: int = 1) -> Pretrained:
    design, patients = structured()
    settings = PretrainSettings([40, 20, 10], LoopSettings(epochs=40, patience=5), 32, 0.2)
    return pretrain(design, "expression", patients, settings, seed, CPU)


def test_pretraining_finds_the_structure_of_samples_it_has_not_seen() -> None:
    history = pretrain_structured().trained.history
    assert history["validation"].min() < 0.6 * history["validation"].iloc[0]
    assert history["validation"].min() < 0.5  # predicting zero, the mean, gives 1.0


def test_pretraining_repeats_itself() -> None:
    first, second, other = (pretrain_structured(seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first.trained.history, second.trained.history, check_exact=True)
    for name, array in first.encoder_arrays().items():
        assert array.tobytes() == second.encoder_arrays()[name].tobytes()
    assert not first.trained.history.equals(other.trained.history)


def test_ridge_recovers_what_was_planted_and_loses_it_on_shuffled_labels(
    simulated: Simulated, tmp_path: Path
) -> None:
    observed = simulated.study.dependency
    models = {
        "gene_mean": {"kind": "gene_mean", "shuffle_labels": False},
        "ridge": RIDGE,
        "shuffled": RIDGE | {"shuffle_labels": True},
    }
    predicted = {name: out_of_fold(simulated, model, tmp_path / name) for name, model in models.items()}
    setting = Setting(list(observed.columns), min_lines=20, draws=100, seed=1)
    frames = {name: [frame] for name, frame in predicted.items()}
    summary, per_gene, _ = compare_models([observed], frames, simulated.splits, setting)
    found = recovery(simulated.study.cohort.omics, predicted, per_gene, simulated.pairs, simulated.genes, 1)
    r = found.classes.pivot_table(index="model", columns="class", values="mean_r")
    # With 100 lines r within a fold has a standard error of 1/sqrt(19), its mean over 5 folds of
    # about 0.1, and the mean over the 35 genes without effect of at least 0.02 (genes are
    # predicted from the same features, so not independent): 0.06 is three times that.
    assert r.loc["ridge", ["mutation", "self_expression", "paralog", "lineage"]].min() > 0.5
    assert r.loc["ridge", "copy_number"] > 0.1  # gains alone or losses alone: half of it is not linear
    assert abs(r.loc["ridge", "no_effect"]) < 0.06
    assert abs(r.loc["shuffled", "all"]) < 0.06
    whole = found.pairs[(found.pairs["omic"] == "all")].set_index("model")["auroc"]
    assert whole["ridge"] > 0.85
    skill = summary.set_index("model")["skill"]
    assert skill["ridge"] > 0.1
    assert skill["gene_mean"] == 0
    assert skill["shuffled"] < 0.01
    assert len(predicted["ridge"]) == len(observed)


@pytest.mark.parametrize("kind", ["grid", "ridge"])
def test_test_lines_are_not_seen_by_the_model_of_their_fold(
    kind: str, simulated: Simulated, tmp_path: Path
) -> None:
    study = simulated.study
    test = lines_of(simulated.splits, 0, 0, "test")
    scores = study.dependency.copy()
    scores.loc[test] += 100
    omics = {omic: frame.copy() for omic, frame in study.cohort.omics.items()}
    for frame in omics.values():
        frame.loc[test] = 1000
    changed = replace(study, dependency=scores, cohort=Cohort(study.cohort.samples, omics))
    for name, one in (("plain", study), ("changed", changed)):
        out_of_fold(replace(simulated, study=one), SETTINGS[kind], tmp_path / name, [0])
    plain, odd = (tmp_path / name / "fold0.safetensors" for name in ("plain", "changed"))
    assert plain.read_bytes() == odd.read_bytes()


@pytest.mark.parametrize("kind", ["grid", "ridge"])
def test_same_seed_gives_the_same_bytes(kind: str, simulated: Simulated, tmp_path: Path) -> None:
    files, tables = [], []
    for name in "ab":
        predicted = out_of_fold(simulated, SETTINGS[kind], tmp_path / name, [0])
        tables.append(predicted.to_numpy().tobytes())
        files.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert tables[0] == tables[1]
    assert sorted(files[0]) == ["fold0.json", "fold0.safetensors"]
    assert files[0] == files[1]


@pytest.mark.parametrize("settings", [GRID, RIDGE | {"shuffle_labels": True}], ids=["grid", "shuffled"])
def test_another_seed_gives_other_predictions(settings: dict[str, Any], simulated: Simulated) -> None:
    train, held = (lines_of(simulated.splits, 0, 0, role) for role in ("train", "validation"))
    first, second = (
        fit_model(simulated.study, Lines(train, held), settings, seed, CPU).predict(simulated.tumors)
        for seed in (1, 2)
    )
    assert np.abs(first - second).to_numpy().max() > 1e-3


def test_shuffled_labels_are_those_of_other_lines_in_both_roles(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    class Listener:
        def fit(self, training: TrainingSet) -> None:
            seen.append(training)

    monkeypatch.setattr("deepdep.training.fit.build_model", lambda *_: Listener())
    train, held = (lines_of(simulated.splits, 0, 0, role) for role in ("train", "validation"))
    for shuffle in (False, True):
        fit_model(simulated.study, Lines(train, held), {"kind": "any", "shuffle_labels": shuffle}, 1, CPU)
    plain, shuffled = seen
    scores = simulated.study.dependency
    np.testing.assert_array_equal(plain.labels, scores.loc[train])
    np.testing.assert_array_equal(plain.validation_labels, scores.loc[held])
    for role in ("labels", "validation_labels"):
        before, after = getattr(plain, role), getattr(shuffled, role)
        moved = [not np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after, strict=True)]
        assert np.mean(moved) > 0.6
        assert sorted(map(tuple, np.nan_to_num(after))) == sorted(map(tuple, np.nan_to_num(before)))


def test_tumours_get_finite_predictions_on_the_scale_of_the_lines(simulated: Simulated) -> None:
    scores = simulated.study.dependency
    fitted = fit_model(simulated.study, Lines(list(scores.index)), RIDGE, 1, CPU)
    found = fitted.predict(simulated.tumors)
    assert np.isfinite(found.to_numpy()).all()
    # tumours come from another platform: without their own scale they would be far off
    assert (found.mean() - scores.mean()).abs().max() < 0.3
    assert found.std().max() < scores.std().max()
