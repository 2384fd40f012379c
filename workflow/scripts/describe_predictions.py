"""Say of every predicted sample what the model knew: in training or not, omics observed.

Input: samples of all cohorts, notes of the final model. Output: samples.tsv.
"""

from typing import TYPE_CHECKING

from deepdep.io.atomic import whole_file
from deepdep.io.notes import load_notes
from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.training.predict import describe_samples

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
sheets = {
    cohort: read_table(path)
    for cohort, path in zip(snakemake.params.cohorts, snakemake.input.samples, strict=True)
}
table = describe_samples(sheets, load_notes(snakemake.input.notes)["train"])
with whole_file(snakemake.output.samples) as temporary:
    table.to_csv(temporary, sep="\t", index=False)
