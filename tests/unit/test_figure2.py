"""Figure 2: what stands in each panel, in what order, with which intervals; letters; what is said of none."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, texts
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from deepdep.errors import InputError
from deepdep.io.parquet import write_matrix, write_table
from deepdep.plot.differences import paired_differences
from deepdep.plot.figure2 import Panels, figure_two
from deepdep.plot.models import LEAST_SKILL, Guides, model_comparison
from deepdep.plot.roles import fit_by_role
from deepdep.plot.screens import Screen, read_screens, second_screen
from deepdep.plot.sets import gene_set_means
from deepdep.plot.style import save_figure

LABEL = "gene effect (0 = no effect)"
NAMES = ["gene_mean", "ridge", "shuffled", *(f"a_model_with_a_rather_long_name_{i}" for i in range(19))]
GUIDES = Guides(["shuffled"], ["ridge"])


def crowded(figure: Figure) -> list[tuple[str, str]]:
    """List the names of rows that lie over each other in a figure that has been laid out."""
    found = []
    for axis in figure.axes:
        labels = [text for text in axis.get_yticklabels() if text.get_text() and text.get_visible()]
        boxes = [text.get_window_extent() for text in labels]
        found += [
            (labels[i].get_text(), labels[i + 1].get_text())
            for i in range(len(labels) - 1)
            if boxes[i].overlaps(boxes[i + 1])
        ]
    return found


def row_names(figure: Figure) -> list[str]:
    """Give the names of the rows of the first axes, from above."""
    return [text.get_text().replace("\n", "") for text in figure.axes[0].get_yticklabels()]


def summary(count: int) -> pd.DataFrame:
    """Make the metrics of models that get better one by one; the gene mean has no r."""
    r = np.arange(count) / 100
    r[0] = np.nan
    frame = pd.DataFrame({"model": NAMES[:count], "lines": 806, "patients": 790, "genes": 240, "repeats": 3})
    for key, values in (("mean_r", r), ("mean_r_fold_weighted", r - 0.01), ("skill", np.arange(count) / 50)):
        frame[key], frame[f"{key}_low"], frame[f"{key}_high"] = values, values - 0.02, values + 0.03
    return frame


def pairs(count: int) -> pd.DataFrame:
    """Make differences to ridge: the first worse, the last better, those between uncertain."""
    names = [name for name in NAMES[:count] if name not in ("gene_mean", "ridge")]
    frame = pd.DataFrame({"model": names, "difference": np.linspace(-0.1, 0.1, len(names))})
    frame = frame.assign(reference="ridge", genes=240, genes_better=132, p=0.0004, repeats=3)
    frame = frame.assign(low=frame["difference"] - 0.05, high=frame["difference"] + 0.05)
    return pd.concat([frame.assign(metric=key) for key in ("mean_r", "mean_r_fold_weighted", "skill")])


def scores(lines: int = 60, genes: int = 30) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Make measured scores, predictions that know half of them, and gene means."""
    rng = np.random.default_rng(4)
    means, own = rng.normal(0, 1, genes), rng.normal(0, 0.4, (lines, genes))
    names = [f"L{i}" for i in range(lines)], [f"G{i}" for i in range(genes)]
    values = (means + own, means + own / 2, means + 0 * own)
    observed, predicted, flat = (pd.DataFrame(table, *names) for table in values)
    return observed, predicted, flat


def screen(name: str = "sanger", **changes: object) -> Screen:
    """Make a second screen equal to the first one; lines 40 to 59 are new, 20 to 39 are common."""
    observed, predicted, flat = scores()
    new = observed.index[40:]
    r = {"network": 0.5, "gene_mean": np.nan}
    per_gene = pd.DataFrame([{"model": m, "gene": f"G{i}", "r": r[m]} for m in r for i in range(25)])
    agreement = pd.DataFrame({"gene": observed.columns, "n": 20, "r": 0.8, "screen": name})
    known = {
        "scores": observed.iloc[20:],
        "labels": observed.iloc[:40],
        "predictions": {"network": predicted.loc[new], "gene_mean": flat.loc[new]},
        "per_gene": per_gene,
        "agreement": agreement,
    }
    return Screen(name, **(known | changes))


