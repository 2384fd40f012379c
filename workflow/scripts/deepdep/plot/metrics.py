"""The table of metrics as a person reads it: what counts first, intervals in one cell."""

import pandas as pd

from deepdep.evaluate.outcome import IMPOSSIBLE

LEAD = """Per-gene numbers first: mean over genes of Pearson's r between observed and out-of-fold predicted
scores, pooled over folds, within folds (weighted by their lines), and within lineages, whose means are
taken from both sides. Skill is 1 - MSE / MSE of the training gene means. q: permuted labels, false
discovery rate of Benjamini and Hochberg. AUPRC: of a line's dependence, per gene; chance is the prevalence.
Top 10 of a line: share of its ten most negative deviations from the gene means that are among the ten
predicted. Slope: of labels on predictions less the gene means; 1 is calibrated. Intervals: 95 %,
bootstrap over patients.

Gene sets: reported, fixed for the study; variable and selective, chosen in each fold from its training
lines, so that a gene counts in the folds that chose it only. All columns are in the table of metrics, and
differences between models with their intervals in the table of pairs, both as text beside this page.

Overall r and MSE are dominated by how genes differ in their means: compare them only with the row
gene_mean, which knows no omics. Where a prediction is constant within a fold, r is undefined (a dash)."""

NAMES = {
    "gene_set": "gene set",
    "genes": "genes",
    "mean_r": "mean r per gene (pooled)",
    "mean_r_fold_weighted": "mean r (within folds)",
    "mean_r_within_lineage": "mean r (within lineages)",
    "mean_spearman": "mean Spearman (pooled)",
    "genes_r_above_0.4": "genes r > 0.4",
    "genes_q_below_0.05": "genes q < 0.05",
    "mean_auprc": "AUPRC (prevalence)",
    "top_recall": "top 10 of a line (chance)",
    "skill": "MSE skill over gene mean",
    "slope": "slope",
    "fraction_of_ceiling": "r / ceiling",
    "overall_r": "overall r",
    "mse": "MSE (score²)",
    "repeats": "repeats",
    "lines_per_repeat": "test lines per repeat",
    "lines": "lines tested in any repeat",
    "patients": "patients",
}
CHANCE = {"mean_auprc": "mean_prevalence", "top_recall": "top_recall_chance"}


def readable_metrics(summary: pd.DataFrame) -> pd.DataFrame:
    """Choose and name the columns of the page; an interval or a chance value stands beside its value.

    A column without any value (no second screen, no lineages) is left out. Of a protocol without a
    result, the table says why.
    """
    if IMPOSSIBLE in summary:
        return summary[[IMPOSSIBLE]].rename(columns={IMPOSSIBLE: "no result"})
    table = pd.DataFrame({"model": summary["model"]})
    for column, name in NAMES.items():
        if summary[column].isna().all():
            continue
        if f"{column}_low" in summary:
            table[name] = [with_interval(row, column) for _, row in summary.iterrows()]
        elif column in CHANCE:
            table[name] = [with_chance(row, column) for _, row in summary.iterrows()]
        else:
            table[name] = summary[column]
    return table


def with_interval(row: pd.Series, column: str) -> str:
    """Write a value with its interval, a dash where it is undefined."""
    value, low, high = row[column], row[f"{column}_low"], row[f"{column}_high"]
    return "–" if pd.isna(value) else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def with_chance(row: pd.Series, column: str) -> str:
    """Write a value with what chance reaches, a dash where it is undefined."""
    return "–" if pd.isna(row[column]) else f"{row[column]:.3f} ({row[CHANCE[column]]:.3f})"
