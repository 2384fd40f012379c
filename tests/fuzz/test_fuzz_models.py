"""Damaged files of fitted models, states of training, and R data: refused, never taken for what they were."""

import bz2
import gzip
import json
import logging
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rdata
import torch
from damage import OF_BYTES, SOME_BYTES, damaged
from hypothesis import given, settings
from judge import in_words
from torch import nn

from deepdep.errors import InputError
from deepdep.io.arrays import load_arrays, save_arrays
from deepdep.io.rdata import read_feature_list
from deepdep.io.tables import read_numeric_table
from deepdep.training.checkpoint import load_encoder, load_transform
from deepdep.training.state import Course, Parts, Unfinished, load_state, save_state

EXAMPLES = int(os.environ.get("DEEPDEP_FUZZ_EXAMPLES", "1000"))
# 60 s for a file of some bytes: none may hang, however busy the machine.
FUZZ = settings(max_examples=EXAMPLES, derandomize=True, deadline=60_000, database=None)
ARRAYS = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "order": np.array([2, 0, 1])}
NOTES = {"features": ["A1BG", "TP53"], "scaling": {"kind": "zscore"}, "loss": float("nan"), "by": {"1": 0.1}}


@pytest.mark.parametrize("which", [".safetensors", ".json"])
@pytest.mark.parametrize("read", [load_arrays, load_transform, lambda path: load_encoder(path, ["A1BG"])])
def test_damaged_checkpoint_is_refused(tmp_path: Path, which: str, read: Callable[[Path], object]):
    path = tmp_path / "model.safetensors"
    save_arrays(ARRAYS, NOTES, path)
    good = path.with_suffix(which).read_bytes()

    @FUZZ
    @given(SOME_BYTES)
    def run(edits: list) -> None:
        data = damaged(good, edits)
        path.with_suffix(which).write_bytes(data)
        if not same(data, good):
            with pytest.raises(InputError, match=r"model\.(safetensors|json).* Remedy: "):
                read(path)

    run()


def same(data: bytes, good: bytes) -> bool:
    """Say whether bytes hold the same: other line ends are nothing to json."""
    try:
        return data == good or repr(json.loads(data)) == repr(json.loads(good))
    except ValueError:
        return False


def test_damaged_state_begins_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    network = nn.Linear(2, 1)
    parts = Parts(network, torch.optim.SGD(network.parameters(), lr=0.1), np.random.default_rng(1))
    place = Unfinished(tmp_path / "net.safetensors", 1, "this training")
    save_state(place, Course(epoch=3, rows=[{"epoch": 1.0, "train": 0.5}]), parts)
    good, weights = place.path.read_bytes(), network.weight.detach().clone()
    assert load_state(place, parts, "net").epoch == 3

    @FUZZ
    @given(SOME_BYTES)
    def run(edits: list) -> None:
        data = damaged(good, edits)
        place.path.write_bytes(data)
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="deepdep"):
            course = load_state(place, parts, "net")
        assert course.epoch == (3 if data == good else 0)
        assert data == good or "begins anew" in caplog.text
        assert torch.equal(network.weight, weights)

    run()


@pytest.mark.parametrize("pack", [gzip, bz2, lzma, None], ids=lambda pack: getattr(pack, "__name__", "plain"))
def test_damaged_r_data(tmp_path: Path, pack: object):
    path = tmp_path / "list.RData"
    rdata.write_rda(path, {"x": pd.DataFrame({"Gene": ["KRAS", "TP53"], "Mean": [1.5, 2.0]})})
    plain = gzip.decompress(path.read_bytes())
    known = {"KRAS", "TP53"}

    @FUZZ
    @given(SOME_BYTES, OF_BYTES)
    def run(inside: list, outside: list) -> None:
        data = damaged(plain, inside)
        path.write_bytes(damaged(pack.compress(data) if pack else data, outside))
        try:
            table = read_feature_list(path, "expression")
        except InputError as error:
            in_words(str(error), path)
        else:
            assert table["feature"].is_unique
            assert np.isfinite(table["fill"]).all()
            assert len(table) == len(known)

    run()


def test_damaged_parquet(tmp_path: Path):
    path = tmp_path / "table.parquet"
    frame = pd.DataFrame(np.arange(6, dtype=np.float32).reshape(2, 3), ["L1", "L2"], ["A", "B", "C"])
    pq.write_table(pa.Table.from_pandas(frame), path, write_page_checksum=True)
    good = path.read_bytes()

    @FUZZ
    @given(SOME_BYTES)
    def run(edits: list) -> None:
        path.write_bytes(damaged(good, edits))
        try:
            table = read_numeric_table(path, "samples_in_rows")
        except InputError as error:
            in_words(str(error), path)
        else:
            # Names in the footer have no checksum; the values have.
            assert set(table.to_numpy().ravel()) <= set(range(6))
            assert table.index.is_unique
            assert table.columns.is_unique

    run()


def test_notes_that_were_edited_are_refused(tmp_path: Path):
    path = tmp_path / "model.safetensors"
    save_arrays(ARRAYS, NOTES, path)
    _, notes = load_arrays(path)
    assert {**notes, "loss": None} == {**notes, **NOTES, "loss": None}
    notes["features"] = ["TP53", "A1BG"]
    path.with_suffix(".json").write_text(json.dumps(notes, indent=1))
    with pytest.raises(InputError, match="was written for"):
        load_arrays(path)