def panels(count: int, screens: int) -> Panels:
    """Make what a whole figure 2 is drawn from."""
    observed, predicted, flat = scores()
    roles = pd.Series(np.repeat(["train", "validation", "test"], (40, 5, 15)), observed.index)
    fold = {"network": predicted, "gene_mean": flat}
    drawn = {"measured": observed.to_numpy(), "predicted": predicted.to_numpy()}
    ones = pd.DataFrame(np.eye(30, 80, dtype=np.uint8))
    known = [screen(f"screen {i}") for i in range(screens)]
    return Panels(drawn, ones, observed, fold, roles, summary(count), GUIDES, LABEL, known)


def figures(count: int, names: Sequence[str] = ()) -> dict[str, Figure]:
    """Draw every figure once, or those that are named."""
    made = panels(count, 1)
    sets = [summary(count).assign(gene_set=name) for name in ("reported", "variable", "selective")]
    draw = {
        "models": lambda: model_comparison(made.summary, GUIDES),
        "differences": lambda: paired_differences(pairs(count)),
        "sets": lambda: gene_set_means(pd.concat(sets), GUIDES),
        "roles": lambda: fit_by_role(made.observed, made.fold, made.roles, LABEL),
        "screen": lambda: second_screen(screen(), LABEL),
        "figure 2": lambda: figure_two(made),
    }
    return {name: draw[name]() for name in names or draw}


@pytest.mark.parametrize("count", [3, 22])
def test_no_text_leaves_the_page_or_lies_over_another_row(count: int):
    for name, figure in figures(count).items():
        assert not clipped(figure), name
        assert crowded(figure) == [], name
        assert "n = " in texts(figure), name
        assert all(text.get_fontsize() >= 6.5 for text in figure.findobj(Text)), name


@pytest.mark.parametrize("name", ["models", "sets"])
def test_nothing_is_drawn_in_the_strip_of_the_note(name: str, tmp_path: Path):
    """A legend outside a whole figure gets there when the page is made longer for the note."""
    figure = figures(4, [name])[name]
    height = round(figure.get_figheight() * 200)
    save_figure(figure, tmp_path / "a.pdf", tmp_path / "a.png", "")
    strip = imread(tmp_path / "a.png")[height + 2 :, :, :3]
    assert strip.shape[0] > 30
    assert strip.min() == 1


# ---- all models


def test_models_are_ranked_by_r_and_named_by_what_they_are_for():
    table = summary(4)
    figure = model_comparison(table.iloc[[2, 0, 3, 1]], GUIDES)
    best = "a_model_with_a_rather_long_name_0"
    assert row_names(figure) == [best, "shuffled (floor: labels shuffled)", "ridge (reference)", "gene_mean"]
    left, right = figure.axes
    dots = {line.get_label(): line for line in (*left.lines, *right.lines)}
    np.testing.assert_allclose(dots["folds pooled"].get_xdata(), [0.03, 0.02, 0.01])
    np.testing.assert_allclose(dots["within folds, weighted by their lines"].get_xdata(), [0.02, 0.01, 0.0])
    np.testing.assert_allclose(dots["MSE skill"].get_xdata(), [0.06, 0.04, 0.02, 0.0])
    assert "undefined: constant within a fold" in texts(figure)
    assert "n = 806 lines of 790 patients, 240 genes, 3 repeats" in texts(figure)


def test_intervals_and_guides_of_models_lie_where_the_table_says():
    left, right = model_comparison(summary(4), GUIDES).axes
    pooled = next(part for part in left.collections if isinstance(part, LineCollection))
    np.testing.assert_allclose(pooled.get_segments()[0][:, 0], [0.01, 0.06])
    assert len(pooled.get_segments()) == 3
    for axis, floor, reference in ((left, 0.02, 0.01), (right, 0.04, 0.02)):
        at = {line.get_linestyle(): line.get_xdata()[0] for line in axis.lines if len(line.get_xdata()) == 2}
        assert at[":"] == floor
        assert at["--"] == reference
        assert at["-"] == 0, "the gene mean's skill, or no r"


