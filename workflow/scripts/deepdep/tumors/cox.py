"""Cox regressions of many genes at once: Newton's method, Efron's ties, strata, shared covariates.

Every gene has a regression of its own, of its score and of covariates that all genes share; they differ in
one column, so that all sums over risk sets are taken for all genes together. Score and information
as in Therneau and Grambsch, Modeling Survival Data (2000), section 3.1 and, for ties, 3.3 (Efron).
Memory: samples of one stratum x genes, times the number of products of covariates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deepdep.tumors.association import centred

LARGEST = 15.0  # log hazard ratio per SD; beyond it the likelihood has no maximum
STEPS = 60  # trials, halved steps among them
PRECISION = 1e-9  # of a step, in log hazard ratio per SD
LEFT = 1e-8  # share of a variable's variance that others leave, below which it is collinear
CONVERGED, CONSTANT, COLLINEAR, SEPARATED, UNFINISHED = (
    "converged",
    "constant",
    "collinear",
    "separated",
    "not converged",
)


@dataclass(frozen=True)
class Stratum:
    """Samples of one stratum, latest first, with what their risk sets need.

    ``rows``: their places; ``event``: 0/1; ``starts``: first place of each distinct time;
    ``time_of_event``: for each event the number of its time; ``share``: the part of the tied events
    that has left the risk set before it (Efron).
    """

    rows: np.ndarray
    event: np.ndarray
    starts: np.ndarray
    time_of_event: np.ndarray
    share: np.ndarray


@dataclass(frozen=True)
class Fits:
    """Regressions of all genes.

    ``coef`` and ``se`` (genes x variables, the gene's score first), in units of the variables;
    ``loglik``; ``status`` (genes,).
    """

    coef: np.ndarray
    se: np.ndarray
    loglik: np.ndarray
    status: np.ndarray


def strata_of(time: np.ndarray, event: np.ndarray, strata: np.ndarray | None = None) -> list[Stratum]:
    """Sort samples by stratum and time; strata without an event say nothing and are left out."""
    time, event = np.asarray(time, np.float64), np.asarray(event, np.float64)
    labels = labels_of(strata, len(time))
    found = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        rows = rows[np.argsort(-time[rows], kind="stable")]
        if event[rows].any():
            found.append(stratum_of(rows, time[rows], event[rows]))
    return found


def labels_of(strata: np.ndarray | None, count: int) -> np.ndarray:
    """Return the number of each sample's stratum; all are in one if none are given."""
    return np.zeros(count, int) if strata is None else np.unique(strata, return_inverse=True)[1]


def stratum_of(rows: np.ndarray, time: np.ndarray, event: np.ndarray) -> Stratum:
    """Make a stratum of samples that come latest first: number their times, and the events tied at each."""
    starts = np.flatnonzero(np.r_[True, np.diff(time) != 0])
    number = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(time)]))
    tied = np.bincount(number, weights=event, minlength=len(starts)).astype(int)
    time_of_event = np.repeat(np.arange(len(starts)), tied)
    first = np.repeat(np.cumsum(tied) - tied, tied)
    share = (np.arange(len(time_of_event)) - first) / tied[time_of_event]
    return Stratum(rows, event, starts, time_of_event, share)


def risk_sums(stratum: Stratum, values: np.ndarray) -> np.ndarray:
    """Return, for each event, the sum of samples x genes over its risk set, Efron's part taken off."""
    at_risk = np.cumsum(np.add.reduceat(values, stratum.starts, axis=0), axis=0)[stratum.time_of_event]
    if not stratum.share.any():
        return at_risk
    dead = np.add.reduceat(values * stratum.event[:, None], stratum.starts, axis=0)
    return at_risk - stratum.share[:, None] * dead[stratum.time_of_event]


