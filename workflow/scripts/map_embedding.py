"""Place tumours on two-dimensional maps by their predictions or by an omic.

Input: samples of the map, profiles by cohort. Output: table (and text), notes.
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.embedding import MapSettings, embed
from deepdep.tumors.profiles import Profiles, read_aligned
from deepdep.tumors.tables import notes_table, write_both

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
what = snakemake.wildcards.what
samples = read_table(files.samples)
tumors = samples[samples["domain"].eq("tumor")].reset_index(drop=True)
profiles = Profiles(tumors, read_aligned(tumors, params.cohorts, files.profiles))
settings = MapSettings(params.components, params.perplexity, params.neighbours, params.seed)
table, reason = embed(profiles, what != "dependency", settings)
left_out = len(tumors) - int(profiles.scores.notna().any(axis=1).sum())
meta = {"what": what, "left_out": left_out, "seed": params.seed, "note": params.note}
write_both(table, snakemake.output.table, snakemake.output.text, "maps of tumours", **meta)
notes = [{"what": f"tumours without {what}", "n": left_out, "reason": "no values"}] if left_out else []
notes += [{"what": f"map by {what}", "n": len(tumors), "reason": reason}] if reason else []
write_tsv(notes_table("maps", notes), snakemake.output.notes)