def test_height_grows_with_the_models_and_repeats_are_a_range():
    few, many = (model_comparison(summary(count), GUIDES).get_figheight() for count in (3, 22))
    assert many == pytest.approx(few + 19 * 0.3)
    assert "1 to 3 repeats" in texts(model_comparison(summary(3).assign(repeats=[3, 3, 1]), GUIDES))


def test_models_far_below_the_gene_mean_are_printed_and_do_not_stretch_the_axis():
    figure = model_comparison(summary(4).assign(skill=[0, 0.1, -7.25, 0.2]), GUIDES)
    assert f"< {LEAST_SKILL}: -7.25" in texts(figure)
    assert figure.axes[1].get_xlim()[0] > 2 * LEAST_SKILL


# ---- differences


def test_differences_are_marked_by_what_is_certain():
    figure = paired_differences(pairs(5))
    axis = figure.axes[0]
    marks = [line for line in axis.lines if line.get_linestyle() == "None"]
    assert [line.get_marker() for line in marks] == [">", "o", "<"]
    np.testing.assert_allclose([line.get_xdata()[0] for line in marks], [0.1, 0, -0.1], atol=1e-12)
    assert [list(bar.get_segments()[0][:, 0]) for bar in axis.collections][1] == pytest.approx([-0.05, 0.05])
    assert row_names(figure)[2] == "shuffled"
    said = texts(figure)
    assert "132 of 240 better p < 0.001" in said
    assert "each model minus ridge" in said


def test_each_reference_has_a_panel_and_undefined_rows_are_named():
    table = pairs(5)
    table.loc[table["model"] == "shuffled", ["difference", "low", "high", "p"]] = np.nan
    figure = paired_differences(pd.concat([table, table.assign(reference="forest")]))
    assert len(figure.axes) == 4
    assert texts(figure).count("undefined") == 4
    assert "better than forest" in texts(figure)


def test_without_a_reference_it_is_said():
    assert "no reference model" in texts(paired_differences(pairs(5).iloc[:0]))


# ---- sets of genes


def test_sets_of_genes_keep_the_order_of_the_reported_set():
    table = summary(4)
    variable = table.assign(mean_r=[np.nan, 0.9, 0.5, 0.1], genes=77)
    both = [table.assign(gene_set="reported"), variable.assign(gene_set="variable")]
    figure = gene_set_means(pd.concat(both), GUIDES)
    axis = figure.axes[0]
    assert len(row_names(figure)) == 3
    drawn = {line.get_label(): list(line.get_xdata()) for line in axis.lines}
    assert drawn["reported (n = 240 genes)"] == [0.03, 0.02, 0.01]
    assert drawn["variable (n = 77 genes)"] == [0.1, 0.5, 0.9]
    assert not any(name.startswith("selective") for name in drawn)
    assert "undefined: gene_mean" in texts(figure)
    nothing = table.iloc[:1].assign(gene_set="reported")
    assert "undefined for every model" in texts(gene_set_means(nothing, GUIDES))


# ---- roles of lines


def test_roles_have_their_own_lines_and_stand_over_the_gene_mean():
    made = panels(3, 0)
    observed = made.observed.copy()
    observed.iloc[0, 0] = np.nan
    figure = fit_by_role(observed, made.fold, made.roles, LABEL)
    titles = [axis.get_title(loc="left").split("\n") for axis in figure.axes[:6]]
    assert [title[0] for title in titles[:3]] == [
        "training lines: n = 40", "validation lines: n = 5", "test lines: n = 15",
    ]  # fmt: skip
    assert titles[0][1].startswith("1,199 pairs")
    truth, guess = (table.to_numpy()[45:] for table in (observed, made.fold["network"]))
    overall = np.corrcoef(truth.ravel(), guess.ravel())[0, 1]
    assert titles[2][2:] == [f"overall r = {overall:.3f}", "mean per-gene r = 1.000"]
    assert "fitted on the validation lines too" in texts(figure)
    assert titles[5][3] == "mean per-gene r = undefined"
    drawn = [axis.collections[0].get_array().sum() for axis in figure.axes[:6]]
    assert 0 < drawn[1] < drawn[2] < drawn[0] <= 1199
    assert len({(axis.get_xlim(), axis.get_ylim()) for axis in figure.axes[:6]}) == 1


