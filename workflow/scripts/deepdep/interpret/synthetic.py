"""Synthetic essentiality of all mutations x genes x lines, streamed to summaries; a killed run goes on."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.interpret.flips import OMIC, FlipNet, Flipped
from deepdep.interpret.summary import Summary, Wanted, sampled_places
from deepdep.io.arrays import load_arrays, save_arrays
from deepdep.io.atomic import whole_file
from deepdep.prepare.cohort import Cohort
from deepdep.training.checkpoint import FittedModel
from deepdep.training.ensemble import members_of
from deepdep.training.network import GridRegressor

logger = logging.getLogger("deepdep")

KEY = "assay"  # in the notes of a state: what it is of


@dataclass(frozen=True)
class Assay:
    """What is flipped and scored.

    ``lines``: names. ``mutations``, ``places``: names and features of the flips. ``genes``: trained ones
    first. ``mutated``: lines x flips. ``values``: lines x features as the network reads them. ``delta``:
    what a flip adds, lines x flips.
    """

    lines: list[str]
    mutations: list[str]
    places: np.ndarray
    genes: list[str]
    mutated: np.ndarray
    values: np.ndarray
    delta: np.ndarray


@dataclass(frozen=True)
class Place:
    """Where a run leaves its state after every ``every`` lines, and the chunks; ``store`` None for none."""

    state: Path
    every: int
    store: Path | None = None


class Network:
    """The networks of a model (several for an ensemble), and their mean over flips."""

    def __init__(self, fitted: FittedModel, further: np.ndarray) -> None:
        members = members_of(fitted.model)
        grids = [one for one in members if isinstance(one, GridRegressor)]
        if list(fitted.features) != [OMIC] or len(grids) < len(members):
            raise InputError(
                "Synthetic essentiality needs a grid model that reads mutations alone, "
                f"not one of {', '.join(fitted.features)}.",
                "name such a model in synthetic.model, as deepdep_mutation.",
            )
        self.nets = [FlipNet(one, further) for one in grids]

    def flip(self, values: np.ndarray, delta: np.ndarray, places: np.ndarray) -> Flipped:
        """Score a line and its flips by the mean of the members."""
        found = [net.flip(values, delta, places) for net in self.nets]
        if len(found) == 1:
            return found[0]
        return Flipped(
            np.mean([f.original for f in found], axis=0), np.mean([f.change for f in found], axis=0)
        )


def lay_out(
    fitted: FittedModel, cohort: Cohort, mutations: Sequence[str] | None, further: Sequence[str]
) -> Assay:
    """Lay out the assay of the lines of a cohort that have mutations.

    A mutation that was not measured counts as absent. ``mutations``: None for all; ``further``: genes behind
    the trained ones.

    Raises
    ------
    InputError
        A value beside 0 and 1, or a line or mutation that is not there.
    """
    cohort = cohort.take(cohort.samples.index[cohort.omics[OMIC].notna().any(axis=1)])
    if not len(cohort.samples):
        raise InputError("No labelled cell line has mutations.", "add them, or leave out analysis synthetic.")
    raw = cohort.omics[OMIC].fillna(0)
    if not raw.isin((0, 1)).to_numpy().all():
        raise InputError(
            "Mutations other than 0 and 1 cannot be flipped.", "give a binary table of mutations."
        )
    names = list(raw.columns if mutations is None else mutations)
    places = raw.columns.get_indexer(pd.Index(names))
    values, other = (
        fitted.design(Cohort(cohort.samples, {OMIC: frame.astype(np.float32)})).values[OMIC]
        for frame in (raw, 1 - raw)
    )
    delta = (other - values)[:, places]
    mutated = raw.to_numpy()[:, places] > 0
    return Assay(list(raw.index), names, places, [*fitted.genes, *further], mutated, values, delta)


def chosen_lines(lines: Sequence[str], count: int | None, seed: int) -> list[str]:
    """Return the lines, or as many of them as wanted, drawn by chance, in their order."""
    places = sampled_places(len(lines), len(lines) if count is None else count, seed)
    return [lines[place] for place in places]


def run_assay(assay: Assay, network: Network, wanted: Wanted, place: Place) -> Summary:
    """Flip all mutations of all lines, going on from the state of a killed run of the same assay."""
    key = key_of(assay, network, wanted)
    summary = resumed(place, key)
    if summary.lines:
        logger.info("goes on behind %d of %d lines", len(summary.lines), len(assay.lines))
    todo = [number for number, line in enumerate(assay.lines) if line not in summary.lines]
    for done, number in enumerate(todo, start=1):
        flipped = network.flip(assay.values[number], assay.delta[number], assay.places)
        change, wild_type = essentiality(flipped, assay.mutated[number], wanted)
        if place.store is not None:
            save_chunk(change, chunk_path(place.store, assay.lines[number]))
        summary.add(assay.lines[number], change, wild_type, wanted)
        if done % place.every == 0:
            logger.info("%d of %d lines", len(summary.lines), len(assay.lines))
            save_arrays(summary.arrays(), {KEY: key}, place.state)
    return Summary(summary.sums, {line: summary.lines[line] for line in assay.lines})


def essentiality(flipped: Flipped, mutated: np.ndarray, wanted: Wanted) -> tuple[np.ndarray, np.ndarray]:
    """Return score with the mutation minus score without, and the score without where it is wanted.

    The latter for the flips of partners and pairs, genes x (partners, pairs).
    """
    flips = np.concatenate([wanted.partners, wanted.pairs.reshape(-1, 2)[:, 0]]).astype(int)
    without = flipped.original[:, None] + np.where(mutated[flips], flipped.change[:, flips], 0)
    # 1 to 0 takes the mutation away: its effect is the other way round; 0 keeps its sign
    change = np.where(mutated & (flipped.change != 0), -flipped.change, flipped.change)
    return change, without.astype(np.float32)


def chunk_path(folder: Path, line: str) -> Path:
    """Return the file of a line in the store; its name may hold characters that files may not."""
    return folder / f"{hashlib.sha256(line.encode()).hexdigest()[:16]}.npy"


def save_chunk(change: np.ndarray, path: Path) -> None:
    """Write a line's changes, genes x flips float16 (relative error at most 2^-11 of normal numbers)."""
    with whole_file(path) as temporary, temporary.open("wb") as handle:
        np.save(handle, change.astype(np.float16))


