"""State of an unfinished training, so that one that was killed goes on as if it had not been; no pickle."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from deepdep.io.atomic import remove_leftovers, whole_file
from deepdep.models.base import below

logger = logging.getLogger("deepdep")

# An edited network or loop does not go on with what another one began.
FOLDERS = [Path(__file__).parents[1] / name for name in ("models", "training")]
CODE = [path.read_text("utf-8") for folder in FOLDERS for path in sorted(folder.glob("*.py"))]
UNREADABLE = (SafetensorError, OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Unfinished:
    """Where an unfinished training keeps its state.

    ``path``: a .safetensors file, there only while training has not ended. ``every``: epochs
    between two states. ``key``: what is trained; a state with another key is not used.
    """

    path: str | Path
    every: int
    key: str = ""

    def of(self, *parts: Any) -> "Unfinished":
        """Return the place for the training that ``parts`` say all about, with the code as it is."""
        return replace(self, key=key_of(CODE, torch.__version__, *parts))

    def member(self, number: int) -> "Unfinished":
        """Return the place of one member of an ensemble."""
        path = Path(self.path)
        return replace(self, path=path.with_name(f"{path.stem}_member{number}{path.suffix}"))


@dataclass
class Course:
    """How far a training has come: epochs done, the best of them, losses by epoch.

    ``best_epoch`` is 0, and ``best_weights`` are empty, where there is no validation.
    """

    epoch: int = 0
    best_loss: float = float("inf")
    best_epoch: int = 0
    rows: list[dict[str, float]] = field(default_factory=list)
    best_weights: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """What changes as a training goes on; ``generator`` orders the batches."""

    network: nn.Module
    optimizer: torch.optim.Optimizer
    generator: np.random.Generator | None

    @property
    def device(self) -> torch.device:
        """Return where the network is."""
        return next(self.network.parameters()).device


def key_of(*parts: Any) -> str:
    """Return a sha256 over settings, names and arrays: every value, and how they are put together."""
    digest = hashlib.sha256()
    for part in parts:
        feed(digest, part)
    return digest.hexdigest()


def feed(digest: Any, part: Any) -> None:
    """Add one part, and all below it, to a sha256."""
    if is_dataclass(part):
        part = {entry.name: getattr(part, entry.name) for entry in fields(part)}
    if isinstance(part, Tensor):
        part = part.numpy()
    if isinstance(part, Mapping):
        digest.update(f"{len(part)} entries;".encode())
        for name, value in part.items():
            digest.update(f"{name!r}:".encode())
            feed(digest, value)
    elif isinstance(part, np.ndarray):
        digest.update(f"{part.dtype.str} {part.shape}:".encode())
        digest.update(np.ascontiguousarray(part).data)
    else:
        digest.update(f"{json.dumps(part, default=repr)};".encode())


def save_state(unfinished: Unfinished, course: Course, parts: Parts) -> None:
    """Write the state after an epoch; a kill meanwhile leaves the state of before.

    Numbers and names are json in the file's header: one file, so no half of another state. A
    sha256 over all of it tells damage.
    """
    tensors = tensors_of(course, parts)
    notes: dict[str, Any] = {name: value for name, value in vars(course).items() if name != "best_weights"}
    notes |= {"key": unfinished.key, "generator": parts.generator and parts.generator.bit_generator.state}
    header = {"notes": json.dumps(notes), "seal": key_of(notes, tensors)}
    whole = save(tensors, header)  # its save_file makes a temporary file of its own, which a kill would leave
    with whole_file(unfinished.path) as temporary:
        temporary.write_bytes(whole)


def tensors_of(course: Course, parts: Parts) -> dict[str, Tensor]:
    """Return weights, best weights, the optimiser's moments and torch's random state, in order of name."""
    found = {f"net/{name}": tensor for name, tensor in parts.network.state_dict().items()}
    found |= {f"best/{name}": tensor for name, tensor in course.best_weights.items()}
    for number, moments in parts.optimizer.state_dict()["state"].items():
        found |= {f"optimizer/{number}/{name}": tensor for name, tensor in moments.items()}
    found["random/cpu"] = torch.get_rng_state()
    if parts.device.type == "cuda":
        found["random/cuda"] = torch.cuda.get_rng_state(parts.device)
    return {name: found[name].detach().cpu().contiguous() for name in sorted(found)}


def load_state(unfinished: Unfinished, parts: Parts, label: str) -> Course:
    """Bring ``parts`` to the state that lies at ``unfinished``; return its course.

    Where there is none, or it is damaged or another training's, ``parts`` stay and the course
    is that of a beginning; the log says which.
    """
    if not Path(unfinished.path).exists():
        return Course()
    try:
        notes, tensors = read_state(unfinished.path)
    except UNREADABLE as error:
        logger.warning("%s: begins anew, %s is damaged (%s)", label, unfinished.path, error)
        return Course()
    if notes.pop("key") != unfinished.key:
        logger.warning("%s: begins anew, %s is the state of another training", label, unfinished.path)
        return Course()
    generator = notes.pop("generator")
    if parts.generator is not None:
        parts.generator.bit_generator.state = generator
    restore(parts, tensors)
    logger.info("%s: resumes after epoch %d, from %s", label, notes["epoch"], unfinished.path)
    return Course(**notes, best_weights=below(tensors, "best/"))


def read_state(path: str | Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Read notes and tensors of a state.

    Raises
    ------
    ValueError
        If its parts do not belong together; others of ``UNREADABLE`` where it is no such file.
    """
    with safe_open(path, framework="pt") as file:
        header = file.metadata() or {}
        # copies: the file is replaced while training goes on
        tensors = {name: file.get_tensor(name).clone() for name in sorted(file.keys())}
    notes = json.loads(header["notes"])
    if key_of(notes, tensors) != header["seal"]:
        raise ValueError("its parts do not belong together")
    return notes, tensors


def restore(parts: Parts, tensors: Mapping[str, Tensor]) -> None:
    """Bring network, optimiser and torch's random state to what :func:`tensors_of` gave."""
    parts.network.load_state_dict(below(tensors, "net/"))
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in below(tensors, "optimizer/").items():
        number, kind = name.split("/")
        moments.setdefault(int(number), {})[kind] = tensor
    parts.optimizer.load_state_dict({**parts.optimizer.state_dict(), "state": moments})
    torch.set_rng_state(tensors["random/cpu"])
    if "random/cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random/cuda"], parts.device)


def remove_state(unfinished: Unfinished) -> None:
    """Remove the state of a training that has ended, and what kills during writing left of it."""
    path = Path(unfinished.path)
    path.unlink(missing_ok=True)
    remove_leftovers(path)
