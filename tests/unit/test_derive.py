"""Features by the paper's rules, on tables whose statistics are known."""

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.prepare import derive
from deepdep.prepare.bins import bin_copy_number, genome_bins
from deepdep.prepare.derive import Rules, derive_bins, derive_features, kept_features


def columns(**values: np.ndarray) -> pd.DataFrame:
    """Return features of given values."""
    return pd.DataFrame(values, dtype=float)


def ones(n: int, of: int) -> np.ndarray:
    """Return ``n`` ones among ``of`` values."""
    return np.repeat([1.0, 0.0], [n, of - n])


def test_genes_mutated_in_one_per_cent():
    frame = columns(two=ones(2, 200), one=ones(1, 200), many=ones(90, 200), none=ones(0, 200))
    frame["gaps"] = np.r_[1.0, np.zeros(99), np.full(100, np.nan)]
    frame["empty"] = np.nan
    table = derive_features("mutation", frame)
    assert kept_features(table) == ["two", "many", "gaps"]
    assert table.set_index("feature")["share"].to_dict() == pytest.approx(
        {"two": 0.01, "one": 0.005, "many": 0.45, "none": 0, "gaps": 0.01, "empty": np.nan}, nan_ok=True
    )
    assert table["n"].to_list() == [200] * 4 + [100, 0]


def test_genes_expressed_and_varying():
    wave = np.tile([-1.0, 1.0], 50)  # SD 1.005 with ddof 1
    frame = columns(kept=wave + 1.5, low=wave + 1.0, flat=wave * 0.99 + 5, high=wave * 3 + 4)
    table = derive_features("expression", frame)
    assert kept_features(table) == ["kept", "high"]
    np.testing.assert_allclose(table["mean"], frame.mean())
    np.testing.assert_allclose(table["sd"], frame.std(ddof=1))


def test_probes_unmethylated_nearly_everywhere():
    def low(n: int) -> np.ndarray:
        return np.where(np.arange(100) < n, 0.29, 0.3)

    table = derive_features("methylation", columns(ninety=low(90), more=low(91), none=low(0)))
    assert kept_features(table) == ["ninety", "none"]
    assert table["share_low"].to_list() == [0.9, 0.91, 0.0]


def test_bins_altered_and_varying():
    wave = np.tile([-0.4, 0.5], 50)
    frame = columns(
        kept=wave,
        zeros=np.where(np.arange(100) < 5, 0, wave),
        few_zeros=np.where(np.arange(100) < 4, 0, wave),
        small=wave / 3,
        steady=1 + wave / 10,
        centred=np.tile([-1.0, 1.0], 50),
        constant=np.full(100, 0.5),
    )
    table = derive_features("copy_number", frame)
    assert kept_features(table) == ["kept", "few_zeros", "centred"]
    found = table.set_index("feature")
    np.testing.assert_allclose(found["mean_abs"], frame.abs().mean())
    assert found.loc["steady", "variation"] == pytest.approx(frame["steady"].std() / frame["steady"].mean())
    assert found.loc["centred", "variation"] == np.inf
    assert found["share_zero"].to_list()[:3] == [0, 0.05, 0.04]


def test_missing_values_do_not_count(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(2, 1.3, (60, 40))).rename(columns=str)
    frame = frame.mask(rng.random(frame.shape) < 0.3)
    whole = derive_features("expression", frame)
    np.testing.assert_allclose(whole["sd"], frame.std(ddof=1))
    assert whole["n"].to_list() == frame.notna().sum().to_list()
    monkeypatch.setattr(derive, "BLOCK", 7)
    pd.testing.assert_frame_equal(derive_features("expression", frame), whole)


def test_other_limits_and_bad_input():
    frame = columns(a=ones(2, 100), b=ones(9, 100))
    assert kept_features(derive_features("mutation", frame, Rules(mutated=0.05))) == ["b"]
    with pytest.raises(InputError, match="no feature passes the rules"):
        derive_features("mutation", frame, Rules(mutated=0.5))
    with pytest.raises(InputError, match="unknown omic 'protein'"):
        derive_features("protein", frame)
    with pytest.raises(InputError, match="no samples"):
        derive_features("mutation", frame.iloc[:0])


def test_bins_of_the_genome_from_segments():
    rng = np.random.default_rng(4)
    samples = np.repeat([f"s{i:02}" for i in range(30)], 2)
    mean = rng.choice([-1.0, 1.0], 60) * rng.uniform(0.3, 1, 60)
    segments = pd.DataFrame(
        {
            "sample": samples,
            "chrom": np.tile(["21", "22"], 30),
            "start": 20_000_001,
            "end": 31_000_000,
            "mean": mean,
        }
    )
    segments = segments[~((segments["chrom"] == "22") & (samples < "s15"))]  # half lack chromosome 22
    table = derive_bins(segments, "hg19")
    assert len(table) == len(genome_bins("21", "hg19")) + len(genome_bins("22", "hg19"))
    kept = table[table["kept"]]
    assert kept["chrom"].unique().tolist() == ["21"]
    assert (kept["start"].min(), kept["end"].max(), len(kept)) == (20_000_001, 31_000_000, 1100)
    one = kept.iloc[[0]].reset_index(drop=True)
    scores = bin_copy_number(segments, one)
    assert one["mean_abs"].iloc[0] == pytest.approx(scores.abs().mean().iloc[0])
    with pytest.raises(InputError, match="no segments on chromosomes"):
        derive_bins(segments.assign(chrom="M"), "hg19")