def key_of(assay: Assay, network: Network, wanted: Wanted) -> str:
    """Return a sum over all that a state depends on but the number of lines per state."""
    arrays = [assay.values, assay.delta, assay.places, wanted.sampled, wanted.pairs, wanted.partners]
    for net in network.nets:
        arrays += [tensor.cpu().numpy() for tensor in net.net.state_dict().values()]
        arrays += [net.genes.cpu().numpy(), net.scale, net.center]
    texts = [assay.lines, assay.mutations, assay.genes, wanted.trained, wanted.top]
    texts += [wanted.least_change, wanted.top_share]
    digest = hashlib.sha256(repr(texts).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def resumed(place: Place, key: str) -> Summary:
    """Return the summary of an earlier run of the same assay; an empty one if there is none to go on from."""
    if not place.state.exists():
        return Summary()
    try:
        arrays, notes = load_arrays(place.state)
    except InputError as error:  # killed between its two files
        logger.warning("starts again: %s", error)
        return Summary()
    summary = Summary.from_arrays(arrays)
    if notes.get(KEY) != key:
        logger.info("%s is of another assay; starts again", place.state)
        return Summary()
    if place.store is not None and not all(chunk_path(place.store, line).exists() for line in summary.lines):
        logger.info("chunks of %s are missing; starts again", place.store)
        return Summary()
    return summary


def further_fingerprints(
    wanted: Sequence[str], trained: Sequence[str], sets: Mapping[str, Sequence[str]], columns: Sequence[str]
) -> pd.DataFrame:
    """Return fingerprints of genes outside the trained ones, genes x sets; those in no set are left out."""
    genes = [gene for gene in dict.fromkeys(wanted) if gene not in set(trained)]
    members = {name: set(sets.get(name, ())) for name in columns}
    rows = np.array([[gene in members[name] for name in columns] for gene in genes], np.uint8)
    frame = pd.DataFrame(rows.reshape(len(genes), len(columns)), genes, list(columns))
    return frame[frame.any(axis=1)]
