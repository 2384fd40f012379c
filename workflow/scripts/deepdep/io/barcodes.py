"""TCGA barcodes: patient, sample type, and one tumour aliquot per patient.

One rule wherever a patient has several aliquots (``TumorRule``): first those in use (not marked
``Do_not_use``), then the preferred sample type, then the barcode that comes first in the alphabet,
which is the lowest vial, portion and plate.

``TCGA-02-0003-01A-01D-1490-08``: characters 1 to 12 are the patient, 14 and 15 the sample
type (01 primary tumour, 03 primary blood cancer, 06 metastasis, 10 and above normal).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.text import few
from deepdep.log import logger

TUMOR_TYPES = ("01", "03", "06")
BARCODE = r"^(?P<patient>TCGA-[A-Z0-9]{2}-[A-Z0-9]{4})(?:-(?P<type>\d{2}).*)?$"
# Primary tumours; LAML is drawn from blood, SKCM is mostly metastases (01 where there is no 06).
PRIMARY = ("01",)
BY_CANCER = MappingProxyType({"LAML": ("03",), "SKCM": ("06", "01")})
# Length of the sample part, TCGA-02-0003-01; a few aliquots are written TCGA-D9-A1X3-06A21-A20M-20.
SAMPLE_LENGTH = 15
COMPACT = r"^(TCGA-[^-]{2}-[^-]{4}-\d{2}[A-Z])(\d{2})"


@dataclass(frozen=True)
class TumorRule:
    """Which aliquots count as a patient's tumour.

    Parameters
    ----------
    cancer_types
        Patient to cancer type (LAML, SKCM, ...); empty: ``types`` hold for all.
    types
        Sample types that count, the preferred one first.
    by_cancer
        Sample types of single cancer types, in place of ``types``.
    banned
        Aliquots, or samples of 15 characters, that are not to be used.
    """

    cancer_types: Mapping[str, str] = field(default_factory=dict)
    types: tuple[str, ...] = PRIMARY
    by_cancer: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: BY_CANCER)
    banned: frozenset[str] = frozenset()


def choose_tumors(
    barcodes: Iterable[str], rule: TumorRule, source: str | Path | None = None
) -> tuple[pd.Series, dict[str, int]]:
    """Choose one aliquot per patient by the rule; see the head of this module.

    ``source`` is the file, for messages.

    Where the rule has no cancer types, 03 and 06 count after 01 as in ``reduce_tcga``.

    Returns
    -------
    tuple
        Patients with the chosen barcodes as index, in patient order; and the counts ``aliquots``,
        ``banned``, ``other_types``, ``further_aliquots`` and ``patients``.

    Raises
    ------
    InputError
        An id that is no TCGA barcode.
    """
    parts = split_barcodes(pd.Series(list(dict.fromkeys(barcodes)), dtype=str), source)
    banned = parts["barcode"].isin(rule.banned) | parts["barcode"].str[:SAMPLE_LENGTH].isin(rule.banned)
    ranks = {
        (cancer, kind): rank
        for cancer in {*rule.cancer_types.values(), None}
        for rank, kind in enumerate(types_of(rule, cancer))
    }
    cancers = [rule.cancer_types.get(patient) for patient in parts["patient"]]
    parts["rank"] = [ranks.get(key) for key in zip(cancers, parts["type"], strict=True)]
    parts["rank"] = parts["rank"].astype(float).where(parts["type"].notna(), -1)
    tumors = parts[~banned].dropna(subset="rank").sort_values(["patient", "rank", "barcode"])
    chosen = tumors.drop_duplicates("patient")
    counts = {
        "aliquots": len(parts),
        "banned": int(banned.sum()),
        "other_types": int((~banned).sum()) - len(tumors),
        "further_aliquots": len(tumors) - len(chosen),
        "patients": len(chosen),
    }
    logger.info("TCGA: %s", ", ".join(f"{name} {count}" for name, count in counts.items()))
    return chosen.set_index("barcode")["patient"], counts


def types_of(rule: TumorRule, cancer: str | None) -> tuple[str, ...]:
    """Return the sample types that count for a cancer type."""
    if not rule.cancer_types and rule.types == PRIMARY:
        return TUMOR_TYPES
    return tuple(rule.by_cancer.get(cancer, rule.types)) if cancer else rule.types


def normal_barcodes(barcodes: pd.Series) -> pd.Series:
    """Return barcodes with the hyphen some lack between vial and portion."""
    return barcodes.astype(str).str.strip().str.replace(COMPACT, r"\1-\2", regex=True)


def split_barcodes(barcodes: pd.Series, source: str | Path | None = None) -> pd.DataFrame:
    """Return columns barcode, patient and type (missing for a barcode of 12 characters).

    Raises
    ------
    InputError
        An id that is no TCGA barcode.
    """
    barcodes = barcodes.astype(str).reset_index(drop=True)
    parts = barcodes.str.extract(BARCODE).assign(barcode=barcodes)
    wrong = barcodes[parts["patient"].isna()]
    if len(wrong):
        remedy = "Set `ids: as_is` in the config if these are no TCGA samples, and check `orientation`."
        place = "" if source is None else f"{source}: "
        raise InputError(f"{place}{len(wrong)} ids are no TCGA barcodes: {few(wrong, 3)}.", remedy)
    return parts[["barcode", "patient", "type"]]


def reduce_tcga(
    barcodes: pd.Series, types: tuple[str, ...] = TUMOR_TYPES, source: str | Path | None = None
) -> pd.Series:
    """Choose one tumour aliquot per patient.

    A barcode that is a patient's already (12 characters) comes before all others; then the
    order is that of ``types``, then that of the text. Aliquots of other types are left out.

    Parameters
    ----------
    barcodes
        Barcodes, repeated or not.
    types
        Sample types that count as tumour, the preferred one first.
    source
        The file, for messages.

    Returns
    -------
    pd.Series
        Patient ids, with the chosen barcodes as index, in patient order.

    Raises
    ------
    InputError
        An id that is no TCGA barcode.
    """
    parts = split_barcodes(barcodes.drop_duplicates(), source)
    rank = parts["type"].map({kind: i for i, kind in enumerate(types)})
    parts["rank"] = rank.where(parts["type"].notna(), -1)
    tumors = parts.dropna(subset="rank").sort_values(["patient", "rank", "barcode"])
    chosen = tumors.drop_duplicates("patient")
    lost = sorted(set(parts["patient"]) - set(chosen["patient"]))
    text = "TCGA: one tumour aliquot of %d patients; left out: %d of other types, %d further tumour ones"
    logger.info(text, len(chosen), len(parts) - len(tumors), len(tumors) - len(chosen))
    if lost:
        logger.warning("TCGA: %d patients have no aliquot of types %s: %s", len(lost), types, few(lost))
    return chosen.set_index("barcode")["patient"]
