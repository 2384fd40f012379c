"""Put one omic of one cohort on the scale of the cell lines.

Input: harmoniser, omic. Output: omic.
"""

from typing import TYPE_CHECKING

from deepdep.io.arrays import load_arrays
from deepdep.io.parquet import read_header, read_matrix, write_matrix
from deepdep.log import start_log
from deepdep.prepare.harmonise import Harmoniser

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
arrays, notes = load_arrays(snakemake.input.harmoniser)
harmoniser = Harmoniser(notes["method"], notes["features"], arrays)
frame = harmoniser.apply(read_matrix(snakemake.input.omic), snakemake.params.domain)
header = read_header(snakemake.input.omic)
holds, about = header["holds"], {key: header[key] for key in ("units", "sources", "features")}
write_matrix(frame, snakemake.output.omic, f"{holds}, harmonised", harmonised=harmoniser.method, **about)
