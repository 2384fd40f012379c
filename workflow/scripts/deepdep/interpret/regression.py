"""Least squares of every gene's dependency on node scores, own expression and culture, all genes at once.

A regression of its own for each gene (Chiu et al. 2021, table S11): over the lines in which the gene was
measured and, for a gene with an expression of its own, that was measured too. The columns that all genes
share are multiplied out once, lines x pairs of columns, and summed over each gene's lines by one product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.tumors.pvalues import f_log10_p, fdr, t_log10_p

INTERCEPT, OWN, NODES, CULTURE = "intercept", "own_expression", "nodes", "culture"
FEW = 5  # lines below which a category of a culture covariate is put together with others
RARE, UNKNOWN = "rare", "unknown"
RANK = 1e-9  # eigenvalues of standardised normal equations below this share of the largest are none
CONSTANT = 1e-10  # variance that counts as none


@dataclass(frozen=True)
class Fits:
    """Least squares of many genes.

    ``n``, ``parameters`` (rank of the columns), ``residual`` and ``total`` (sums of squares): a value a gene.
    ``coefficients`` and ``errors`` (standard errors): genes x columns, NaN where the data cannot tell.
    """

    n: np.ndarray
    parameters: np.ndarray
    residual: np.ndarray
    total: np.ndarray
    coefficients: np.ndarray
    errors: np.ndarray

    @property
    def r2(self) -> np.ndarray:
        """Return the share of variance explained, NaN for a gene that does not vary."""
        return 1 - self.residual / np.where(self.total > CONSTANT, self.total, np.nan)

    @property
    def freedom(self) -> np.ndarray:
        """Return the residual degrees of freedom."""
        return self.n - self.parameters


def culture_columns(samples: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Return 0/1 columns of the categories of all culture covariates but the most frequent of each.

    Categories of fewer than five lines are one; a line without a value is ``unknown``.
    """
    parts = []
    for name in (name for name in samples if str(name).startswith(prefix)):
        texts = samples[name].fillna("").astype(str).replace({"": UNKNOWN, "None": UNKNOWN, "nan": UNKNOWN})
        counts = texts.value_counts()
        texts = texts.where(texts.map(counts) >= FEW, RARE)
        kept = list(texts.value_counts().index[1:])
        parts += [
            (texts == value).astype(float).rename(f"{str(name).removeprefix(prefix)}: {value}")
            for value in kept
        ]
    return pd.concat(parts, axis=1) if parts else pd.DataFrame(index=samples.index)


def standardised(table: pd.DataFrame) -> pd.DataFrame:
    """Return columns with mean 0 and SD 1, without those that do not vary."""
    spread = table.std(ddof=0)
    kept = spread.index[spread > np.sqrt(CONSTANT)]
    return (table[kept] - table[kept].mean()) / spread[kept]


def least_squares(shared: np.ndarray, own: np.ndarray | None, labels: np.ndarray) -> Fits:
    """Fit all genes.

    Parameters
    ----------
    shared
        Lines x columns, the same for all genes; one of them is constant.
    own
        Lines x genes, one more column for each gene; None for none. NaN: the line is not used for the gene.
    labels
        Lines x genes; NaN: the line is not used.
    """
    used = np.isfinite(labels) if own is None else np.isfinite(labels) & np.isfinite(own)
    mask, target = used.astype(float), np.where(used, labels, 0.0)
    width = shared.shape[1]
    pairs = (shared[:, :, None] * shared[:, None, :]).reshape(len(shared), -1)
    products = (mask.T @ pairs).reshape(-1, width, width)
    goals = target.T @ shared
    if own is not None:
        extra = np.where(used, own, 0.0)
        corner = np.square(extra).sum(axis=0)
        side = extra.T @ shared
        products = bordered(products, side, corner)
        goals = np.column_stack([goals, (extra * target).sum(axis=0)])
    inverse, rank = pseudo_inverse(products)
    n = mask.sum(axis=0)
    squares = np.square(target).sum(axis=0)
    coefficients = np.einsum("gij,gj->gi", inverse, goals)
    residual = np.maximum(squares - np.einsum("gi,gi->g", coefficients, goals), 0)
    total = squares - np.square(target.sum(axis=0)) / np.maximum(n, 1)
    freedom = n - rank
    variance = np.where(freedom > 0, residual / np.maximum(freedom, 1), np.nan)
    errors = np.sqrt(variance[:, None] * np.maximum(np.einsum("gii->gi", inverse), 0))
    unknown = ~(errors > 0)
    return Fits(
        n, rank, residual, total, np.where(unknown, np.nan, coefficients), np.where(unknown, np.nan, errors)
    )