def derivatives(
    strata: Sequence[Stratum], score: np.ndarray, shared: np.ndarray, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return log partial likelihood (genes), gradient (genes x p) and information (genes x p x p).

    Parameters
    ----------
    strata
        The samples.
    score, shared
        Samples x genes and samples x (p - 1), centred.
    beta
        Genes x p.
    """
    genes, p = beta.shape
    loglik, gradient, information = np.zeros(genes), np.zeros((genes, p)), np.zeros((genes, p, p))
    for stratum in strata:
        columns = [score[stratum.rows], *(shared[stratum.rows, j : j + 1] for j in range(p - 1))]
        linear = columns[0] * beta[:, 0] + shared[stratum.rows] @ beta[:, 1:].T
        top = linear.max(axis=0)
        risk = np.exp(linear - top)
        total = risk_sums(stratum, risk)
        loglik += stratum.event @ linear - np.log(total).sum(axis=0) - stratum.event.sum() * top
        weighted = [risk * column for column in columns]
        means = [risk_sums(stratum, part) / total for part in weighted]
        for i in range(p):
            gradient[:, i] += (stratum.event @ columns[i]) - means[i].sum(axis=0)
            for j in range(i, p):
                second = risk_sums(stratum, weighted[i] * columns[j]) / total
                information[:, i, j] += (second - means[i] * means[j]).sum(axis=0)
    lower = np.tril_indices(p, -1)
    information[:, lower[0], lower[1]] = information[:, lower[1], lower[0]]
    return loglik, gradient, information


def fit_cox(
    time: np.ndarray,
    event: np.ndarray,
    score: np.ndarray,
    shared: np.ndarray | None = None,
    strata: np.ndarray | None = None,
) -> Fits:
    """Fit a regression for every gene.

    Parameters
    ----------
    time, event
        Time of each sample, and whether it had the event then (1) or was last seen without (0).
    score
        Samples x genes, none missing.
    shared
        Samples x covariates, none missing.
    strata
        Stratum of each sample; each has a baseline hazard of its own.

    Returns
    -------
    Fits
        Coefficients per unit of the variables; NaN where ``status`` is not ``converged``.
    """
    shared = np.zeros((len(time), 0)) if shared is None else np.asarray(shared, np.float64)
    sorted_strata = strata_of(time, event, strata)
    labels = labels_of(strata, len(time))
    status = usable(score, shared, labels)
    spread, spread_shared = scale_of(score, labels), scale_of(shared, labels)
    good = np.flatnonzero(status == CONVERGED)
    if not sorted_strata:
        status[good], good = UNFINISHED, good[:0]
    x = (score[:, good] - score[:, good].mean(axis=0)) / spread[good]
    z = (shared - shared.mean(axis=0)) / spread_shared
    beta, information, loglik, ended = newton(sorted_strata, x, z)
    status[good] = ended
    scale = np.c_[spread, np.tile(spread_shared, (len(spread), 1))]
    fine = ended == CONVERGED
    kept = good[fine]
    coef, se = np.full((2, *scale.shape), np.nan)
    final = np.full(len(spread), np.nan)
    coef[kept], final[kept] = beta[fine] / scale[kept], loglik[fine]
    se[kept] = np.sqrt(np.diagonal(np.linalg.inv(information[fine]), axis1=1, axis2=2)) / scale[kept]
    return Fits(coef, se, final, status)


def scale_of(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each column within strata; 1 for a constant one."""
    spread = np.sqrt(np.square(within(values, labels)).mean(axis=0))
    return np.where(spread > 0, spread, 1.0)


def within(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Take off the mean of each stratum; what rounding leaves of a constant is 0."""
    left = centred(values, labels)
    size = np.abs(values).max(axis=0, initial=0.0)
    return np.where(np.abs(left) > 1e-10 * size, left, 0.0)


def usable(score: np.ndarray, shared: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Say of each gene whether its score varies within strata, apart from the shared covariates."""
    own, others = within(score, labels), within(shared, labels)
    total = np.square(own).sum(axis=0)
    left = total
    if others.shape[1]:
        left = np.square(own - others @ np.linalg.lstsq(others, own, rcond=None)[0]).sum(axis=0)
    status = np.where(left <= LEFT * total, COLLINEAR, CONVERGED).astype(object)
    status[total == 0] = CONSTANT
    return status


def newton(
    strata: Sequence[Stratum], score: np.ndarray, shared: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Maximise the likelihoods of all genes; a step that lowers one is halved. Variables have SD 1.

    Returns beta, information, log likelihood and status.
    """
    genes, p = score.shape[1], 1 + shared.shape[1]
    beta, step = np.zeros((2, genes, p))
    loglik, information = np.full(genes, -np.inf), np.zeros((genes, p, p))
    status = np.full(genes, UNFINISHED, dtype=object)
    active = np.arange(genes)
    for _ in range(STEPS):
        if not len(active):
            break
        trial = beta[active] + step[active]
        value, gradient, curvature = derivatives(strata, score[:, active], shared, trial)
        better = value >= loglik[active] - 1e-10 * np.abs(loglik[active]).clip(1.0, 1e300)
        better |= ~np.isfinite(loglik[active])
        step[active[~better]] /= 2.0
        moved = active[better]
        beta[moved], loglik[moved] = trial[better], value[better]
        information[moved] = curvature[better]
        step[moved] = newton_step(curvature[better], gradient[better])
        done = better & (np.abs(step[active]).max(axis=1) < PRECISION)
        wild = better & ~(np.abs(trial).max(axis=1) < LARGEST)
        wild |= better & ~np.isfinite(step[active]).all(axis=1)
        status[active[done]], status[active[wild]] = CONVERGED, SEPARATED
        active = active[~(done | wild)]
    return beta, information, loglik, status


def newton_step(information: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Solve the small systems of all genes; NaN where one is singular."""
    step = np.full(gradient.shape, np.nan)
    regular = np.linalg.cond(information) < 1e14 if len(information) else np.zeros(0, bool)
    if regular.any():
        step[regular] = np.linalg.solve(information[regular], gradient[regular][..., None])[..., 0]
    return step
