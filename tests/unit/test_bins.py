"""Copy number of bins: by hand, and against a loop over segments and bins."""

import time

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.prepare import overlap
from deepdep.prepare.bins import bin_copy_number, genome_bins


def segment_table(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """Return segments as the reader gives them."""
    return pd.DataFrame(rows, columns=["sample", "chrom", "start", "end", "mean"])


def bins_at(*places: tuple[str, int]) -> pd.DataFrame:
    """Return 10-kb bins by chromosome and number."""
    names = [f"chr{chrom}_{number - 1}to{number}_10k" for chrom, number in places]
    end = np.array([number for _, number in places]) * 10_000
    chrom = [chrom for chrom, _ in places]
    return pd.DataFrame({"feature": names, "chrom": chrom, "start": end - 9_999, "end": end})


def by_loop(segments: pd.DataFrame, bins: pd.DataFrame) -> pd.DataFrame:
    """Score every bin of every sample, one segment at a time."""
    scores = pd.DataFrame(0.0, index=sorted(segments["sample"].unique()), columns=bins["feature"])
    for own in segments.itertuples():
        for place in bins.itertuples():
            shared = min(own.end, place.end) - max(own.start, place.start) + 1
            if own.chrom == place.chrom and shared > 0:
                scores.loc[own.sample, place.feature] += shared * own.mean / 10_000
    return scores.round(4)


def test_by_hand():
    segments = segment_table(
        ("b", "7", 1, 10_000, 0.5),  # bin 1 whole
        ("b", "7", 10_001, 12_500, 1.0),  # a quarter of bin 2
        ("b", "7", 19_999, 30_000, -1.0),  # two bases of bin 2, bin 3 whole
        ("a", "7", 10_000, 10_001, 3.3333),  # one base of bins 1 and 2 each
        ("a", "23", 1, 155_000_000, 0.25),
    )
    bins = bins_at(("7", 3), ("7", 2), ("7", 1), ("23", 100), ("8", 1))
    frame = bin_copy_number(segments, bins)
    assert frame.index.to_list() == ["a", "b"]
    assert frame.columns.to_list() == bins["feature"].to_list()
    expected = [[0, 0.0003, 0.0003, 0.25, 0], [-1, 0.2498, 0.5, 0, 0]]
    np.testing.assert_array_equal(frame, np.array(expected, np.float32))


@pytest.mark.parametrize("pairs", [7, 100, 2_000_000])
def test_random_segments_against_a_loop(monkeypatch: pytest.MonkeyPatch, pairs: int):
    monkeypatch.setattr(overlap, "PAIRS", pairs)  # one sample at a time, some, all
    rng = np.random.default_rng(pairs)
    n = 150
    start = rng.uniform(1, 300_000, n)
    start[::2] = start[::2].round()
    segments = pd.DataFrame(
        {
            "sample": rng.choice(["s1", "s2", "s3", "s4"], n),
            "chrom": rng.choice(["7", "8", "23"], n),
            "start": start,
            "end": start + rng.integers(0, 60_000, n),
            "mean": rng.normal(0, 1, n).round(4),
        }
    )
    places = [(chrom, number) for chrom in ("8", "7", "24") for number in rng.permutation(30)[:20] + 1]
    bins = bins_at(*places)
    np.testing.assert_allclose(bin_copy_number(segments, bins), by_loop(segments, bins), atol=2e-6)


def test_sample_without_segments_on_the_bins(caplog: pytest.LogCaptureFixture):
    segments = segment_table(
        ("a", "7", 1, 10_000, 1), ("b", "9", 1, 10_000, 1), ("c", "7", 1, 10_000, np.nan)
    )
    frame = bin_copy_number(segments, bins_at(("7", 1)))
    np.testing.assert_array_equal(frame.iloc[:, 0], [1, 0, 0])
    assert "1 without a mean left out, of samples c" in caplog.text
    assert "2 samples have no segment on any bin: b, c" in caplog.text
    with pytest.raises(InputError, match=r"no segment on the chromosomes of the bins .*segments have chr7"):
        bin_copy_number(segments.assign(chrom="chr7"), bins_at(("7", 1)))


def test_all_bins_of_a_chromosome():
    bins = genome_bins("23", "hg19")
    assert len(bins) == 15_528  # 155,270,560 base pairs
    assert bins.iloc[0].to_list() == ["chrX_0to1_10k", "23", 1, 10_000]
    assert bins["start"].iloc[1:].to_numpy().tolist() == (bins["end"].iloc[:-1] + 1).to_list()


def test_speed_of_a_thousand_samples():
    rng = np.random.default_rng(1)
    cuts = np.sort(rng.integers(1, 150_000_000, (1000, 99)), axis=1)
    start = np.hstack([np.ones((1000, 1)), cuts + 1]).ravel()
    end = np.hstack([cuts, np.full((1000, 1), 150_000_000)]).ravel()
    sample = np.repeat([f"s{i:04}" for i in range(1000)], 100)
    segments = pd.DataFrame(
        {"sample": sample, "chrom": "7", "start": start, "end": end, "mean": rng.normal(size=100_000)}
    )
    segments = segments[segments["end"] >= segments["start"]]
    bins = bins_at(*[("7", number) for number in range(1000, 8460)])
    begin = time.process_time()
    frame = bin_copy_number(segments, bins)
    assert time.process_time() - begin < 8
    # Without gaps or overlaps the mean score is the mean of the segments over the bins, by length.
    own = segments[segments["sample"] == "s0500"]
    low, high = 9_990_001, 84_590_000
    shared = (own["end"].clip(upper=high) - own["start"].clip(lower=low) + 1).clip(lower=0)
    assert frame.loc["s0500"].mean() == pytest.approx(
        (shared * own["mean"]).sum() / (high - low + 1), abs=1e-5
    )
