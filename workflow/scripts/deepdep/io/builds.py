"""Genome builds: chromosome lengths, and whether places fit on them."""

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.text import few
from deepdep.log import logger

# Base pairs of chromosomes 1 to 22, X (23) and Y (24); GRCh37 and GRCh38 of the Genome Reference Consortium.
HG19 = (
    *(249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022),
    *(141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753),
    *(81195210, 78077248, 59128983, 63025520, 48129895, 51304566, 155270560, 59373566),
)
HG38 = (
    *(248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636),
    *(138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345),
    *(83257441, 80373285, 58617616, 64444167, 46709983, 50818468, 156040895, 57227415),
)
CHROMOSOMES = tuple(str(number) for number in range(1, 25))
LENGTHS = {
    "hg19": dict(zip(CHROMOSOMES, HG19, strict=True)),
    "hg38": dict(zip(CHROMOSOMES, HG38, strict=True)),
}


def lengths_of(build: str) -> dict[str, int]:
    """Return chromosome (1 to 24 as text) to length in base pairs."""
    if build not in LENGTHS:
        raise InputError(f"unknown genome build {build!r}.", f"Use one of {few(LENGTHS)}.")
    return LENGTHS[build]


def check_build(places: pd.DataFrame, build: str, what: str) -> None:
    """Raise InputError where places lie beyond the end of a chromosome of the stated build.

    Chromosomes other than 1 to 24 (mitochondrion, unplaced pieces) are not looked at.

    Parameters
    ----------
    places
        Columns chrom (``normal_chromosome``) and end (base pairs).
    build
        hg19 or hg38.
    what
        What the places are and where they come from, for the message.
    """
    beyond = outside(places, build)
    if not beyond.any():
        return
    first = places[beyond].iloc[0]
    length = lengths_of(build)[first["chrom"]]
    place = f"chromosome {first['chrom']} ends at {length:,}, the first one at {first['end']:,.0f}"
    fits = [other for other in LENGTHS if other != build and not outside(places, other).any()]
    hint = (
        f"All of them fit {fits[0]}: set the build to {fits[0]}." if fits else "State the build they are of."
    )
    raise InputError(f"{what}: {beyond.sum():,} lie beyond the chromosome's end in {build} ({place}).", hint)


def outside(places: pd.DataFrame, build: str) -> np.ndarray:
    """Tell which places end beyond their chromosome."""
    limit = places["chrom"].map(lengths_of(build)).astype("float64")
    unknown = sorted(set(places["chrom"][limit.isna()].astype(str)))
    if unknown:
        logger.info("%d chromosomes are none of 1 to 22, X, Y: %s", len(unknown), few(unknown))
    return (places["end"] > limit).to_numpy()
