"""Cross-validation, lineages held out and the paper's subsamplings of one small study, to the tables.

What the tables say is computed again from splits, labels and predictions, without the library's metrics.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from runs import EXPRESSION_TABLES, copy_tree, reported_rows, snakemake, write_config

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

pytestmark = pytest.mark.slow
SIZES = Settings(
    lines=72, unlabelled_lines=4, lineages=3, tumors=20, cancer_types=2, features=60, genes=40, gene_sets=40
)
MODELS = ("gene_mean", "ridge")
REPEATS = {"cv": 1, "lineage": 1, "published": 2}
LEVEL = 0.8
STUDY = {
    "analyses": [],
    "study": "own",
    "omics": ["expression"],
    "compare": list(MODELS),
    "protocols": {
        "cv": {"folds": 2},
        "lineage": {"kind": "lineage", "min_lines": 8, "validation_share": 0.15},
        "published": {"kind": "published", "repeats": REPEATS["published"], "validation_share": 0.111},
    },
    "genes": {"reported": 30},
    "evaluate": {"min_lines": 5, "bootstrap": 200, "coverage": LEVEL},
    **EXPRESSION_TABLES,
}
WORDS = {
    "cv": "by patient: all lines of a patient are on one side",
    "lineage": "one lineage held out at a time; no line of a test line's patient is trained on",
    "published": "by line as published: lines of one patient may be on both sides",
}
TARGETS = [
    f"results/own/{name}"
    for protocol in REPEATS
    for name in (
        f"tables/metrics_{protocol}.tsv", f"tables/coverage_{protocol}.tsv",
        f"tables/metrics_{protocol}.html", f"figures/coverage_{protocol}.png",
        f"figures/per_gene_r_{protocol}.png",
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project with tables of its own: two small lineages, a patient in two lineages."""
    folder = copy_tree(tmp_path_factory.mktemp("protocols"))
    simulate(SIZES, folder / "tables")
    path = folder / "tables/ccl/samples.tsv"
    sheet = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
    labelled = pd.read_csv(folder / "tables/dependency.tsv.gz", sep="\t", index_col=0, nrows=1).columns
    rows = sheet.index[sheet["sample"].isin(labelled)]
    sheet.loc[rows[:4], "lineage"] = "rare"
    sheet.loc[rows[4:6], "lineage"] = ""
    others = sheet.loc[rows[6:]]
    first, second = (others.index[others["lineage"] == name][0] for name in others["lineage"].unique()[:2])
    sheet.loc[[first, second], "patient"] = "BOTH"
    sheet.to_csv(path, sep="\t", index=False)
    write_config(folder / "study.yaml", STUDY)
    return folder


@pytest.fixture(scope="module")
def results(project: Path) -> Path:
    """Run the study to its tables."""
    run = snakemake(project, *TARGETS, "--configfile", "study.yaml", timeout=900)
    assert run.status == 0, run.text[-4000:]
    return project / "results/own"


def lines_by_fold(results: Path, protocol: str, repeat: int) -> dict[int, dict[str, list[str]]]:
    """Return fold to role to lines."""
    splits = read_table(results / f"splits/{protocol}.parquet")
    splits = splits[splits["repeat"] == repeat]
    return {
        fold: {role: list(rows["sample"]) for role, rows in part.groupby("role")}
        for fold, part in splits.groupby("fold")
    }


def repeats_of(results: Path, protocol: str, model: str) -> list[pd.DataFrame]:
    """Return the predictions of a model, repeat by repeat."""
    return [
        read_matrix(results / f"predictions/{model}/cv/{protocol}/repeat{repeat}.parquet")
        for repeat in range(REPEATS[protocol])
    ]


def reported(results: Path) -> list[str]:
    """Return the reported genes."""
    genes = read_table(results / "genes.parquet")
    return genes.loc[genes["reported"], "gene"].tolist()


