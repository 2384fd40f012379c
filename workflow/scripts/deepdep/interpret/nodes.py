"""Bottleneck nodes of a grid model with one omic: which are active, and what the model makes of them.

The encoder of every training starts from the same pretrained weights, so that a node's number means the
same in all of them; :func:`node_activity` reports by how much that holds (Chiu et al. 2021, figure 3).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch

from deepdep.errors import InputError
from deepdep.prepare.cohort import Cohort
from deepdep.training.checkpoint import FittedModel
from deepdep.training.network import GridRegressor

SMALL = 1e-12  # variance of a node that counts as none
BLOCK_GENES = 64  # genes that meet a whole grid of scores at once: bounds memory, not results


def regressor_of(fitted: FittedModel) -> tuple[GridRegressor, str]:
    """Return the grid model inside a fitted model, and its one omic.

    Raises
    ------
    InputError
        If it is of another kind, or has several omics.
    """
    model: Any = fitted.model
    if not isinstance(model, GridRegressor) or len(fitted.features) != 1:
        raise InputError(
            "Signatures are of a model of kind grid with one omic, and this is not one.",
            "name such a model, deepdep_expression for one, in signatures.model.",
        )
    return model, next(iter(fitted.features))


def node_names(count: int) -> list[str]:
    """Name the nodes of a bottleneck; numbers begin with 1."""
    return [f"node_{number + 1}" for number in range(count)]


def node_scores(fitted: FittedModel, cohort: Cohort) -> pd.DataFrame:
    """Return the nodes' outputs (ReLU, 0 or more) of each sample that has the omic, samples x nodes."""
    _, omic = regressor_of(fitted)
    there = cohort.take(cohort.samples.index[cohort.omics[omic].notna().any(axis=1)])
    codes = fitted.codes(there)
    assert codes is not None  # noqa: S101  a grid model looks at omics
    return codes.set_axis(node_names(codes.shape[1]), axis=1)


