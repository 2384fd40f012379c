"""The baseline of the DepMap portal's predictability: a random forest per gene (scikit-learn).

As in cds-ensemble: 100 trees of depth 8 with 5 lines a leaf at least, on the 1,000 features that
correlate most with the gene in its training lines. Nothing is tuned. The trees are kept as plain
arrays and read by code of our own, so that nothing is pickled.
"""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from deepdep.models.base import TrainingSet, gene_means
from deepdep.models.correlated import joined, most_correlated
from deepdep.prepare.transform import Design

FIELDS = {
    "feature": np.int32,
    "threshold": np.float32,
    "left": np.int32,
    "right": np.int32,
    "value": np.float32,
}


class RandomForest:
    """Random forest, one per gene.

    Parameters
    ----------
    features
        Number of features pre-chosen for each gene.
    trees, depth, leaf
        Trees of a forest, their most levels, and the fewest lines of a leaf.
    threads
        Trees grown at once.
    """

    def __init__(self, features: int, trees: int, depth: int, leaf: int, threads: int) -> None:
        self.number, self.trees, self.depth, self.leaf, self.threads = features, trees, depth, leaf, threads

    def fit(self, training: TrainingSet) -> None:
        """Grow the forest of each gene on the lines that measured it."""
        design, labels = training.all_lines()
        features, self.means = joined(design), gene_means(labels)
        nodes, roots, size = [], np.full((len(training.genes), self.trees), -1, np.int64), 0
        for gene, columns in enumerate(most_correlated(features, labels, self.number)):
            lines = np.flatnonzero(np.isfinite(labels[:, gene]))
            if len(lines) < 2 or not len(columns):
                continue
            forest = RandomForestRegressor(
                self.trees, max_depth=self.depth, min_samples_leaf=self.leaf,
                random_state=training.seed, n_jobs=self.threads,
            )  # fmt: skip
            forest.fit(features[np.ix_(lines, columns)], labels[lines, gene])
            for number, tree in enumerate(forest.estimators_):
                nodes.append(nodes_of(tree.tree_, columns, size))
                roots[gene, number] = size
                size += len(nodes[-1]["value"])
        self.roots = roots
        self.nodes = {
            name: np.concatenate([np.zeros(0, kind), *(part[name] for part in nodes)])
            for name, kind in FIELDS.items()
        }

    def predict(self, design: Design) -> np.ndarray:
        """Return the mean over each gene's trees, the gene's mean where it has no forest."""
        features = joined(design)
        found = np.tile(self.means, (len(features), 1))
        for gene in np.flatnonzero(self.roots[:, 0] >= 0):
            found[:, gene] = self._descend(features, self.roots[gene]).mean(axis=1, dtype=np.float64)
        return found

    def _descend(self, features: np.ndarray, roots: np.ndarray) -> np.ndarray:
        """Follow the samples down from some roots; return the leaves' values, samples x trees."""
        samples = np.arange(len(features))[:, None]
        place = np.tile(roots, (len(features), 1))
        for _ in range(self.depth):  # a leaf leads to itself
            goes_left = features[samples, self.nodes["feature"][place]] <= self.nodes["threshold"][place]
            place = np.where(goes_left, self.nodes["left"][place], self.nodes["right"][place])
        return self.nodes["value"][place]

    def codes(self, design: Design) -> np.ndarray | None:
        """Return the features that any tree asks for; None if there are none."""
        asked = np.unique(self.nodes["feature"][self.nodes["left"] != self.nodes["right"]])
        return joined(design)[:, asked] if len(asked) else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the nodes of all trees, the trees' roots (genes x trees), and the genes' means."""
        return {"means": self.means, "roots": self.roots} | {
            f"nodes/{name}": self.nodes[name] for name in FIELDS
        }

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:  # noqa: ARG002  one interface
        """Take up a stored state."""
        self.means, self.roots = arrays["means"], arrays["roots"]
        self.nodes = {name: arrays[f"nodes/{name}"] for name in FIELDS}

    def notes(self) -> dict[str, Any]:
        """Return nothing: the arrays say it all."""
        return {}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


def nodes_of(tree: Any, columns: np.ndarray, start: int) -> dict[str, np.ndarray]:
    """Return the nodes of a tree of scikit-learn, numbered from ``start``; a leaf leads to itself."""
    own = np.arange(tree.node_count)
    leaf = tree.children_left < 0
    # rounded down, so that a float32 feature is on the same side as of the float64 threshold
    threshold = tree.threshold.astype(np.float32)
    threshold = np.where(threshold > tree.threshold, np.nextafter(threshold, np.float32(-np.inf)), threshold)
    return {
        "feature": columns[np.where(leaf, 0, tree.feature)].astype(np.int32),
        "threshold": threshold,
        "left": (start + np.where(leaf, own, tree.children_left)).astype(np.int32),
        "right": (start + np.where(leaf, own, tree.children_right)).astype(np.int32),
        "value": tree.value[:, 0, 0].astype(np.float32),
    }
