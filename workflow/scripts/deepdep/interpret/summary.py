"""Running summaries of synthetic essentiality, line by line: sums over lines, and little of each line.

No table of lines x genes x mutations is ever held (6.5 GB at the published size): a line's changes are
taken in and let go. Two summaries of different lines add up to that of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

LIMIT = 1.0  # gene effect; changes beyond it count in the outermost bins
BINS = 2001  # of 0.001 each; the middle one holds 0


@dataclass(frozen=True)
class Wanted:
    """What is kept of each line.

    ``trained``: number of genes that the model was trained on, the first ones. ``top``: pairs with the
    largest changes. ``sampled``: places in genes x flips (trained genes) that lines are correlated by.
    ``pairs``: (flip, gene). ``partners``: flips whose changes of all genes are kept. ``least_change``:
    share of the wild-type score that a change has to reach. ``top_share``: share of a line's pairs that
    count as its largest changes.
    """

    trained: int
    top: int
    sampled: np.ndarray
    pairs: np.ndarray
    partners: np.ndarray
    least_change: float
    top_share: float


@dataclass
class Summary:
    """Sums over lines, and what is kept of each.

    ``sums``: total, squares (float64), negative (number of lines), each genes x flips; histogram (bins).
    ``lines``: line to its arrays, see :func:`kept_of_line`.
    """

    sums: dict[str, np.ndarray] = field(default_factory=dict)
    lines: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)

    def add(self, line: str, change: np.ndarray, wild_type: np.ndarray, wanted: Wanted) -> None:
        """Take in a line.

        Parameters
        ----------
        change
            Synthetic essentiality: score with the mutation minus score without, genes x flips.
        wild_type
            Score without the mutation, genes x partners and pairs, see :func:`wild_type_scores`.
        """
        self._add(
            {
                "total": change.astype(np.float64),
                "squares": np.square(change, dtype=np.float64),
                "negative": (change < 0).astype(np.int32),
                "histogram": histogram(change[: wanted.trained]),
            }
        )
        self.lines[line] = kept_of_line(change, wild_type, wanted)

    def merge(self, other: "Summary") -> None:
        """Take in a summary of other lines.

        Raises
        ------
        ValueError
            If both have a line.
        """
        if self.lines.keys() & other.lines.keys():
            raise ValueError("summaries share lines")
        self._add(other.sums)
        self.lines |= other.lines

    def _add(self, sums: Mapping[str, np.ndarray]) -> None:
        for name, values in sums.items():
            if name in self.sums:
                self.sums[name] += values
            else:
                self.sums[name] = values.copy()

    def statistics(self) -> dict[str, np.ndarray]:
        """Return mean, sd (n - 1; NaN for one line), fraction_negative over lines, genes x flips."""
        count = len(self.lines)
        mean = self.sums["total"] / count
        spread = np.maximum(self.sums["squares"] - count * mean**2, 0)
        sd = np.sqrt(spread / (count - 1)) if count > 1 else np.full_like(mean, np.nan)
        found = {"mean": mean, "sd": sd, "fraction_negative": self.sums["negative"] / count}
        return {name: values.astype(np.float32) for name, values in found.items()}

    def correlation(self) -> np.ndarray:
        """Return Pearson r of the lines' changes over the sampled pairs; NaN for a flat line."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.atleast_2d(np.corrcoef([kept["sampled"] for kept in self.lines.values()]))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all arrays by name, ready to be stored."""
        lines = {
            f"line/{line}/{name}": array for line, kept in self.lines.items() for name, array in kept.items()
        }
        return {f"sum/{name}": array for name, array in self.sums.items()} | lines

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Summary":
        """Rebuild from :meth:`arrays`."""
        summary = cls()
        for key, array in arrays.items():
            kind, _, name = key.partition("/")
            if kind == "sum":
                summary.sums[name] = array
            else:
                line, _, name = name.rpartition("/")
                summary.lines.setdefault(line, {})[name] = array
        return summary


def kept_of_line(change: np.ndarray, wild_type: np.ndarray, wanted: Wanted) -> dict[str, np.ndarray]:
    """Return what is kept of a line.

    Returns
    -------
    dict
        top_places (in genes x flips) and top_changes of the largest changes, largest first; sampled;
        pair_changes, pair_wild_type; partner_changes and partner_wild_type (genes x partners);
        partner_strong (bool): the change is at least ``least_change`` of the wild-type score and among
        the ``top_share`` largest of the line's pairs; threshold (1): the smallest of those.
    """
    flat = change[: wanted.trained].ravel()
    size = np.abs(flat)
    most = min(size.size, max(wanted.top, int(np.ceil(wanted.top_share * size.size))))
    strongest = np.argpartition(size, size.size - most)[size.size - most :]
    strongest = strongest[np.lexsort((strongest, -size[strongest]))]
    threshold = size[strongest[max(0, int(np.ceil(wanted.top_share * size.size)) - 1)]]
    top = strongest[: wanted.top]
    partner = change[:, wanted.partners]
    partner_wild = wild_type[:, : len(wanted.partners)]
    large = np.abs(partner) >= wanted.least_change * np.abs(partner_wild)
    flips, genes = wanted.pairs.reshape(-1, 2).T
    return {
        "top_places": top.astype(np.int32),
        "top_changes": flat[top],
        "sampled": flat[wanted.sampled],
        "pair_changes": change[genes, flips],
        "pair_wild_type": wild_type[genes, len(wanted.partners) + np.arange(len(genes))],
        "partner_changes": partner,
        "partner_wild_type": partner_wild,
        "partner_strong": large & (np.abs(partner) >= threshold) & (partner != 0),
        "threshold": np.array([threshold]),
    }


def histogram(values: np.ndarray) -> np.ndarray:
    """Count values by bins of equal width from -LIMIT to LIMIT, those beyond in the outermost."""
    places = np.rint((values.ravel() / LIMIT + 1) * (BINS - 1) / 2)
    return np.bincount(np.clip(places, 0, BINS - 1).astype(np.int64), minlength=BINS)


def bin_centres() -> np.ndarray:
    """Return the centre of each bin of :func:`histogram`."""
    return np.linspace(-LIMIT, LIMIT, BINS)


def sampled_places(size: int, count: int, seed: int) -> np.ndarray:
    """Draw ``count`` distinct places of ``size``, all if there are no more, in order."""
    if count >= size:
        return np.arange(size)
    return np.sort(np.random.default_rng(seed).choice(size, count, replace=False))
