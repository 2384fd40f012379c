"""Draw one panel of synthetic essentiality; the note says how well the model predicts held-out lines.

Input: tables of the assay, measured, difference, samples, per_gene. Output: pdf, png.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.evaluate.synthetic import mean_r
from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot import synthetic
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, settings, score = snakemake.input, snakemake.params.settings, snakemake.params.score
panel = snakemake.wildcards.panel
if panel == "scores":
    figure = synthetic.score_histogram(read_table(files.histogram), score)
elif panel == "correlation":
    lineages = read_table(files.samples, index="sample")["group"]
    over = read_header(files.correlation)["over_pairs"]
    figure = synthetic.line_correlation(read_matrix(files.correlation, index="line"), lineages, over)
elif panel == "pairs":
    figure = synthetic.known_pairs(read_table(files.pairs), score)
elif panel == "partners":
    figure = synthetic.partner_bars(
        read_table(files.partners), settings["least_change"], settings["top_share"]
    )
else:
    mean, difference = (read_matrix(path, index="mutation") for path in (files.mean, files.difference))
    table = pd.read_csv(files.measured, sep="\t")
    figure = synthetic.against_measured(table, mean, difference, settings["min_lines"])
r, genes = mean_r(read_table(files.per_gene), settings["model"])
about = f"{settings['model']}: flips are predictions, not experiments; its own r per gene on held-out lines"
note = f"{snakemake.params.note}; {about}: {r:.3f} (mean of {genes:,} genes)"
save_figure(figure, snakemake.output.pdf, snakemake.output.png, note)
