"""Bottleneck nodes: activity, maps, decoder and enrichment, where the truth is planted."""

import numpy as np
import pandas as pd
import pytest
import torch
from drawn import texts

from deepdep.errors import InputError
from deepdep.interpret.decoder import signatures, train_decoder
from deepdep.interpret.enrichment import enriched
from deepdep.interpret.nodes import (
    chosen_nodes,
    essentiality_map,
    map_axes,
    node_activity,
    node_scores,
    predict_from_scores,
    regressor_of,
    stable_nodes,
)
from deepdep.models.grid import Architecture
from deepdep.plot import nodes as drawing
from deepdep.plot.regression import dependency_regression
from deepdep.prepare.cohort import Cohort
from deepdep.prepare.transform import Scaling, Transform
from deepdep.training.checkpoint import FittedModel
from deepdep.training.loop import LoopSettings, Trained
from deepdep.training.network import GridRegressor, Settings

CPU = torch.device("cpu")
FEATURES = [f"G{number}" for number in range(30)]
GENES = ["G1", "G2", "G3"]


def make_cohort(samples: int = 120) -> Cohort:
    """Make samples with two programmes: the first ten features go up together, and so do the next ten."""
    rng = np.random.default_rng(1)
    programmes = np.maximum(rng.normal(size=(samples, 2)), 0)
    values = rng.normal(0, 0.1, (samples, len(FEATURES)))
    values[:, :10] += programmes[:, [0]]
    values[:, 10:20] += programmes[:, [1]]
    names = [f"S{number}" for number in range(samples)]
    sheet = pd.DataFrame({"patient": names, "group": "x", "domain": "tumor"}, pd.Index(names, name="sample"))
    return Cohort(sheet, {"expression": pd.DataFrame(values.astype(np.float32), names, FEATURES)})


def make_model() -> FittedModel:
    """Make a model whose first node reads the first programme, the second the other, the third is dead."""
    torch.manual_seed(1)
    settings = Settings(Architecture({"expression": [3]}, [4], [6, 6]))
    model = GridRegressor(settings, CPU)
    model.fingerprints = np.eye(3, dtype=np.float32)
    model.center, model.scale = np.array([0.5, 0, 0], np.float32), np.array([2, 1, 1], np.float32)
    model._build({"expression": len(FEATURES)})
    model.trained = Trained(pd.DataFrame(), 1)
    layer = model.net.encoders["expression"][0].linear
    with torch.no_grad():
        layer.weight.zero_()
        layer.weight[0, :10] = layer.weight[1, 10:20] = 0.1
        layer.bias[2] = -1
    transform = Transform(Scaling({"expression": "none"}, 0))
    return FittedModel(model, transform, {"expression": FEATURES}, GENES, {"seed": 1})


def test_scores_and_predictions_from_scores_are_those_of_the_model() -> None:
    fitted, cohort = make_model(), make_cohort()
    scores = node_scores(fitted, cohort)
    expected = np.maximum(cohort.omics["expression"].iloc[:, :10].mean(axis=1), 0)
    np.testing.assert_allclose(scores["node_1"], expected, atol=1e-5)
    found = predict_from_scores(fitted, scores.to_numpy(), ["G3", "G1"])
    np.testing.assert_allclose(found, fitted.predict(cohort)[["G3", "G1"]], atol=1e-5)


def test_only_nodes_active_in_every_training_are_chosen() -> None:
    rng = np.random.default_rng(1)
    columns = ["node_1", "node_2", "node_3"]
    last = pd.DataFrame(np.maximum(rng.normal(size=(50, 3)) * [1, 2, 1], 0), columns=columns)
    other = last[["node_1", "node_3", "node_2"]].set_axis(columns, axis=1).assign(node_1=last["node_1"] * 3)
    dead = last.assign(node_3=0.0)
    activity = node_activity([("a", other), ("b", dead), ("final", last)])
    swapped = activity[(activity["run"] == "a") & (activity["node"] == "node_2")].iloc[0]
    assert swapped["best_match"] == "node_3"
    assert swapped["r_best"] == pytest.approx(1)
    assert swapped["r_same"] == pytest.approx(np.corrcoef(other["node_2"], last["node_2"])[0, 1])
    table = stable_nodes(activity, 0.05, 5).set_index("node")
    assert table["active_runs"].tolist() == [3, 3, 2]
    assert chosen_nodes(table.reset_index()) == ["node_2", "node_1"]  # the most variable first
    assert chosen_nodes(stable_nodes(activity, 0.05, 1)) == ["node_2"]


