"""Stand-in for your own files: three tumours in one table of expression, one MAF, and a sheet."""

from pathlib import Path

import pandas as pd

simulated = Path("results/own_example/simulated/tumors")
mine = Path("mine")
mine.mkdir(exist_ok=True)
names = {"T1": 0, "T2": 1, "T3": 2}

# Expression, genes in rows: the first two as they were simulated, the third on a scale that is off
table = pd.read_csv(simulated / "expression.tsv.gz", sep="\t", index_col=0)
expression = table.iloc[:, list(names.values())].set_axis(list(names), axis=1)
expression["T3"] = 20 - 3 * expression["T3"]
expression.to_csv(mine / "expression.tsv", sep="\t")

# Variants of the same tumours, as a MAF
calls = pd.read_csv(simulated / "mutation.maf.gz", sep="\t", comment="#")
renamed = {table.columns[place]: name for name, place in names.items()}
calls["Tumor_Sample_Barcode"] = calls["Tumor_Sample_Barcode"].map(renamed)
calls.dropna(subset=["Tumor_Sample_Barcode"]).to_csv(mine / "calls.maf", sep="\t", index=False)

# The sheet. The third has no variants of its own: an empty cell is "not measured"
(mine / "samples.tsv").write_text(
    "sample\tpatient\tgroup\tmutation\texpression\n"
    "T1\tP1\ttype1\tmine/calls.maf\tmine/expression.tsv\n"
    "T2\tP2\ttype2\tmine/calls.maf\tmine/expression.tsv\n"
    "T3\tP3\ttype1\t\tmine/expression.tsv\n"
)
