"""Survival by predicted dependency: Cox regressions per cancer type and gene, alone and with covariates.

The same regressions on the gene's own expression stand beside. Pooled regressions are stratified by cancer
type, so that cancer types need not die alike and a type's mean says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.tumors.association import centred
from deepdep.tumors.clinical import POOLED, Cohort
from deepdep.tumors.covariates import covariate_table
from deepdep.tumors.cox import CONVERGED, Fits, fit_cox
from deepdep.tumors.groupings import Skipped, absent_column, one_per_patient
from deepdep.tumors.pvalues import fdr, z_log10_p

Z95 = 1.959963984540054
MOST_MISSING = 0.2  # share of samples in which a gene's expression may be missing
FRONT = ["cohort", "cancer_type", "gene", "n", "events"]
SHORT = {"predicted": "", "expression": "expression_"}


@dataclass(frozen=True)
class Endpoint:
    """Columns and limits of the config: time (days), event (0/1), covariates, mark of redacted patients."""

    time: str
    event: str
    covariates: Sequence[str] = ()
    redacted: str | None = None
    min_events: int = 10
    genes: Sequence[str] | None = None


def survival_of(cohort: Cohort, endpoint: Endpoint, skipped: Skipped) -> pd.DataFrame:
    """Return time, event, group and covariates of the patients that can be used, index sample.

    Empty, with the reason noted, if a column is missing or no event is recorded.
    """
    sheet = cohort.sheet
    for name in (endpoint.time, endpoint.event):
        if name not in sheet:
            skipped.add(cohort.name, "survival", absent_column(name, list(sheet.columns)))
            return sheet.iloc[:0].assign(time=0.0, event=0.0)
    sheet = one_per_patient(without_redacted(cohort, endpoint, skipped), cohort.name, skipped)
    time = pd.to_numeric(sheet[endpoint.time], errors="coerce")
    event = pd.to_numeric(sheet[endpoint.event], errors="coerce")
    good = time.ge(0) & event.isin([0, 1])
    if not good.all():
        reason = f"no {endpoint.time} of 0 or more days, or {endpoint.event} other than 0 or 1"
        skipped.add(cohort.name, f"{(~good).sum()} patients", reason)
    table = sheet.assign(time=time, event=event)[good]
    if not table["event"].any():
        skipped.add(cohort.name, "survival", f"no events in column {endpoint.event!r}")
        return table.iloc[:0]
    return table


def without_redacted(cohort: Cohort, endpoint: Endpoint, skipped: Skipped) -> pd.DataFrame:
    """Drop patients whose cell in the column of redacted ones is filled."""
    sheet = cohort.sheet
    if endpoint.redacted is None or endpoint.redacted not in sheet:
        return sheet
    marked = sheet[endpoint.redacted].notna()
    if marked.any():
        skipped.add(cohort.name, f"{marked.sum()} patients", f"redacted (column {endpoint.redacted!r})")
    return sheet[~marked]


def survival_table(cohort: Cohort, endpoint: Endpoint, skipped: Skipped) -> pd.DataFrame:
    """Fit all regressions of a cohort.

    Returns
    -------
    pd.DataFrame
        One row per cancer type (and pooled, stratified by cancer type) and gene: ``cohort``, ``cancer_type``,
        ``gene``, ``n``, ``events``; of the regression on the predicted score alone ``hr`` (hazard ratio per
        SD of the score within cancer type), ``low``, ``high``, ``log10_p`` (Wald), ``fdr`` (BH over the genes
        of the cancer type) and ``status``; the same after ``adjusted_`` with covariates (``adjusted_n``,
        ``adjusted_events``, ``adjusted_for``); all again after ``expression_`` on own expression.
    """
    patients = survival_of(cohort, endpoint, skipped)
    genes = genes_of(cohort, endpoint, skipped)
    parts = []
    for name, own in patients.groupby("group", sort=True):
        if own["event"].sum() < endpoint.min_events:
            reason = (
                f"{int(own['event'].sum())} events of {len(own)} patients, {endpoint.min_events} are needed"
            )
            skipped.add(cohort.name, f"cancer type {name}", reason)
        elif genes:
            parts.append(fits_of(cohort, own, genes, endpoint, (str(name), skipped)))
    if genes and len(set(patients["group"])) > 1 and patients["event"].sum() >= endpoint.min_events:
        parts.append(fits_of(cohort, patients, genes, endpoint, (POOLED, skipped)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*FRONT, *columns()])


def columns() -> list[str]:
    """List the columns of statistics that a table has, also one without rows."""
    own = ["hr", "low", "high", "log10_p", "fdr", "status"]
    adjusted = [f"adjusted_{name}" for name in own]
    about = ["adjusted_n", "adjusted_events", "adjusted_for"]
    return [*own, *adjusted, *about, *(f"expression_{name}" for name in [*own, *adjusted])]


def genes_of(cohort: Cohort, endpoint: Endpoint, skipped: Skipped) -> list[str]:
    """List the genes to fit; note those without predictions."""
    if endpoint.genes is None:
        return cohort.predicted.columns.tolist()
    for gene in endpoint.genes:
        if gene not in cohort.predicted:
            skipped.add(cohort.name, f"gene {gene}", "no predictions: not among the study's genes")
    return [gene for gene in endpoint.genes if gene in cohort.predicted]


def fits_of(
    cohort: Cohort, patients: pd.DataFrame, genes: list[str], endpoint: Endpoint, place: tuple[str, Skipped]
) -> pd.DataFrame:
    """Fit all genes in one cancer type, or in all, stratified by cancer type."""
    name, skipped = place
    covariates, reasons = covariate_table(patients, endpoint.covariates)
    for reason in reasons:
        skipped.add(cohort.name, f"{name}, covariate", reason)
    table = pd.DataFrame({"cohort": cohort.name, "cancer_type": name, "gene": genes})
    table = table.assign(n=len(patients), events=int(patients["event"].sum()))
    scores = {"predicted": cohort.predicted, "expression": cohort.expression}
    complete = patients.loc[covariates.index]
    enough = complete["event"].sum() >= endpoint.min_events and covariates.shape[1] > 0
    if not enough:
        reason = f"{int(complete['event'].sum())} events with covariates {list(covariates)}"
        skipped.add(cohort.name, f"{name}, adjusted for covariates", reason)
    for score, frame in scores.items():
        own = summary(patients, frame.loc[patients.index, genes])
        table = table.assign(**own.add_prefix(SHORT[score]))
        if enough:
            adjusted = summary(complete, frame.loc[complete.index, genes], covariates)
        else:
            adjusted = own.assign(
                hr=np.nan, low=np.nan, high=np.nan, log10_p=np.nan, fdr=np.nan, status="none"
            )
        table = table.assign(**adjusted.add_prefix(f"{SHORT[score]}adjusted_"))
    count = (len(complete), int(complete["event"].sum())) if enough else (0, 0)
    used = ", ".join(covariates.columns) if enough else ""
    return table.assign(adjusted_n=count[0], adjusted_events=count[1], adjusted_for=used)


def summary(
    patients: pd.DataFrame, score: pd.DataFrame, covariates: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Fit one regression per gene and give hazard ratios per SD of the score within cancer type."""
    types = patients["group"].to_numpy()
    values, missing = filled(score, types)
    values = values / within_sd(values, types)
    shared = None if covariates is None else covariates.to_numpy(np.float64)
    fits = fit_cox(patients["time"].to_numpy(), patients["event"].to_numpy(), values, shared, types)
    table = ratios(fits)
    table.loc[missing, ["hr", "low", "high", "log10_p"]] = np.nan
    table.loc[missing, "status"] = "not measured"
    return table.assign(fdr=fdr(table["log10_p"].to_numpy()))


