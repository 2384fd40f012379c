"""Figures of the tumour map say n, name every type, and are never clipped, with many types too."""

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, texts
from drawn_tumors import drawn_profiles
from matplotlib.figure import Figure

from deepdep.plot.map_clusters import map_clusters
from deepdep.plot.map_correlations import coarse, map_correlations
from deepdep.plot.map_distributions import distribution_rows, map_distributions
from deepdep.plot.map_embedding import map_embedding
from deepdep.plot.map_heatmap import map_heatmap
from deepdep.plot.map_selective import map_selective
from deepdep.plot.types import HEIGHT, WIDTH, apart, type_styles
from deepdep.tumors.clusters import cluster_genes, composition, members
from deepdep.tumors.correlations import alike_lineages, pair_histograms
from deepdep.tumors.heatmap import clustered_heatmap
from deepdep.tumors.selective import selective_dependencies, top_genes

LABEL = "CRISPR gene effect (Chronos; 0 = no effect, -1 = median common essential)"


def every_figure(types: int) -> dict[str, Figure]:
    """Draw every figure of a map of some types."""
    profiles = drawn_profiles(lines=4, tumors=66)
    tumor = profiles.samples["domain"].eq("tumor")
    profiles.samples.loc[tumor, "group"] = [f"TYPE{i % types}" for i in range(tumor.sum())]
    tumors = profiles.tumors()
    table, _ = selective_dependencies(tumors, None, 3)
    clusters = np.array([f"C{1 + i % 10}" for i in range(len(tumors.samples))], object)
    sets = pd.DataFrame(
        {"list": ["C1"], "set": ["A_SET_WITH_A_RATHER_LONG_NAME_OF_A_PUBLICATION_UP"], "n": [3], "n_set": [9],
         "fdr": [0.0123]}
    )  # fmt: skip
    shown = clustered_heatmap(tumors, 40, 10, 1)
    rng = np.random.default_rng(1)
    places = pd.DataFrame(rng.normal(0, 1, (198, 4)), columns=["tsne_1", "tsne_2", "umap_1", "umap_2"])
    places["group"] = tumors.samples["group"]
    observed = profiles.lines().scores
    rows = distribution_rows(observed, profiles.samples, profiles.scores, list(observed.columns))
    return {
        "distributions": map_distributions(rows, LABEL),
        "correlations": map_correlations(pair_histograms(profiles), alike_lineages(profiles)),
        "embedding": map_embedding(places, "predicted dependency", 1234),
        "heatmap": map_heatmap(shown.samples, shown.scores, 198, LABEL),
        "selective": map_selective(top_genes(table, 5), LABEL),
        "clusters": map_clusters(
            composition(members(tumors, clusters)), cluster_genes(tumors, clusters), sets
        ),
    }


@pytest.mark.parametrize("types", [2, 33])
def test_figures_name_types_and_numbers_and_are_not_clipped(types: int):
    expected = {
        "distributions": [
            "cell lines, measured (n = 12)",
            "out of fold (n = 6)",
            f"TYPE1, 0 % out of domain (n = {198 // types})",
        ],
        "correlations": ["line-line: n = 66", "line-tumour: n = 2,376", "TYPE0 (", "line_AAA (4)"],
        "embedding": [
            "n = 198 tumours",
            "1,234 without values",
            f"TYPE1 ({198 // types})",
            "UMAP 1 (no unit)",
        ],
        "heatmap": [f"{min(10, 198 // types) * types} of 198 tumours × 40", "mutation burden, log10(1 + n)"],
        "selective": [f"TYPE0 (n = {198 // types})", "own expression"],
        "clusters": ["C10 (n = 19)", "3 of 9, FDR 0.012"],
    }
    for name, figure in every_figure(types).items():
        shown = texts(figure)
        for part in [*expected[name], f"TYPE{types - 1}"]:
            assert part in shown, (name, part)
        assert not clipped(figure), name


def test_types_differ_in_colour_or_marker():
    assert len(set(type_styles([f"T{i:02}" for i in range(40)]).values())) == 40


def test_labels_at_one_place_are_moved_apart_and_single_ones_stay():
    centres = np.vstack([np.full((6, 2), 0.5), [[0.1, 0.9]]])
    moved = apart(centres, WIDTH, HEIGHT)
    gaps = np.abs(moved[:6, None, 1] - moved[:6, 1])[~np.eye(6, dtype=bool)]
    assert gaps.min() > 0.9 * HEIGHT
    np.testing.assert_array_equal(moved[:, 0], centres[:, 0])
    np.testing.assert_array_equal(moved[6], centres[6])


def test_joined_bins_keep_all_pairs():
    edges = np.linspace(-1, 1, 1001)
    counts = np.random.default_rng(1).integers(0, 9, 1000)
    density, joined = coarse(pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts}))
    assert (density * np.diff(joined)).sum() == pytest.approx(1)
    assert len(density) == 50


def test_nothing_to_draw_is_said():
    empty = pd.DataFrame(columns=["group", "tsne_1", "cluster"])
    assert "12" in texts(map_embedding(empty, "methylation", 12))
    assert "no cancer type" in texts(map_selective(empty, "score"))
    assert "no tumours" in texts(map_clusters(empty, empty, empty))
    assert "no tumours" in texts(map_heatmap(empty, pd.DataFrame(), 0, "score"))