def test_maps_move_two_nodes_and_leave_the_others_at_their_mean() -> None:
    fitted = make_model()
    scores = node_scores(fitted, make_cohort())
    axes = map_axes(scores[["node_1", "node_2"]])
    assert axes == ("node_1", "node_2")
    table = essentiality_map(fitted, scores, axes, ["G2"], 4)
    row = table.iloc[5]
    point = np.array([[row["x"], row["y"], scores["node_3"].mean()]])
    assert row["predicted"] == pytest.approx(
        float(predict_from_scores(fitted, point, ["G2"])[0, 0]), abs=1e-6
    )
    assert (table["x"].max(), table["y"].max()) == (scores["node_1"].max(), scores["node_2"].max())
    assert map_axes(scores[["node_1"]]) is None
    assert essentiality_map(fitted, scores, axes, [], 4).empty
    assert essentiality_map(fitted, scores, map_axes(scores[["node_1"]]), [], 4).empty


def test_signatures_are_the_planted_programmes_and_the_encoder_stays() -> None:
    fitted, cohort = make_model(), make_cohort(300)
    before = [weight.clone() for weight in regressor_of(fitted)[0].net.parameters()]
    loop = LoopSettings(epochs=60, patience=60, learning_rate=0.02)
    decoder = train_decoder(fitted, cohort, loop, 32, 0.1)
    for old, new in zip(before, regressor_of(fitted)[0].net.parameters(), strict=True):
        assert torch.equal(old, new)
    assert decoder.quality["held_out_loss"] < 0.3 * decoder.quality["held_out_loss_of_means"]
    found = signatures(decoder, ["node_1", "node_2", "node_3"])
    assert list(found.columns) == ["node_1", "node_2"]  # the dead one cannot be on
    assert found["node_1"].iloc[:10].min() > 3 * found["node_1"].iloc[10:].abs().max()
    sets = {"first": FEATURES[:10], "second": FEATURES[10:20], "few": FEATURES[:2]}
    table = enriched(found, sets, 200, 5, 1)
    assert set(table["gene_set"]) == {"first", "second"}
    top = table[table["nes"] > 0].drop_duplicates("node").set_index("node")["gene_set"]
    assert top.to_dict() == {"node_1": "first", "node_2": "second"}
    pd.testing.assert_frame_equal(table, enriched(found, sets, 200, 5, 1))
    assert enriched(found, {"few": FEATURES[:2]}, 200, 5, 1).empty


def test_a_model_of_several_omics_is_refused() -> None:
    fitted = make_model()
    fitted.features["mutation"] = ["G1"]
    with pytest.raises(InputError, match="one omic"):
        regressor_of(fitted)


def test_figures_say_counts_and_draw_empty_input() -> None:
    fitted = make_model()
    scores = node_scores(fitted, make_cohort())
    activity = node_activity([("fold", scores), ("final", scores)])
    nodes = stable_nodes(activity, 0.05, 3)
    assert "2 of 3 nodes" in texts(drawing.node_activity(activity, nodes, 0.05))
    maps = essentiality_map(fitted, scores, ("node_1", "node_2"), ["G1"], 4)
    labels = fitted.predict(make_cohort()).iloc[:40]
    figure = drawing.essentiality_maps(maps, scores, labels, ["node_1", "node_2"], "gene effect")
    assert "G1 (n = 40 measured)" in texts(figure)
    space = drawing.node_space(scores, pd.Series("lung", scores.index), ["node_1", "node_2"])
    assert "lung (n = 120)" in texts(space)
    assert texts(drawing.node_space(scores, pd.Series("lung", scores.index), []))
    assert texts(drawing.essentiality_maps(maps.iloc[:0], scores, labels, [], "x"))
    assert texts(drawing.signature_enrichment(pd.DataFrame(columns=["gene_set"]), 0.05))
    row = {"gene": "G1", "n": 40, "r2": 0.5}
    row |= {f"{block}_{what}": 0.1 for block in ("nodes", "own_expression") for what in ("drop_r2", "fdr")}
    row |= {"culture_drop_r2": np.nan, "culture_fdr": np.nan}
    assert "n = 1 genes" in texts(dependency_regression(pd.DataFrame([row]), 0.05))