def test_a_role_without_lines_is_named():
    made = panels(3, 0)
    figure = fit_by_role(made.observed, made.fold, made.roles.replace("validation", "train"), LABEL)
    assert texts(figure).count("no validation lines") == 2


# ---- second screens


def test_screen_prints_r_of_model_gene_mean_and_between_screens():
    figure = second_screen(screen(), LABEL)
    said = texts(figure)
    observed, predicted, flat = (table.iloc[40:, :25].to_numpy().ravel() for table in scores())
    assert f"overall r = {np.corrcoef(observed, predicted)[0, 1]:.3f}" in said
    assert f"gene mean alone: r = {np.corrcoef(observed, flat)[0, 1]:.3f}" in said
    assert "n = 20 lines without a label in the study, 25 genes" in said
    assert "n = 20 common lines, overall r = 1.000" in said
    assert "mean 0.500" in said
    assert "mean 0.800" in said
    assert "undefined: gene_mean" in said


def test_screen_without_common_lines_or_predictions_says_so():
    apart = screen(labels=scores()[0].iloc[:20], agreement=screen().agreement.assign(r=np.nan))
    said = texts(second_screen(apart, LABEL))
    assert "no line of both screens" in said
    assert "undefined: gene_mean, between screens" in said
    assert "sanger: every line is labelled" in texts(
        second_screen(screen(fault="every line is labelled"), LABEL)
    )
    with pytest.raises(InputError, match="'network' shares no measured"):
        second_screen(screen(predictions={"network": scores()[1].add_prefix("X", axis=0)}), LABEL)


def test_screens_are_read_in_their_order_and_faults_with_them(tmp_path: Path):
    made, files = screen(), SimpleNamespace(ceiling=[], screens=[], screen_genes=[], screen_predictions=[])
    for name, about in (("none", {"impossible": "no new line"}), ("sanger", {})):
        write_matrix(made.scores, tmp_path / f"{name}.parquet", "scores")
        write_table(made.per_gene, tmp_path / f"{name}_genes.parquet", "r", **about)
        files.screens.append(tmp_path / f"{name}.parquet")
        files.screen_genes.append(tmp_path / f"{name}_genes.parquet")
    for name, table in made.predictions.items():
        files.screen_predictions.append(tmp_path / f"{name}.parquet")
        write_matrix(table, files.screen_predictions[-1], "predictions")
    both = pd.concat([made.agreement, made.agreement.assign(screen="none", r=0.1)])
    files.ceiling.append(tmp_path / "ceiling.parquet")
    write_table(both, files.ceiling[0], "r")
    first, second = read_screens({"none": [], "sanger": list(made.predictions)}, made.labels, files)
    assert (first.name, first.fault, dict(first.predictions)) == ("none", "no new line", {})
    assert (second.name, second.fault) == ("sanger", "")
    assert set(second.agreement["r"]) == {0.8}
    assert texts(second_screen(second, LABEL)) == texts(second_screen(made, LABEL))


# ---- all of it


@pytest.mark.parametrize("screens", [0, 1, 3])
def test_figure_2_has_a_letter_for_each_panel_that_exists(screens: int):
    figure = figure_two(panels(4, screens))
    letters = [text.get_text() for text in figure.findobj(Text) if text.get_fontweight() == "bold"]
    assert sorted(letters) == list("ABCDEFG"[: 4 + screens])
    assert len(figure.axes) == 2 + (6 + 1) + 2 + 3 * screens
    assert not figure.images


def test_panels_of_figure_2_are_those_of_the_single_figures():
    made = panels(4, 1)
    whole = texts(figure_two(made))
    for single in (
        model_comparison(made.summary, GUIDES),
        fit_by_role(made.observed, made.fold, made.roles, LABEL),
        second_screen(made.screens[0], LABEL),
    ):
        for axis in single.axes:
            assert axis.get_title(loc="left").replace("\n", " ") in whole
            assert axis.get_xlabel().replace("\n", " ") in whole