def filled(score: pd.DataFrame, types: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fill gaps with the cancer type's mean; mark genes with too many gaps."""
    missing = (score.isna().mean() > MOST_MISSING).to_numpy()
    whole = score.fillna(score.groupby(types).transform("mean")).fillna(0.0)
    return whole.to_numpy(np.float64), missing


def within_sd(values: np.ndarray, types: np.ndarray) -> np.ndarray:
    """Return each gene's SD about the means of the cancer types; 1 where nothing varies."""
    sd = np.sqrt(np.square(centred(values, types)).sum(axis=0) / max(len(values) - len(set(types)), 1))
    return np.where(sd > 1e-10 * np.abs(values).max(axis=0, initial=0.0), sd, 1.0)


def ratios(fits: Fits) -> pd.DataFrame:
    """Return hazard ratio of the score with its 95 % interval, log10 p (Wald) and status."""
    coef, se = fits.coef[:, 0], fits.se[:, 0]
    p = z_log10_p(coef / se)
    table = {
        "hr": np.exp(coef),
        "low": np.exp(coef - Z95 * se),
        "high": np.exp(coef + Z95 * se),
        "log10_p": p,
    }
    return pd.DataFrame(table).where(pd.Series(fits.status == CONVERGED), np.nan).assign(status=fits.status)