def bordered(products: np.ndarray, side: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Return matrices with one row and column more, genes x width + 1 x width + 1."""
    genes, width = side.shape
    full = np.empty((genes, width + 1, width + 1))
    full[:, :width, :width] = products
    full[:, :width, width] = full[:, width, :width] = side
    full[:, width, width] = corner
    return full


def pseudo_inverse(products: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pseudo-inverses of symmetric matrices, and their ranks."""
    values, vectors = np.linalg.eigh(products)
    kept = values > RANK * np.maximum(values[:, -1:], 1e-300)
    inverse = np.where(kept, 1 / np.where(kept, values, 1), 0)
    return np.einsum("gik,gk,gjk->gij", vectors, inverse, vectors), kept.sum(axis=1)


def log10_p_of_blocks(full: Fits, reduced: Fits) -> np.ndarray:
    """Return log10 p of the F test of the columns that ``reduced`` lacks; NaN where it lacks none."""
    more = (full.parameters - reduced.parameters).astype(float)
    more, left = np.where(more > 0, more, np.nan), np.where(full.freedom > 0, full.freedom, np.nan)
    ratio = (
        np.maximum(reduced.residual - full.residual, 0) / more / (np.maximum(full.residual, 1e-300) / left)
    )
    return f_log10_p(ratio, more, left)


def regress(
    nodes: pd.DataFrame, own: pd.DataFrame, culture: pd.DataFrame, labels: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Regress every gene on all three blocks, and without each.

    Parameters
    ----------
    nodes, culture
        Lines x columns; columns that do not vary are left out.
    own
        Lines x genes: expression of the gene itself; a gene that it lacks is regressed without.
    labels
        Lines x genes, NaN = not measured; the lines of all four are the same.

    Returns
    -------
    tuple
        By gene: gene, n, r2, r2_adjusted, all_log10_p (F test of all columns), and for each block
        <block>_drop_r2 (of R2 without it), <block>_log10_p (F test) and <block>_fdr (over genes).
        By gene and column: gene, term, block, coefficient (gene effect per SD of the column), se, log10_p
        (t test), fdr (over genes, of the term).
    """
    with_own = [gene for gene in labels if gene in own and own[gene].std() > np.sqrt(CONSTANT)]
    parts = [regress_part(nodes, standardised(own[with_own]), culture, labels[with_own])] if with_own else []
    without = [gene for gene in labels if gene not in set(with_own)]
    if without:
        parts.append(regress_part(nodes, None, culture, labels[without]))
    genes, terms = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    for name in [name for name in genes if name.endswith("log10_p")]:
        genes[name.replace("log10_p", "fdr")] = fdr(genes[name].to_numpy())
    terms["fdr"] = terms.groupby("term")["log10_p"].transform(lambda column: fdr(column.to_numpy()))
    return genes, terms


def regress_part(
    nodes: pd.DataFrame, own: pd.DataFrame | None, culture: pd.DataFrame, labels: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Regress genes that all have an own expression, or all have none."""
    columns = {NODES: standardised(nodes), CULTURE: standardised(culture)}
    truth, extra = labels.to_numpy(float), None if own is None else own.to_numpy(float)
    ones = np.ones((len(labels), 1))
    full = least_squares(np.hstack([ones, *columns.values()]), extra, truth)
    # without a block, over the same lines: those in which own expression is there
    same = truth if extra is None else np.where(np.isfinite(extra), truth, np.nan)
    reduced = {
        NODES: least_squares(np.hstack([ones, columns[CULTURE]]), extra, truth),
        OWN: full if extra is None else least_squares(np.hstack([ones, *columns.values()]), None, same),
        CULTURE: least_squares(np.hstack([ones, columns[NODES]]), extra, truth),
    }
    genes = list(labels.columns)
    table = summary(genes, full, least_squares(ones, None, same), reduced)
    names = [(INTERCEPT, INTERCEPT), *((name, block) for block in columns for name in columns[block].columns)]
    return table, terms_of(genes, full, names + ([] if extra is None else [(OWN, OWN)]))


def summary(genes: Sequence[str], full: Fits, mean: Fits, reduced: dict[str, Fits]) -> pd.DataFrame:
    """Return one row per gene."""
    adjusted = 1 - (1 - full.r2) * (full.n - 1) / np.where(full.freedom > 0, full.freedom, np.nan)
    table = pd.DataFrame({"gene": genes, "n": full.n.astype(int), "r2": full.r2, "r2_adjusted": adjusted})
    table["all_log10_p"] = log10_p_of_blocks(full, mean)
    for block, fits in reduced.items():
        there = full.parameters > fits.parameters
        table[f"{block}_drop_r2"] = np.where(there, full.r2 - fits.r2, np.nan)
        table[f"{block}_log10_p"] = log10_p_of_blocks(full, fits)
    return table


def terms_of(genes: Sequence[str], full: Fits, names: list[tuple[str, str]]) -> pd.DataFrame:
    """Return one row per gene and column."""
    log10_p = t_log10_p(full.coefficients / full.errors, full.freedom[:, None])
    return pd.DataFrame(
        {
            "gene": np.repeat(genes, len(names)),
            "term": [name for name, _ in names] * len(genes),
            "block": [block for _, block in names] * len(genes),
            "coefficient": full.coefficients.ravel(),
            "se": full.errors.ravel(),
            "log10_p": log10_p.ravel(),
        }
    )
