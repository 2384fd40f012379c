"""The table of metrics as a person reads it: what counts first, intervals in one cell."""

import pandas as pd

from deepdep.evaluate.outcome import IMPOSSIBLE

LEAD = """Per-gene numbers first: mean and median over genes of Pearson's r between observed and
out-of-fold predicted scores, pooled over folds and averaged within folds. Skill is
1 - MSE / MSE of the training gene means. Intervals: 95 %, bootstrap over patients.

Overall r and MSE are dominated by how genes differ in their means: compare them only with the row
gene_mean, which knows no omics. Where a prediction is constant within a fold, r is undefined (a dash)."""

NAMES = {
    "mean_r": "mean r per gene (pooled)",
    "median_r": "median r (pooled)",
    "mean_r_fold": "mean r (within folds)",
    "genes_r_above_0.4": "genes r > 0.4",
    "skill": "MSE skill over gene mean",
    "overall_r": "overall r",
    "mse": "MSE (score²)",
    "genes": "genes",
    "lines_per_repeat": "test lines per repeat",
    "lines": "lines tested in any repeat",
    "patients": "patients",
}


def readable_metrics(summary: pd.DataFrame) -> pd.DataFrame:
    """Choose and name the columns of the page; an interval stands beside its value.

    Of a protocol without a result, the table says why.
    """
    if IMPOSSIBLE in summary:
        return summary[[IMPOSSIBLE]].rename(columns={IMPOSSIBLE: "no result"})
    table = pd.DataFrame({"model": summary["model"]})
    for column, name in NAMES.items():
        if f"{column}_low" in summary:
            table[name] = [with_interval(row, column) for _, row in summary.iterrows()]
        else:
            table[name] = summary[column]
    return table


def with_interval(row: pd.Series, column: str) -> str:
    """Write a value with its interval, a dash where it is undefined."""
    value, low, high = row[column], row[f"{column}_low"], row[f"{column}_high"]
    return "–" if pd.isna(value) else f"{value:.3f} [{low:.3f}, {high:.3f}]"