def half_width(residuals: list[float]) -> float:
    """Write the conformal quantile out."""
    there = sorted(value for value in residuals if np.isfinite(value))
    rank = int(np.ceil(round((len(there) + 1) * LEVEL, 9)))
    return there[rank - 1] if rank <= len(there) else np.inf


def test_lineages_are_held_out_whole_with_their_patients(results: Path):
    samples = read_table(results / "cohorts/ccl/samples.parquet", index="sample")
    labelled = set(read_table(results / "dependency.parquet", columns=["sample"])["sample"])
    sizes = samples.loc[list(labelled), "group"].value_counts()
    large = sorted(name for name in sizes.index if sizes[name] >= 8 and name != "unknown")
    folds = lines_by_fold(results, "lineage", 0)
    assert len(folds) == len(large) + 1 == 4
    for fold, lines in folds.items():
        tested = set(samples.loc[lines["test"], "group"])
        assert tested == ({large[fold]} if fold < len(large) else {"rare", "unknown"})
        trained = lines["train"] + lines["validation"]
        assert not tested & set(samples.loc[trained, "group"])
        assert not set(samples.loc[lines["test"], "patient"]) & set(samples.loc[trained, "patient"])
        assert not set(samples.loc[lines["train"], "patient"]) & set(
            samples.loc[lines["validation"], "patient"]
        )
    assert sorted(line for lines in folds.values() for line in lines["test"]) == sorted(labelled)
    absent = set()
    for lines in folds.values():
        patients = set(samples.loc[lines["test"], "patient"])
        left = labelled - {line for part in lines.values() for line in part}
        assert left == {
            line for line in labelled - set(lines["test"]) if samples.loc[line, "patient"] in patients
        }
        absent |= left
    assert (samples.loc[sorted(absent), "patient"] == "BOTH").sum() == 2


def test_subsamplings_are_by_line_and_say_so(results: Path):
    header = read_header(results / "splits/published.parquet")
    assert header["holds"] == f"splits of protocol published, {WORDS['published']}"
    assert (header["kind"], header["repeats"], header["split"]) == (
        "published",
        REPEATS["published"],
        WORDS["published"],
    )
    for repeat in range(REPEATS["published"]):
        ((fold, lines),) = lines_by_fold(results, "published", repeat).items()
        assert fold == 0
        assert {role: len(part) for role, part in lines.items()} == {"train": 58, "validation": 7, "test": 7}


@pytest.mark.parametrize("protocol", REPEATS)
def test_test_lines_are_predicted_by_models_of_the_other_lines(results: Path, protocol: str):
    """The gene mean of a fold is that of its own training lines."""
    labels = read_matrix(results / "dependency.parquet")
    for repeat, frame in enumerate(repeats_of(results, protocol, "gene_mean")):
        folds = lines_by_fold(results, protocol, repeat)
        assert sorted(frame.index) == sorted(line for lines in folds.values() for line in lines["test"])
        for lines in folds.values():
            expected = labels.loc[lines["train"] + lines["validation"]].mean()
            np.testing.assert_allclose(
                frame.loc[lines["test"], labels.columns],
                np.tile(expected, (len(lines["test"]), 1)),
                atol=1e-5,
            )


@pytest.mark.parametrize("protocol", REPEATS)
def test_metrics_equal_those_of_plain_pandas(results: Path, protocol: str):
    labels, genes = read_matrix(results / "dependency.parquet"), reported(results)
    table = reported_rows(results / f"tables/metrics_{protocol}.tsv")
    assert set(table["split"]) == {WORDS[protocol]}
    frames = repeats_of(results, protocol, "ridge")
    r = [frame[genes].corrwith(labels.loc[frame.index, genes]) for frame in frames]
    row = table.loc["ridge"]
    assert row["mean_r"] == pytest.approx(np.nanmean(np.nanmean(r, axis=0)), rel=1e-4)
    skills = []
    for frame, mean in zip(frames, repeats_of(results, protocol, "gene_mean"), strict=True):
        truth = labels.loc[frame.index, genes]
        own, base = (np.nansum((part.loc[frame.index, genes] - truth) ** 2) for part in (frame, mean))
        skills.append(1 - own / base)
    assert row["skill"] == pytest.approx(np.mean(skills), rel=1e-3)
    samples = read_table(results / "cohorts/ccl/samples.parquet", index="sample")
    tested = sorted({line for frame in frames for line in frame.index})
    assert row["lines"] == len(tested)
    assert row["lines_per_repeat"] == len(frames[0])
    assert row["patients"] == samples.loc[tested, "patient"].nunique()
    assert row["mean_r_low"] < row["mean_r"] < row["mean_r_high"]
    page = (results / f"tables/metrics_{protocol}.html").read_text(encoding="utf-8")
    assert WORDS[protocol].replace("'", "&#x27;") in page


