"""Figures say what they show: n, r, undefined models, the data note; files are whole and reproducible."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from drawn import clipped, texts
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from deepdep.errors import InputError
from deepdep.plot.coverage import omics_observed
from deepdep.plot.curves import reconstruction_curves, training_curves
from deepdep.plot.distributions import score_distributions
from deepdep.plot.fingerprints import fingerprint_ones
from deepdep.plot.per_gene import per_gene_r
from deepdep.plot.scatter import common_limits, inside, matched, observed_vs_predicted
from deepdep.plot.style import PALETTE, model_colors, new_panel, save_figure, wrapped
from deepdep.plot.truth import class_recovery, pair_roc
from deepdep.plot.versus import versus_baseline

LABEL = "CRISPR gene effect (Chronos; 0 = no effect, -1 = median common essential)"
EIGHT = ["gene_mean", "ridge", *(f"a_model_with_a_rather_long_name_{i}" for i in range(6))]


def per_gene_table(models: list[str], genes: int = 60) -> pd.DataFrame:
    """Make per-gene r; the first model has none; one gene is outside the reporting set."""
    rng = np.random.default_rng(1)
    parts = [
        pd.DataFrame(
            {"model": name, "gene": [f"G{i}" for i in range(genes)], "r": rng.uniform(-0.2, 0.39, genes)}
        )
        for name in models
    ]
    table = pd.concat(parts, ignore_index=True)
    table.loc[table["model"] == models[0], "r"] = np.nan
    return table.assign(reported=table["gene"] != "G0")


def summary_table(models: list[str]) -> pd.DataFrame:
    """Make the row of metrics that figures print."""
    frame = pd.DataFrame(
        {"model": models, "overall_r": np.linspace(0.876, 0.883, len(models)), "mean_r": 0.25}
    )
    return frame.assign(mean_r_low=0.231, mean_r_high=0.269)


def grid(samples: int = 30, genes: int = 40) -> pd.DataFrame:
    """Make scores with gene means, one of them missing."""
    rng = np.random.default_rng(2)
    values = rng.normal(0, 1, genes) + rng.normal(0, 0.3, (samples, genes))
    values[0, 0] = np.nan
    return pd.DataFrame(
        values, index=[f"L{i}" for i in range(samples)], columns=[f"G{i}" for i in range(genes)]
    )


def history(models: list[str]) -> pd.DataFrame:
    """Make losses of two folds and a final fit without validation lines."""
    epochs = np.arange(1, 11)
    parts = [
        pd.DataFrame({"model": name, "run": run, "epoch": epochs, "train": 1 / epochs, "validation": valid})
        for name in models
        for run, valid in (("0", (epochs - 4.0) ** 2 + 1), ("1", (epochs - 6.0) ** 2 + 1), ("final", np.nan))
    ]
    return pd.concat(parts, ignore_index=True)


def class_table(models: list[str]) -> pd.DataFrame:
    """Make recovery per planted class; the first model has no r."""
    rows = [
        {
            "model": name,
            "class": kind,
            "mean_r": 0.3 if name != models[0] else np.nan,
            "low": 0.2,
            "high": 0.4,
            "n": n,
        }
        for name in models
        for kind, n in (("driver mutation", 20), ("null genes, nothing planted", 90))
    ]
    return pd.DataFrame(rows)


def roc_table(models: list[str]) -> pd.DataFrame:
    """Make points of ROC curves."""
    rates = np.linspace(0, 1, 20)
    return pd.concat([pd.DataFrame({"model": name, "fpr": rates, "tpr": np.sqrt(rates)}) for name in models])


def sample_table() -> pd.DataFrame:
    """Make two cohorts; the tumours have no methylation."""
    rng = np.random.default_rng(3)
    cohort = np.repeat(["ccl", "tumors"], (20, 50))
    frame = pd.DataFrame({"cohort": cohort, "group": np.resize(["LUAD", "BRCA", "SKCM"], 70)})
    for omic in ("expression", "methylation"):
        frame[f"has_{omic}"] = (cohort == "ccl") | (omic == "expression")
        frame[f"observed_{omic}"] = np.where(frame[f"has_{omic}"], rng.uniform(0.6, 1, 70), np.nan)
    return frame


def every_figure(models: list[str]) -> dict[str, Figure]:
    """Draw every panel once."""
    observed = grid()
    return {
        "distributions": score_distributions(
            {"measured": observed.to_numpy(), "tumours": grid(50).to_numpy()}, LABEL
        ),
        "fingerprints": fingerprint_ones(pd.DataFrame(np.eye(30, 80, dtype=np.uint8))),
        "scatter": observed_vs_predicted(
            observed, dict.fromkeys(models, observed), summary_table(models), LABEL
        ),
        "per gene": per_gene_r(per_gene_table(models), summary_table(models)),
        "versus": versus_baseline(per_gene_table(models), models[-1], "ridge"),
        "training": training_curves(history(models)),
        "reconstruction": reconstruction_curves(history(["copy_number"]).rename(columns={"model": "omic"})),
        "classes": class_recovery(class_table(models)),
        "roc": pair_roc(roc_table(models), dict.fromkeys(models, 0.91), (12, 3400)),
        "coverage": omics_observed(sample_table()),
    }


@pytest.mark.parametrize("models", [["ridge"], EIGHT[:4], EIGHT], ids=["one", "four", "eight"])
def test_no_text_leaves_the_page_and_every_figure_says_n(models: list[str]):
    for name, figure in every_figure(models).items():
        assert not clipped(figure), name
        assert "n = " in texts(figure), name
        assert all(text.get_fontsize() >= 6.5 for text in figure.findobj(Text)), name


def test_axes_are_labelled():
    for name, figure in every_figure(EIGHT[:3]).items():
        shared = bool(figure.get_supxlabel() and figure.get_supylabel())
        drawn = [axis for axis in figure.axes if axis.get_visible()]
        assert shared or all(axis.get_xlabel() for axis in drawn), name


def test_the_check_for_clipped_text_finds_one():
    figure, axis = new_panel(3, 2)
    axis.set_xlabel("short")
    assert not clipped(figure)
    axis.set_xlabel("far too long to fit on a page of three inches, whatever the layout does")
    assert clipped(figure)


def test_palette_and_model_colors_are_distinct_and_stable():
    names = [f"model {i}" for i in range(16)]
    colors = model_colors(names)
    assert len(set(colors.values())) == 16
    assert list(colors.values())[:8] == [color.lower() for color in PALETTE]
    assert model_colors([*names[:2], names[0]]) == {name: colors[name] for name in names[:2]}
    rgb = np.array([to_rgb(color) for color in PALETTE])
    gaps = np.abs(rgb[:, None] - rgb[None]).sum(axis=2) + 9 * np.eye(len(rgb))
    assert gaps.min() > 0.3


def test_long_names_break_after_underscores():
    assert wrapped("deepdep_without_pretraining_at_all", 20) == "deepdep_without_\npretraining_at_all"


@pytest.fixture
def figure() -> Figure:
    """Give a small figure."""
    return fingerprint_ones(pd.DataFrame(np.eye(4, 9, dtype=np.uint8)))


def test_both_files_are_written_and_the_note_lies_below_the_axes(figure: Figure, tmp_path: Path):
    height = imread_height(figure)
    save_figure(figure, tmp_path / "a.pdf", tmp_path / "a.png", "SIMULATED data - study demo")
    note = next(text for text in figure.findobj(Text) if text.get_gid() == "note")
    assert note.get_text() == "SIMULATED data - study demo"
    assert note.get_window_extent().y1 <= 0 < min(axis.get_tightbbox().y0 for axis in figure.axes)
    pixels = imread(tmp_path / "a.png")
    assert pixels.shape[0] > height
    strip = pixels[height + 2 :, : pixels.shape[1] // 2, :3]
    assert strip.min() < 0.5, "the note is dark text in the strip below the figure"
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "a.png"]


def imread_height(figure: Figure) -> int:
    """Give the height in pixels that a figure has at 200 dpi without the note."""
    return round(figure.get_figheight() * 200)


def test_same_data_same_bytes(tmp_path: Path):
    for run in ("one", "two"):
        for name, figure in every_figure(EIGHT[:2]).items():
            save_figure(figure, tmp_path / run / f"{name}.pdf", tmp_path / run / f"{name}.png", "study real")
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 20
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    assert b"CreationDate" not in (tmp_path / "one" / "roc.pdf").read_bytes()


def test_a_failed_drawing_leaves_no_file(figure: Figure, tmp_path: Path):
    figure.axes[0].set_xlabel(r"$\no_such_command$")
    (tmp_path / "old.png").write_bytes(b"old")
    with pytest.raises(ValueError, match="no_such_command"):
        save_figure(figure, tmp_path / "new.pdf", tmp_path / "old.png", "note")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"old.png": b"old"}


def test_text_stays_text_in_pdf(figure: Figure, tmp_path: Path):
    with mpl.rc_context({"pdf.fonttype": 3}):
        save_figure(figure, tmp_path / "a.pdf", tmp_path / "a.png", "note")
    assert b"/Type3" not in (tmp_path / "a.pdf").read_bytes()


def test_distributions_name_sizes_and_the_share_outside():
    scores = np.zeros((100, 100))
    scores[:, 50:] = 1.0
    scores[0, 0] = 50.0
    figure = score_distributions({"measured": scores, "predicted": np.full((7, 100), 0.5)}, LABEL)
    said = texts(figure)
    assert "measured: n = 100 samples × 100 genes; mean 0.51" in said
    assert "0.01 % not drawn" in said
    assert "predicted: n = 7 samples × 100 genes; mean 0.50, SD 0.00; 0.00 % not drawn" in said
    assert figure.axes[0].get_xlabel() == LABEL
    density = figure.axes[0].patches[-1].get_data()
    assert np.sum(density.values * np.diff(density.edges)) == pytest.approx(1)


def test_distributions_refuse_scores_that_are_all_missing():
    with pytest.raises(InputError, match="no score to draw"):
        score_distributions({"measured": np.full((3, 3), np.nan)}, LABEL)


def test_fingerprints_count_sets_per_gene():
    ones = pd.DataFrame(np.tril(np.ones((5, 8), dtype=np.uint8), k=-1))
    figure = fingerprint_ones(ones)
    said = texts(figure)
    assert "mean 2.0" in said
    assert "median 2" in said
    assert "n = 5 genes, 8 gene sets; 1 genes in no set" in said
    assert [bar.get_height() for bar in figure.axes[0].patches] == [1, 1, 1, 1, 1]


def test_fingerprints_of_more_than_255_sets_do_not_wrap_around():
    figure = fingerprint_ones(pd.DataFrame(np.ones((2, 300), dtype=np.uint8)))
    assert "mean 300.0" in texts(figure)


def test_scatter_prints_n_and_both_overall_r():
    observed = grid()
    models = ["gene_mean", "ridge"]
    predictions = {"gene_mean": observed * 0 + observed.mean(), "ridge": observed.iloc[:10, ::-1]}
    figure = observed_vs_predicted(observed, predictions, summary_table(models), LABEL)
    titles = [axis.get_title(loc="left") for axis in figure.axes[:2]]
    assert titles[0].split("\n") == ["gene_mean", "n = 1,199 pairs", "overall r = 0.876"]
    assert titles[1].split("\n") == [
        "ridge",
        "n = 399 pairs",
        "overall r = 0.883",
        "gene mean alone: r = 0.876",
    ]
    assert len({(axis.get_xlim(), axis.get_ylim()) for axis in figure.axes[:2]}) == 1


def test_scatter_matches_pairs_by_name_and_counts_all_of_them():
    observed = grid()
    truth, predicted = matched(observed, observed.sample(frac=1, random_state=1), "ridge")
    np.testing.assert_array_equal(truth, predicted)
    figure = observed_vs_predicted(observed, {"ridge": observed}, summary_table(["ridge"]), LABEL)
    shown_pairs = inside((truth, predicted), *common_limits({"ridge": (truth, predicted)})).sum()
    assert figure.axes[0].collections[0].get_array().sum() == shown_pairs
    assert "gene mean alone: r = not computed" in texts(figure)


def test_scatter_refuses_predictions_of_other_samples():
    observed = grid()
    with pytest.raises(InputError, match="'ridge' shares no measured"):
        observed_vs_predicted(observed, {"ridge": observed.add_prefix("X")}, summary_table(["ridge"]), LABEL)


def test_per_gene_names_undefined_models_and_counts_high_genes():
    table = per_gene_table(EIGHT[:3])
    table.loc[(table["model"] == "ridge") & table["gene"].isin(["G0", "G1", "G2"]), "r"] = 0.9
    table.loc[(table["model"] == "ridge") & (table["gene"] == "G3"), "r"] = np.nan
    figure = per_gene_r(table, summary_table(EIGHT[:3]))
    said = texts(figure)
    assert "n = 59 reported genes" in said
    assert "undefined: gene_mean (prediction constant within a fold)" in said
    assert "ridge n = 58, r > 0.4: 2" in said, "G0 is not reported, G3 has no r"
    assert "0.250 (0.231, 0.269)" in said
    assert len(figure.axes[0].get_yticks()) == 2


def test_per_gene_names_a_model_without_rows_and_survives_no_model_at_all():
    table = per_gene_table(["gene_mean"])
    figure = per_gene_r(table, summary_table(["gene_mean", "lost"]))
    assert "undefined: gene_mean, lost" in texts(figure)
    assert "r is undefined for every model" in texts(figure)


def test_per_gene_draws_the_share_of_genes_above_each_r():
    table = pd.DataFrame({"model": "m", "gene": list("abcd"), "r": [0.4, 0.1, 0.3, 0.2], "reported": True})
    line = per_gene_r(table, summary_table(["m"])).axes[1].lines[0]
    np.testing.assert_allclose(line.get_xdata(), [0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(line.get_ydata(), [1, 0.75, 0.5, 0.25])


def test_versus_counts_genes_above_the_line():
    genes = list("abcde")
    ridge = pd.DataFrame(
        {"model": "ridge", "gene": genes, "r": [0.1, 0.2, 0.3, 0.4, np.nan], "reported": True}
    )
    ours = ridge.assign(model="deepdep", r=[0.4, 0.3, 0.2, 0.5, 0.9]).iloc[::-1]
    said = texts(versus_baseline(pd.concat([ridge, ours]), "deepdep", "ridge"))
    assert "n = 4 genes, 75.0 % of genes above the line" in said
    assert "mean r 0.350 against 0.250, mean difference +0.100" in said


def test_versus_says_when_nothing_can_be_compared_and_refuses_unknown_models():
    table = per_gene_table(["gene_mean", "ridge"])
    assert "no gene has a defined r" in texts(versus_baseline(table, "gene_mean", "ridge"))
    with pytest.raises(InputError, match="'lasso'"):
        versus_baseline(table, "lasso", "ridge")


def test_curves_mark_the_best_epoch_of_each_fold():
    figure = training_curves(history(["deepdep"]))
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert [float(mark.get_xdata()[0]) for mark in marks] == [4, 6]
    assert "n = 3 runs" in texts(figure)
    assert figure.get_supylabel() == "MSE of the target (score² or SD²)"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["training", "validation", "best epoch (least validation loss)"]


def test_curves_of_no_model_say_so():
    assert "no epoch was recorded" in texts(training_curves(history(["m"]).iloc[:0]))


def test_reconstruction_has_one_panel_per_omic():
    omics = history(["expression", "copy_number"]).rename(columns={"model": "omic"})
    figure = reconstruction_curves(omics[omics["run"] == "0"].drop(columns="run"))
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles == ["expression\nn = 1 run", "copy number\nn = 1 run"]
    assert "PCA" not in texts(figure)


def test_reconstruction_stands_beside_that_of_a_pca():
    rows = history(["copy_number", "expression"]).rename(columns={"model": "omic"})
    figure = reconstruction_curves(rows[rows["run"] == "0"].drop(columns="run").assign(pca=0.25))
    assert "validation, PCA of the same width" in texts(figure)
    for axis in figure.axes:
        dashed = [line for line in axis.get_lines() if line.get_linestyle() == "--"]
        assert [line.get_ydata()[0] for line in dashed] == [0.25]
        low, high = axis.get_ylim()
        assert low < 0.25 < high
    assert not clipped(figure)


def test_truth_is_called_simulated_and_names_undefined_models():
    table = class_table(EIGHT[:3])
    table.loc[(table["model"] == "ridge") & (table["n"] == 20), "mean_r"] = np.nan
    figure = class_recovery(table)
    title = figure.axes[0].get_title(loc="left").replace("\n", " ")
    assert "SIMULATED" in title
    assert "r undefined: gene_mean, ridge (driver mutation)" in title
    assert "(n = 90 genes)" in texts(figure)
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend[0] == "ridge"
    assert len(legend) == 2


def test_roc_legend_has_the_area_and_axes_have_n():
    figure = pair_roc(roc_table(["ridge"]), {"ridge": 0.913}, (12, 3400))
    assert "SIMULATED" in figure.axes[0].get_title(loc="left")
    assert "ridge: AUROC 0.91" in texts(figure)
    assert "(n = 12)" in figure.axes[0].get_ylabel()
    assert "(n = 3,400)" in figure.axes[0].get_xlabel()


def test_coverage_counts_samples_and_says_where_there_is_none():
    said = texts(omics_observed(sample_table()))
    assert "ccl: n = 20 samples in 3 groups; tumors: n = 50 samples in 3 groups" in said
    assert "20 of 20" in said
    assert "0 of 50" in said
    assert said.count("no sample") == 1
