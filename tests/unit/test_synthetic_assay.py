"""Flips of mutations against the model's own predictions of flipped lines; summaries, state, store."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from deepdep.errors import InputError
from deepdep.interpret import flips
from deepdep.interpret.flips import FlipNet, Flipped, macs, multiply_adds
from deepdep.interpret.study import prepare_assay
from deepdep.interpret.summary import BINS, Summary, Wanted, bin_centres, kept_of_line
from deepdep.interpret.synthetic import Network, Place, chunk_path, essentiality, lay_out, run_assay
from deepdep.interpret.synthetic_tables import partner_table, top_table
from deepdep.io.parquet import write_table
from deepdep.models.base import Model
from deepdep.models.grid import Architecture
from deepdep.prepare.cohort import Cohort
from deepdep.prepare.transform import Scaling, Transform
from deepdep.training.checkpoint import FittedModel
from deepdep.training.ensemble import Ensemble
from deepdep.training.network import GridRegressor, Settings

LINES, MUTATIONS, GENES, SETS = 7, 13, 9, 6
CPU = torch.device("cpu")
RNG = np.random.default_rng(3)
PRINTS = (RNG.random((GENES + 1, SETS)) < 0.5).astype(np.uint8)


def regressor(seed: int, target_scale: float = 1.0, genes: int = GENES) -> GridRegressor:
    torch.manual_seed(seed)
    model = GridRegressor(Settings(Architecture({"mutation": [12, 8, 5]}, [8, 5], [10, 7])), CPU)
    model.center = np.linspace(-1, 0, genes).astype(np.float32)
    model.scale = np.full(genes, target_scale, np.float32)
    model.fingerprints = PRINTS[:genes].astype(np.float32)
    model._build({"mutation": MUTATIONS})
    with torch.no_grad():
        for parameter in model.net.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
        model.net.encoders["mutation"][0].linear.weight[:, 4] = 0  # a flip that changes nothing
    return model


def cohort(lines: int = LINES) -> Cohort:
    names = [f"line {i}" for i in range(lines)]
    sheet = pd.DataFrame(
        {"patient": names, "group": "x", "domain": "cell_line"}, pd.Index(names, name="sample")
    )
    values = (np.random.default_rng(5).random((lines, MUTATIONS)) < 0.3).astype(np.float32)
    return Cohort(sheet, {"mutation": pd.DataFrame(values, sheet.index, [f"M{i}" for i in range(MUTATIONS)])})


def fitted(model: Model, data: Cohort, scope: str = "none") -> FittedModel:
    transform = Transform.fit(data, Scaling({"mutation": scope}, 0.0))
    settings = {"kind": "grid", "target": "raw"}
    names = [f"G{i}" for i in range(GENES)]
    return FittedModel(model, transform, data.features, names, {"settings": settings})


def wanted(**changes: Any) -> Wanted:
    pairs = np.array([[2, 3], [5, 0]])
    own = {"trained": GENES, "top": 4, "sampled": np.arange(0, GENES * MUTATIONS, 2), "pairs": pairs}
    return Wanted(**{**own, "partners": np.array([2, 7]), "least_change": 0.05, "top_share": 0.2, **changes})


def naive(model: FittedModel, data: Cohort) -> np.ndarray:
    """Return score with each mutation minus score without, lines x genes x flips, by predicting twice."""
    found = np.empty((len(data.samples), GENES, MUTATIONS), np.float32)
    for flip in range(MUTATIONS):
        scores = []
        for value in (1, 0):
            table = data.omics["mutation"].copy()
            table.iloc[:, flip] = value
            scores.append(model.predict(Cohort(data.samples, {"mutation": table})).to_numpy())
        found[:, :, flip] = scores[0] - scores[1]
    return found


def changes(model: FittedModel, data: Cohort) -> np.ndarray:
    assay, network = lay_out(model, data, None, []), Network(model, np.zeros((0, SETS)))
    flipped = (network.flip(assay.values[i], assay.delta[i], assay.places) for i in range(len(assay.lines)))
    return np.stack(
        [essentiality(one, row, wanted())[0] for one, row in zip(flipped, assay.mutated, strict=True)]
    )


# ---- flips


@pytest.mark.parametrize("at_once", [1, 5, 40, 4096])
@pytest.mark.parametrize("scope", ["none", "shared"])
def test_all_flips_equal_naive_flipping_by_the_models_own_predictions(
    at_once: int, scope: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(flips.PAIRS_AT_ONCE, "cpu", at_once)
    data = cohort()
    model = fitted(regressor(1, 1.7), data, scope)
    expected = naive(model, data)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(changes(model, data), expected, rtol=1e-5, atol=1e-5)


def test_ensemble_is_the_mean_of_its_members():
    data = cohort()
    model = fitted(Ensemble([regressor(1), regressor(2)]), data)
    np.testing.assert_allclose(changes(model, data), naive(model, data), atol=2e-6)


def test_flip_without_a_weight_changes_nothing_at_all():
    found = changes(fitted(regressor(1), cohort()), cohort())
    assert (found[:, :, 4] == 0).all()
    assert (np.delete(found, 4, axis=2) != 0).mean() > 0.5


def test_original_score_is_the_models_own():
    data = cohort()
    model = fitted(regressor(1, 1.7), data)
    assay, network = lay_out(model, data, None, []), Network(model, np.zeros((0, SETS)))
    found = [network.flip(assay.values[i], assay.delta[i], assay.places).original for i in range(LINES)]
    np.testing.assert_allclose(np.stack(found), model.predict(data).to_numpy(), atol=2e-6)


def test_gene_outside_the_trained_ones_scores_as_if_it_had_been_one():
    data, small, large = cohort(), regressor(1), regressor(1, genes=GENES + 1)
    large.net.load_state_dict(small.net.state_dict())
    values, delta = data.omics["mutation"].to_numpy()[0], 1 - 2 * data.omics["mutation"].to_numpy()[0]
    nets = FlipNet(small, PRINTS[GENES:]), FlipNet(large, PRINTS[:0])
    one, other = (net.flip(values, delta, range(MUTATIONS)).change for net in nets)
    np.testing.assert_allclose(one, other, atol=2e-6)


def test_mutation_that_was_not_measured_counts_as_absent():
    data, model = cohort(), fitted(regressor(1), cohort())
    holes = data.omics["mutation"].mask(np.eye(LINES, MUTATIONS, dtype=bool))
    filled = Cohort(data.samples, {"mutation": holes.fillna(0)})
    found = changes(model, Cohort(data.samples, {"mutation": holes}))
    np.testing.assert_array_equal(found, changes(model, filled))


def test_line_without_mutations_is_left_out_and_other_values_are_refused():
    data, model = cohort(), fitted(regressor(1), cohort())
    table = data.omics["mutation"].copy()
    table.iloc[2] = np.nan
    assert "line 2" not in lay_out(model, Cohort(data.samples, {"mutation": table}), None, []).lines
    table.iloc[2] = 0.5
    with pytest.raises(InputError, match="other than 0 and 1"):
        lay_out(model, Cohort(data.samples, {"mutation": table}), None, [])


def test_model_of_other_omics_is_refused():
    model = fitted(regressor(1), cohort())
    model.features["expression"] = ["a"]
    with pytest.raises(InputError, match="reads mutations alone"):
        Network(model, np.zeros((0, SETS)))


def test_published_widths_take_a_hundredth_of_the_multiply_adds():
    architecture = Architecture({"mutation": [1000, 100, 50]}, [1000, 100, 50], [250, 250])
    model = GridRegressor(Settings(architecture), CPU)
    model.fingerprints = np.zeros((1, 3115), np.float32)
    model._build({"mutation": 4539})
    encoder, prints = 4539 * 1000 + 1000 * 100 + 100 * 50, 3115 * 1000 + 1000 * 100 + 100 * 50
    here, rows = multiply_adds(model.net, 4539, 1298)
    assert rows == 4540 * 1298 * (encoder + prints + 100 * 250 + 250 * 250 + 250)
    assert macs(model.net.head) == 250 * 250 + 250
    tail = 4540 * (1000 * 100 + 100 * 50 + 50 * 250)
    assert here == 4539 * 1000 + 4539 * 1000 + tail + 4540 * 1298 * 62750
    assert rows / here > 100


# ---- summaries


def summary_of(found: np.ndarray, lines: Iterable[int], what: Wanted) -> Summary:
    summary = Summary()
    for line in lines:
        summary.add(f"line {line}", found[line], np.full((GENES, 4), -1, np.float32), what)
    return summary


def test_statistics_equal_those_of_all_changes_at_once():
    found = changes(fitted(regressor(1), cohort()), cohort())
    statistics = summary_of(found, range(LINES), wanted()).statistics()
    np.testing.assert_allclose(statistics["mean"], found.mean(0), atol=1e-6)
    np.testing.assert_allclose(statistics["sd"], found.std(0, ddof=1), atol=1e-5)
    np.testing.assert_allclose(statistics["fraction_negative"], (found < 0).mean(0), atol=1e-6)


def test_blocks_merge_to_one_go():
    found = changes(fitted(regressor(1), cohort()), cohort())
    whole, part = summary_of(found, range(LINES), wanted()), summary_of(found, range(3), wanted())
    part.merge(summary_of(found, range(3, LINES), wanted()))
    for name, array in whole.arrays().items():
        np.testing.assert_allclose(part.arrays()[name], array, rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="share"):
        part.merge(summary_of(found, [0], wanted()))


def test_histogram_counts_every_change_and_correlation_is_over_the_sample():
    found = changes(fitted(regressor(1), cohort()), cohort())
    summary = summary_of(found, range(LINES), wanted())
    edges = np.r_[-np.inf, (bin_centres()[1:] + bin_centres()[:-1]) / 2, np.inf]
    expected = np.histogram(found, edges)[0]
    assert summary.sums["histogram"].sum() == found.size
    assert np.abs(summary.sums["histogram"] - expected).sum() <= 4  # values on an edge
    assert len(bin_centres()) == BINS
    places = wanted().sampled
    expected = np.corrcoef(found.reshape(LINES, -1)[:, places])
    np.testing.assert_allclose(summary.correlation(), expected, atol=1e-6)


def test_strong_partners_meet_both_criteria():
    found = changes(fitted(regressor(1), cohort()), cohort())[0]
    wild_type = RNG.normal(size=(GENES, 4)).astype(np.float32)
    largest = np.argsort(-np.abs(found).max(0))[[0, 3]]
    kept = kept_of_line(found, wild_type, wanted(partners=largest))
    size = np.sort(np.abs(found).ravel())[::-1]
    smallest = size[int(np.ceil(0.2 * found.size)) - 1]
    partner = np.abs(found[:, largest])
    expected = (partner >= smallest) & (partner >= 0.05 * np.abs(wild_type[:, :2]))
    np.testing.assert_array_equal(kept["partner_strong"], expected)
    assert 0 < expected.sum() < expected.size
    np.testing.assert_array_equal(np.abs(kept["top_changes"]), size[:4])


def test_tables_name_the_places():
    data, model = cohort(), fitted(regressor(1), cohort())
    assay, found = lay_out(model, data, None, []), changes(model, data)
    summary = summary_of(found, range(LINES), wanted())
    top = top_table(summary, assay)
    assert len(top) == 4 * LINES
    for row in top.itertuples():
        place = assay.lines.index(row.line), int(row.gene[1:]), int(row.mutation[1:])
        assert found[place] == row.change
        assert assay.mutated[place[0], place[2]] == row.mutated
    partners = partner_table(summary, assay, SimpleNamespace(partners=["M2", "M7"]), GENES)
    assert len(partners) == 2 * GENES
    strong = np.stack([kept["partner_strong"] for kept in summary.lines.values()])
    expected = (strong & (found[:, :, [2, 7]] < 0)).sum(0).T.ravel()
    np.testing.assert_array_equal(partners["strong_negative"], expected)


# ---- runs


def run(folder: Path, every: int = 2, store: bool = True, seed: int = 1, stop: int | None = None) -> Summary:
    data = cohort()
    model = fitted(regressor(seed), data)
    assay, network = lay_out(model, data, None, []), Network(model, np.zeros((0, SETS)))
    flip, calls = network.flip, []

    def counted(*inputs: Any) -> Flipped:
        if len(calls) == stop:
            raise KeyboardInterrupt
        calls.append(1)
        return flip(*inputs)

    network.flip = counted
    place = Place(folder / "state.safetensors", every, folder / "store" if store else None)
    summary = run_assay(assay, network, wanted(), place)
    summary.flipped = len(calls)
    return summary


def same(one: Summary, other: Summary) -> None:
    assert list(one.lines) == list(other.lines)
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(other.arrays()[name], array)


def test_killed_run_goes_on_and_ends_the_same(tmp_path: Path):
    whole = run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "killed", stop=5)
    resumed = run(tmp_path / "killed")
    assert resumed.flipped == LINES - 4  # 4 lines were saved
    same(whole, resumed)


@pytest.mark.parametrize("damage", ["other model", "no notes", "chunk lost"])
def test_state_that_does_not_fit_is_not_gone_on_with(tmp_path: Path, damage: str):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, stop=5, seed=2 if damage == "other model" else 1)
    if damage == "no notes":
        (tmp_path / "state.json").unlink()
    if damage == "chunk lost":
        chunk_path(tmp_path / "store", "line 1").unlink()
    again = run(tmp_path)
    assert again.flipped == LINES
    same(run(tmp_path / "whole"), again)


def test_store_holds_the_changes_as_float16(tmp_path: Path):
    run(tmp_path)
    found = changes(fitted(regressor(1), cohort()), cohort())
    for number in range(LINES):
        chunk = np.load(chunk_path(tmp_path / "store", f"line {number}"))
        assert chunk.dtype == np.float16
        np.testing.assert_allclose(chunk, found[number], rtol=2**-11, atol=2**-24)
    assert len(list((tmp_path / "store").iterdir())) == LINES


# ---- names of the config


def settings(**changes: Any) -> dict:
    own = {"mutations": None, "lines": None, "pairs": [], "partners": [], "top_pairs": 3, "sampled_pairs": 20}
    return {**own, "least_change": 0.05, "top_share": 0.05, **changes}


@pytest.fixture
def files(tmp_path: Path) -> SimpleNamespace:
    names = [f"G{i}" for i in range(GENES)]
    columns = [f"SET{i}" for i in range(SETS)]
    prints = pd.DataFrame(PRINTS[:GENES], pd.Index(names, name="gene"), columns)
    scores = pd.DataFrame(0.0, pd.Index([f"line {i}" for i in range(5)], name="sample"), names)
    write_table(prints, tmp_path / "prints.parquet", "fingerprints")
    write_table(scores, tmp_path / "scores.parquet", "dependency")
    sets = {
        column: [g for g, on in zip(names, PRINTS[:GENES, i], strict=True) if on]
        for i, column in enumerate(columns)
    }
    sets["SET1"].append("NEW")
    sets["OTHER"] = ["ELSEWHERE"]
    lines = ["\t".join([name, "", *genes]) for name, genes in sets.items()]
    (tmp_path / "sets.gmt").write_text("\n".join(lines) + "\n")
    paths = {"dependency": "scores.parquet", "fingerprints": "prints.parquet", "sets": "sets.gmt"}
    return SimpleNamespace(**{name: tmp_path / path for name, path in paths.items()})


def test_unknown_names_are_skipped_with_the_reason(files: SimpleNamespace):
    pairs = [["M1", "G2"], ["M1", "NEW"], ["M1", "ELSEWHERE"], ["M99", "G2"]]
    wish = settings(pairs=pairs, partners=["M3", "M98"], mutations=["M1", "M3", "M97"])
    study = prepare_assay(fitted(regressor(1), cohort()), cohort(), files, wish, 1)
    assert study.wishes.pairs == [("M1", "G2"), ("M1", "NEW")]
    assert study.wishes.partners == ["M3"]
    assert list(study.wishes.skipped["name"]) == ["M97", "M1 - ELSEWHERE", "M99 - G2", "M98"]
    assert "fingerprint" in study.wishes.skipped["reason"][1]
    assert study.assay.genes[-1] == "NEW"
    assert study.assay.lines == [f"line {i}" for i in range(5)]  # labelled ones
    with pytest.raises(InputError, match="no mutation that the model reads"):
        prepare_assay(fitted(regressor(1), cohort()), cohort(), files, settings(mutations=["X"]), 1)


def test_lines_are_drawn_by_the_seed(files: SimpleNamespace):
    model, wish = fitted(regressor(1), cohort()), settings(lines=2)
    drawn = [prepare_assay(model, cohort(), files, wish, seed).assay.lines for seed in (1, 1, 2, 3, 4)]
    assert drawn[0] == drawn[1]
    assert len({tuple(lines) for lines in drawn}) > 1
    assert all(len(lines) == 2 for lines in drawn)