@pytest.mark.parametrize("model", MODELS)
def test_coverage_of_a_lineage_is_that_of_widths_from_other_folds(results: Path, model: str):
    labels, genes = read_matrix(results / "dependency.parquet"), reported(results)
    table = pd.read_csv(results / "tables/coverage_lineage.tsv", sep="\t")
    assert set(table["split"]) == {WORDS["lineage"]}
    rows = table[table["model"] == model].set_index("group")
    samples = read_table(results / "cohorts/ccl/samples.parquet", index="sample")
    (frame,) = repeats_of(results, "lineage", model)
    residuals = (labels[genes] - frame.loc[labels.index, genes]).abs()
    inside = pd.DataFrame(np.nan, residuals.index, genes)
    for lines in lines_by_fold(results, "lineage", 0).values():
        others = residuals.index.difference(lines["test"])
        half = [half_width(residuals.loc[others, gene].tolist()) for gene in genes]
        own = residuals.loc[lines["test"]]
        inside.loc[lines["test"]] = (own <= half).astype(float).where(own.notna())
    groups = samples.loc[inside.index, "group"]
    assert set(rows.index) == {"all lines", *groups}
    for name in rows.index:
        part = inside if name == "all lines" else inside[groups == name]
        assert rows.loc[name, "lines"] == len(part)
        assert rows.loc[name, "labels"] == part.notna().sum().sum()
        assert rows.loc[name, "coverage"] == pytest.approx(np.nanmean(part.to_numpy()), rel=1e-4)
    assert rows.loc[["rare", "unknown"], "coverage_low"].isna().all()  # fewer than five patients


def test_coverage_of_subsamplings_is_that_of_widths_from_other_repeats(results: Path):
    labels, genes = read_matrix(results / "dependency.parquet"), reported(results)
    table = pd.read_csv(results / "tables/coverage_published.tsv", sep="\t")
    assert set(table["split"]) == {WORDS["published"]}
    frames = repeats_of(results, "published", "ridge")
    errors = [(labels.loc[frame.index, genes] - frame[genes]).abs() for frame in frames]
    shares = []
    for repeat, own in enumerate(errors):
        others = pd.concat([part for place, part in enumerate(errors) if place != repeat])
        others = others[~others.index.duplicated() & ~others.index.isin(own.index)]
        half = np.array([half_width(others[gene].tolist()) for gene in genes])
        usable = own.notna() & np.isfinite(half)
        shares.append(((own <= half) & usable).sum().sum() / usable.sum().sum())
    row = table[(table["model"] == "ridge") & (table["scope"] == "overall")].iloc[0]
    assert row["coverage"] == pytest.approx(np.mean(shares), rel=1e-4)


def test_pages_and_figures_are_made_once_and_nothing_is_left_to_do(project: Path, results: Path):
    for target in TARGETS:
        assert (project / target).stat().st_size > 500
    log = (results / "logs/split_samples/lineage.log").read_text(encoding="utf-8")
    assert "fold 3: 6 test lines of rare, unknown; " in log
    again = snakemake(project, *TARGETS, "--dry-run", "--configfile", "study.yaml")
    assert "Nothing to be done" in again.text, again.text