def node_activity(runs: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Describe every node in every training.

    Parameters
    ----------
    runs
        Name of a training and its scores, samples x nodes; the last is the one that others are compared
        with (the final model), on the same samples.

    Returns
    -------
    DataFrame
        run, node, active_share (of samples with a score above 0), mean, variance, r_same (correlation with
        the same node of the last run over samples, NaN where either is constant), best_match (node of the
        last run that correlates most) and r_best.
    """
    named = list(runs)
    last = named[-1][1]
    parts = []
    for run, scores in named:
        values = scores.to_numpy(np.float64)
        r = cross_correlation(values, last.to_numpy(np.float64))
        best = np.where(np.isfinite(r).any(axis=1), np.nan_to_num(r, nan=-2).argmax(axis=1), -1)
        found = {
            "run": run,
            "node": list(scores.columns),
            "active_share": (values > 0).mean(axis=0),
            "mean": values.mean(axis=0),
            "variance": values.var(axis=0),
            "r_same": np.diag(r),
            "best_match": [last.columns[place] if place >= 0 else "" for place in best],
            "r_best": np.where(best >= 0, r[np.arange(len(r)), best], np.nan),
        }
        parts.append(pd.DataFrame(found))
    return pd.concat(parts, ignore_index=True)


def cross_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return Pearson r of all columns of ``first`` with all of ``second``; NaN for constant ones."""
    units = []
    for values in (first, second):
        centred = values - values.mean(axis=0)
        spread = np.sqrt(np.square(centred).sum(axis=0))
        units.append(centred / np.where(spread > np.sqrt(SMALL), spread, np.nan))
    return units[0].T @ units[1]


def stable_nodes(activity: pd.DataFrame, active_share: float, top: int) -> pd.DataFrame:
    """Choose the nodes that are active in every training, the most variable ones first.

    Parameters
    ----------
    activity
        Of :func:`node_activity`.
    active_share
        Smallest share of samples with a score above 0, and variance above 0, to be active.
    top
        Most nodes that are chosen.

    Returns
    -------
    DataFrame
        One row a node: node, runs, active_runs, active_share (mean over the runs), variance (of the last
        run), r_same (mean over the other runs), same_is_best (share of the other runs whose node correlates
        most with the node of its own number), stable, rank (1 = first; NaN if not chosen).
    """
    last = activity["run"].iloc[-1]
    active = (activity["active_share"] >= active_share) & (activity["variance"] > SMALL)
    table = activity.assign(active=active, same=activity["best_match"] == activity["node"])
    groups = table.groupby("node", sort=False)
    others = table[table["run"] != last].groupby("node", sort=False)
    own = table[table["run"] == last].set_index("node")
    found = pd.DataFrame({"runs": groups.size(), "active_runs": groups["active"].sum()})
    found["active_share"] = groups["active_share"].mean()
    found["variance"] = own["variance"]
    found["r_same"] = others["r_same"].mean()
    found["same_is_best"] = others["same"].mean()
    found["stable"] = found["active_runs"] == found["runs"]
    order = found[found["stable"]].sort_values("variance", ascending=False, kind="stable").index[:top]
    found["rank"] = pd.Series(range(1, len(order) + 1), order, dtype=float)
    return found.rename_axis("node").reset_index()


def map_axes(scores: pd.DataFrame) -> tuple[str, str] | None:
    """Choose two nodes for maps: the first of ``scores`` and of the others the one least correlated with it.

    None where there are fewer than two nodes.
    """
    if scores.shape[1] < 2:
        return None
    r = np.abs(cross_correlation(scores.to_numpy(float)[:, :1], scores.to_numpy(float)[:, 1:]))[0]
    return scores.columns[0], scores.columns[1 + int(np.nan_to_num(r, nan=1).argmin())]


def predict_from_scores(fitted: FittedModel, scores: np.ndarray, genes: Sequence[str]) -> np.ndarray:
    """Return gene effects of given scores of all nodes, by the rest of the model.

    Parameters
    ----------
    scores
        Points x nodes.
    genes
        Genes of the model.

    Returns
    -------
    ndarray
        Points x genes, on the scale of the labels.
    """
    model, _ = regressor_of(fitted)
    chosen = pd.Index(fitted.genes).get_indexer(pd.Index(genes))
    model.net.eval()
    found = np.empty((len(scores), len(chosen)), np.float32)
    with torch.no_grad():
        samples = model.net.sample_half(torch.from_numpy(scores.astype(np.float32)).to(model.device))
        for start in range(0, len(chosen), BLOCK_GENES):
            part = slice(start, start + BLOCK_GENES)
            halves = model.net.encode_genes(model.gene_inputs[torch.from_numpy(chosen[part])])
            found[:, part] = model.net.meet(samples, halves).cpu().numpy()
    return found * model.scale[chosen] + model.center[chosen]


def essentiality_map(
    fitted: FittedModel, scores: pd.DataFrame, axes: tuple[str, str] | None, genes: Sequence[str], steps: int
) -> pd.DataFrame:
    """Predict genes over a grid of two nodes' scores; the other nodes are at their mean.

    Parameters
    ----------
    axes
        The two nodes; None where :func:`map_axes` finds none.
    scores
        Of the samples whose range the grid spans and whose means the other nodes have, samples x nodes.
    steps
        Grid points along each axis.

    Returns
    -------
    DataFrame
        gene, x, y (scores of the two nodes), predicted; empty without nodes or genes.
    """
    empty = pd.DataFrame({name: [] for name in ("gene", "x", "y", "predicted")})
    if axes is None:
        return empty
    spans = [np.linspace(scores[node].min(), scores[node].max(), steps) for node in axes]
    x, y = (part.ravel() for part in np.meshgrid(*spans))
    points = np.tile(scores.mean().to_numpy(float), (len(x), 1))
    places = scores.columns.get_indexer(pd.Index(axes))
    points[:, places[0]], points[:, places[1]] = x, y
    predicted = predict_from_scores(fitted, points, genes)
    parts = [pd.DataFrame({"gene": gene, "x": x, "y": y, "predicted": predicted[:, number]})
             for number, gene in enumerate(genes)]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else empty


def chosen_nodes(nodes: pd.DataFrame) -> list[str]:
    """List the nodes that :func:`stable_nodes` has chosen, the first one first."""
    return list(nodes.dropna(subset="rank").sort_values("rank")["node"])
