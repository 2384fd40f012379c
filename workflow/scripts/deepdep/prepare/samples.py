"""The table of samples of a cohort: which omics each has, and whether it is modelled."""

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.text import few
from deepdep.log import logger

ROLES = ["sample", "patient", "group"]


def build_samples(
    sheet: pd.DataFrame, omics: dict[str, pd.DataFrame], domain: str, required: list[str]
) -> pd.DataFrame:
    """Join the sheet with what was measured of each sample.

    Parameters
    ----------
    sheet
        As ``read_sheet`` returns it.
    omics
        Omic to samples x features, NaN = not measured.
    domain
        cell_line or tumor.
    required
        Omics a sample has to have to be modelled; it has to have one at any rate.

    Returns
    -------
    pd.DataFrame
        One row per sample of the sheet: sample, patient, group, domain, modelled,
        has_<omic>, observed_<omic> (share of the feature list measured), then the other
        columns of the sheet.

    Raises
    ------
    InputError
        No sample can be modelled, or a required omic is not there.
    """
    absent = sorted(set(required) - set(omics))
    if absent:
        remedy = "Name its table in the config, or take it out of the required omics."
        raise InputError(f"{domain}: no table of the required omic {few(absent)}.", remedy)
    names = sheet["sample"]
    has, observed = measured(names, omics)
    modelled = has.any(axis=1) & has[[f"has_{omic}" for omic in required]].all(axis=1)
    log_counts(names, has, modelled)
    if not modelled.any():
        remedy = "Require fewer omics in the config, or check that the tables use the sheet's sample ids."
        raise InputError(f"{domain}: no sample has all required omics ({few(required)}).", remedy)
    roles = sheet[ROLES].assign(domain=domain, modelled=modelled)
    return pd.concat([roles, has, observed, sheet.drop(columns=ROLES)], axis=1).reset_index(drop=True)


def measured(names: pd.Series, omics: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return, for each sample, which omics it has and the share of each omic's features measured."""
    has = {f"has_{omic}": names.isin(frame.index) for omic, frame in omics.items()}
    shares = {
        f"observed_{omic}": frame.notna().mean(axis=1).reindex(names, fill_value=0.0).to_numpy()
        for omic, frame in omics.items()
    }
    return pd.DataFrame(has), pd.DataFrame(shares, index=names.index)


def log_counts(names: pd.Series, has: pd.DataFrame, modelled: pd.Series) -> None:
    """Log how many samples have each omic, and which are not modelled."""
    counts = ", ".join(f"{str(column).removeprefix('has_')} {count}" for column, count in has.sum().items())
    logger.info("%d samples, of which with %s", len(names), counts)
    if not modelled.all():
        left = names[~modelled]
        logger.warning("%d samples are not modelled, they lack required omics: %s", len(left), few(left))
