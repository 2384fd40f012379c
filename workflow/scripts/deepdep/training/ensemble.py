"""Deep ensembles: the same network from several seeds, predicting their mean.

Members train one after the other. As one batched model (stacked weights, torch.func) five of them took
0.5 to 0.6 times the speed on two CPU cores at the paper's size, where the products of one member fill the
cores, and 0.9 to 1.4 times at the demo's, where training takes seconds (tests/benchmarks/grid.py members).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from deepdep.models.base import Model, TrainingSet, below
from deepdep.prepare.transform import Design
from deepdep.training.loop import mean_history

SEED_STEP = 1_000_000  # between members, or networks of one model; folds and repeats take the numbers below


class Ensemble:
    """Models that differ by their seed alone."""

    def __init__(self, members: Sequence[Model]) -> None:
        self.members = list(members)

    def fit(self, training: TrainingSet) -> None:
        """Fit every member with a seed of its own; the first has that of ``training``."""
        for number, member in enumerate(self.members):
            member.fit(replace(training, seed=training.seed + SEED_STEP * number))

    def predict(self, design: Design) -> np.ndarray:
        """Return the mean prediction of the members."""
        total = self.members[0].predict(design).astype(np.float64)
        for member in self.members[1:]:  # one at a time: memory does not grow with their number
            total += member.predict(design)
        return (total / len(self.members)).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return what all members see of each sample, side by side."""
        return np.concatenate([member.codes(design) for member in self.members], axis=1)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the members' arrays, their number before each name."""
        return {
            f"{number}/{name}": array
            for number, member in enumerate(self.members)
            for name, array in member.arrays().items()
        }

    def notes(self) -> dict[str, Any]:
        """Return the members' notes, and the median of their best epochs."""
        notes = [member.notes() for member in self.members]
        return {"members": notes, "best_epoch": round(float(np.median([one["best_epoch"] for one in notes])))}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        for number, (member, own) in enumerate(zip(self.members, notes["members"], strict=True)):
            member.restore(below(arrays, f"{number}/"), own)

    def history(self) -> pd.DataFrame:
        """Return the mean losses by epoch, of the members that were still trained in it."""
        return mean_history(member.history() for member in self.members)


def members_of(model: Model) -> list[Model]:
    """Return the members of an ensemble; any other model is its only member."""
    return model.members if isinstance(model, Ensemble) else [model]
