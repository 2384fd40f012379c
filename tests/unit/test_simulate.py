"""The simulated study: what its tables promise, and that its planted truth can be found."""

import ast
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.evaluate.truth import class_recovery, pair_recovery, pair_scores
from deepdep.simulate.settings import OMICS, Settings
from deepdep.simulate.study import simulate

SMALL = Settings(
    lines=60, unlabelled_lines=8, lineages=4, tumors=40, cancer_types=3, features=80, genes=50, gene_sets=60
)
ALPHA = 3000.0  # ridge penalty that suits about 2,000 standardised features


def read(path: Path) -> pd.DataFrame:
    """Read a matrix with its ids as they are, second columns of one sample included."""
    header = pd.read_csv(path, sep="\t", header=None, nrows=1).iloc[0].tolist()
    frame = pd.read_csv(path, sep="\t", header=None, skiprows=1, index_col=0)
    return frame.set_axis(header[1:], axis=1)


def unique(path: Path) -> pd.DataFrame:
    """Read a matrix, the first of rows and columns that come twice."""
    frame = read(path)
    return frame.loc[~frame.index.duplicated(), ~frame.columns.duplicated()]


def known(frame: pd.DataFrame) -> np.ndarray:
    """Return the values that are there, in one row."""
    values = frame.to_numpy(dtype=float).ravel()
    return values[~np.isnan(values)]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    simulate(Settings(), folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_seed_same_bytes_and_another_seed_differs(tmp_path: Path) -> None:
    simulate(SMALL, tmp_path / "a")
    simulate(SMALL, tmp_path / "b")
    simulate(Settings(**{**vars(SMALL), "seed": 2}), tmp_path / "c")
    first, second, third = (files(tmp_path / name) for name in "abc")
    assert first == second
    assert all(data[4:8] == bytes(4) for name, data in first.items() if name.endswith(".gz"))  # no clock
    assert len(first) == 17
    assert not any(name.rsplit("/")[-1].startswith(".") for name in first)
    assert all(first[name] != third[name] for name in first)


def test_only_numpy_pandas_and_foundations_are_imported(root: Path) -> None:
    allowed = {"numpy", "pandas", "gzip", "dataclasses", "pathlib", "collections.abc"}
    own = {"deepdep.errors", "deepdep.log", "deepdep.io.atomic"}
    sources = sorted((root / "workflow/scripts/deepdep/simulate").glob("*.py"))
    assert len(sources) > 5
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name in allowed | own or name.startswith("deepdep.simulate."), (source, name)


def test_sizes_are_as_asked(study: Path) -> None:
    settings = Settings()
    sheet = pd.read_csv(study / "ccl/samples.tsv", sep="\t")
    tumors = pd.read_csv(study / "tumors/samples.tsv", sep="\t")
    assert len(sheet) == settings.lines + settings.unlabelled_lines
    assert sheet["lineage"].nunique() == 8
    assert (len(tumors), tumors["cancer_type"].nunique()) == (400, 6)
    assert {"sample", "OS", "OS.time", "age"} <= set(tumors.columns)
    assert read(study / "dependency.tsv.gz").shape == (240, 120)
    for omic in OMICS:
        assert len(unique(study / f"ccl/{omic}.tsv.gz")) == 500
    for name, count in (("ccl", 132), ("tumors", 400)):
        assert read(study / f"truth/{name}.tsv.gz").shape == (240, count)


def test_tables_have_the_form_of_public_sources(study: Path) -> None:
    for path in study.rglob("*.tsv.gz"):
        text = gzip.decompress(path.read_bytes()).decode()
        assert text.split("\t", 1)[0] == ("Region" if "methylation" in path.name else "Gene"), path
        values = text.split("\n")[1].split("\t")[1:]
        assert all(len(value.rpartition(".")[2]) <= 4 for value in values if "." in value), path
        assert read(path).dtypes.map(pd.api.types.is_numeric_dtype).all(), path
    assert set(known(unique(study / "ccl/mutation.tsv.gz"))) == {0, 1}
    beta = known(unique(study / "ccl/methylation.tsv.gz"))
    assert beta.min() >= 0
    assert beta.max() <= 1


def test_blemishes_are_there(study: Path) -> None:
    tables = {omic: read(study / f"ccl/{omic}.tsv.gz") for omic in OMICS}
    for omic, frame in tables.items():
        assert 0.005 < frame.isna().to_numpy().mean() < 0.04, omic
    lacking = {omic: 132 - frame.columns.nunique() for omic, frame in tables.items()}
    assert lacking == {"mutation": 4, "expression": 0, "methylation": 20, "copy_number": 4}
    for omic in ("expression", "copy_number"):
        frame = tables[omic]
        twice = frame.loc[:, frame.columns.duplicated(keep=False)]
        assert twice.shape[1] == 2
        assert np.array_equal(twice.iloc[:, 0], twice.iloc[:, 1], equal_nan=True)
    expression = unique(study / "ccl/expression.tsv.gz")
    assert expression.isna().all(axis=1).sum() == 1
    assert (expression.std(axis=1) == 0).sum() == 1
    copies = known(tables["copy_number"])
    assert -30.0 <= copies.min() < -10.0
    assert 0 < (copies < -10).mean() < 0.002


def test_first_of_two_rows_is_the_right_one(study: Path) -> None:
    frame = read(study / "ccl/expression.tsv.gz")
    doubled = frame.index[frame.index.duplicated()]
    assert len(doubled) == 5
    mutual = frame[~frame.index.duplicated()]
    others = mutual.drop(index=doubled).dropna(how="all")
    others = others[others.std(axis=1) > 0].T
    for gene in doubled:
        right, wrong = frame.loc[gene].iloc[0], frame.loc[gene].iloc[1]
        # a real gene follows a programme with many others, noise follows none
        assert (others.corrwith(right).abs() > 0.4).sum() > (others.corrwith(wrong).abs() > 0.4).sum()


def test_patients_with_two_lines(study: Path) -> None:
    sheet = pd.read_csv(study / "ccl/samples.tsv", sep="\t")
    labelled = set(read(study / "dependency.tsv.gz").columns)
    sizes = sheet.groupby("patient")["sample"].apply(lambda names: [name in labelled for name in names])
    two = sizes[sizes.map(len) > 1]
    assert (two.map(len) == 2).all()
    assert two.map(all).sum() >= 3
    assert (two.map(sum) == 1).sum() >= 2
    assert sheet.groupby("patient")["lineage"].nunique().max() == 1
    expression = unique(study / "ccl/expression.tsv.gz").T.dropna(axis=1, how="all")
    z = (expression - expression.mean()).fillna(0.0)
    alike = np.corrcoef(z)
    place = {name: row for row, name in enumerate(z.index)}
    pairs = [
        [place[name] for name in part] for _, part in sheet.groupby("patient")["sample"] if len(part) > 1
    ]
    assert min(alike[a, b] for a, b in pairs) > np.quantile(alike[np.triu_indices(len(alike), 1)], 0.95)


def test_dependency_is_truth_plus_noise_and_lacks_blocks(study: Path) -> None:
    scores, truth = read(study / "dependency.tsv.gz"), read(study / "truth/ccl.tsv.gz")
    noise = known(scores - truth[scores.columns])
    assert noise.std() == pytest.approx(Settings().noise, rel=0.03)
    assert noise.mean() == pytest.approx(0.0, abs=0.003)
    missing = scores.isna().mean(axis=1)
    assert 0.01 < missing.mean() < 0.05
    assert (missing < 0.05).sum() == 232
    assert (missing > 0.2).sum() == 8


def test_truth_follows_from_planted_pairs(study: Path) -> None:
    truth, pairs = read(study / "truth/ccl.tsv.gz"), pd.read_csv(study / "truth/pairs.tsv", sep="\t")
    genes = pd.read_csv(study / "truth/genes.tsv", sep="\t").set_index("gene")["class"]
    assert (genes == "no_effect").mean() >= 0.30
    assert (truth[(genes == "no_effect").to_numpy()].std(axis=1) < 1e-9).all()
    assert set(pairs["gene"]) == set(genes.index[~genes.isin(["no_effect", "lineage"])])
    assert (pairs.set_index("gene")["class"] == genes[pairs["gene"]]).all()
    exact = pairs[pairs["class"] != "copy_number"]
    for omic, part in exact.groupby("omic"):
        values = unique(study / f"ccl/{omic}.tsv.gz")
        for pair in part.itertuples():
            r = values.loc[pair.feature].corr(truth.loc[pair.gene])
            assert r == pytest.approx(np.sign(pair.effect), abs=1e-3), pair


def test_gene_means_explain_most_of_the_variance(study: Path) -> None:
    scores = read(study / "dependency.tsv.gz")
    within = known(scores.sub(scores.mean(axis=1), axis=0)).var()
    assert 1 - within / known(scores).var() == pytest.approx(0.91, abs=0.04)
    assert 0.15 < (scores.mean(axis=1) < -0.6).mean() < 0.4


def test_tumors_come_from_another_platform(study: Path) -> None:
    lines, tumors = unique(study / "ccl/expression.tsv.gz"), read(study / "tumors/expression.tsv.gz")
    assert len(tumors) == 400
    assert set(tumors.index) < set(lines.index)
    assert 50 < tumors.max(axis=None) < 17_001
    assert 1 <= (known(tumors) > 50).sum() < 60
    assert tumors.median(axis=1).abs().max() < 3
    for omic in ("expression", "methylation", "copy_number"):
        assert read(study / f"tumors/{omic}.tsv.gz").columns.nunique() < 400


def test_maf_has_silent_rows_for_every_sequenced_tumor(study: Path) -> None:
    maf = pd.read_csv(study / "tumors/mutation.maf.gz", sep="\t")
    assert list(maf.columns) == ["Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode"]
    silent = maf[maf["Variant_Classification"] == "Silent"]
    assert silent["Tumor_Sample_Barcode"].nunique() == maf["Tumor_Sample_Barcode"].nunique() == 368
    assert set(maf["Tumor_Sample_Barcode"]) < set(
        pd.read_csv(study / "tumors/samples.tsv", sep="\t")["sample"]
    )
    counted = maf[maf["Variant_Classification"] != "Silent"].drop_duplicates()
    assert counted.duplicated(["Hugo_Symbol", "Tumor_Sample_Barcode"]).sum() == 0
    assert 0.03 < len(counted) / (368 * 500) < 0.07


def test_fingerprints_cover_every_gene_and_know_levels(study: Path) -> None:
    rows = [line.split("\t") for line in (study / "fingerprints.gmt").read_text().splitlines()]
    sets = {row[0]: row[2:] for row in rows}
    assert len(sets) == len(rows) == 320
    assert all(sets.values())
    means = read(study / "truth/ccl.tsv.gz").mean(axis=1)
    assert set(means.index) <= set().union(*sets.values())
    low, high = (means[means.index.isin(sets[f"SIM_LEVEL_{level}_1"])].mean() for level in (1, 8))
    assert low < means.mean() - 0.5 < means.mean() < high


def ridge_predictions(omics: dict[str, pd.DataFrame], scores: pd.DataFrame, fold: np.ndarray) -> pd.DataFrame:
    """Predict out-of-fold by ridge on all standardised features, missing values as the mean."""
    predictions = pd.DataFrame(np.nan, index=scores.index, columns=scores.columns)
    for held in np.unique(fold):
        train = fold != held
        parts = []
        for values in omics.values():
            here = values.loc[train]
            clipped = values.clip(here.quantile(0.005), here.quantile(0.995), axis=1)
            spread = clipped.loc[train].std()
            scaled = (clipped - clipped.loc[train].mean()) / spread.where(spread > 0)
            parts.append(scaled.fillna(0.0).to_numpy())
        z, mean = np.hstack(parts), scores[train].mean()
        y = (scores[train] - mean).fillna(0.0).to_numpy()
        weights = np.linalg.solve(z[train] @ z[train].T + ALPHA * np.eye(train.sum()), y)
        predictions.loc[~train] = z[~train] @ z[train].T @ weights + mean.to_numpy()
    return predictions


def test_ridge_recovers_what_was_planted_and_loses_it_on_shuffled_labels(study: Path) -> None:
    scores = read(study / "dependency.tsv.gz").T
    omics = {omic: unique(study / f"ccl/{omic}.tsv.gz").T.reindex(scores.index) for omic in OMICS}
    patient = pd.read_csv(study / "ccl/samples.tsv", sep="\t").set_index("sample")["patient"][scores.index]
    codes = pd.factorize(patient)[0]
    fold = np.random.default_rng(1).permutation(codes.max() + 1)[codes] % 5
    pairs = pd.read_csv(study / "truth/pairs.tsv", sep="\t")
    genes = pd.read_csv(study / "truth/genes.tsv", sep="\t")
    mean_r, area = [], []
    order = np.random.default_rng(1).permutation(len(scores))
    for labels in (scores, scores.iloc[order].set_axis(scores.index)):
        predictions = ridge_predictions(omics, labels, fold)
        r = np.mean([predictions[fold == k].corrwith(labels[fold == k]) for k in range(5)], axis=0)
        table = class_recovery(pd.Series(r, index=scores.columns), genes, np.random.default_rng(1))
        mean_r.append(table.set_index("class")["r"])
        area.append(pair_recovery(pair_scores(omics, predictions), pairs)["auroc"].iloc[0])
    assert 0.25 < mean_r[0]["all"] < 0.45
    assert abs(mean_r[0]["no_effect"]) < 0.05
    assert mean_r[0].drop("no_effect").min() > 0.3
    assert abs(mean_r[1]["all"]) < 0.06
    assert area[0] > 0.93
    assert area[1] < 0.65


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"cancer_types": 9}, "cancer_types"),
        ({"features": 241}, "features"),
        ({"null_share": 0.95}, "null_share"),
        ({"lines": 3}, "lines"),
        ({"lineages": 27}, "lineages"),
    ],
)
def test_settings_that_contradict_are_refused(change: dict[str, float], place: str) -> None:
    with pytest.raises(InputError, match=f"{place}.*Remedy: "):
        Settings(**change)


def test_replicate_is_the_same_truth_on_another_scale_over_half_the_labelled_and_all_other_lines(
    study: Path,
) -> None:
    first, second, truth = (
        pd.read_csv(study / name, sep="\t", index_col=0)
        for name in ("dependency.tsv.gz", "replicate.tsv.gz", "truth/ccl.tsv.gz")
    )
    labelled, others = set(first.columns), set(truth.columns) - set(first.columns)
    assert others <= set(second.columns)
    assert len(labelled & set(second.columns)) == len(labelled) // 2
    planted = truth.std(axis=1) > 0.05
    r = second[planted].T.corrwith(truth.loc[planted, second.columns].T)
    assert r.median() > 0.6
    common = sorted(labelled & set(second.columns))
    residuals = [part[common] - truth[common] for part in (first, second)]
    noise = [part.sub(part.mean(axis=1), axis=0) for part in residuals]
    null = ~planted
    assert noise[0][null].T.corrwith(noise[1][null].T).abs().mean() < 0.3  # noise of its own
    assert (residuals[1].mean(axis=1).abs() > 0.05).mean() > 0.5  # shifted
