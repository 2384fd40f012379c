"""TCGA barcodes: patient, sample type, and one tumour aliquot per patient.

``TCGA-02-0003-01A-01D-1490-08``: characters 1 to 12 are the patient, 14 and 15 the sample
type (01 primary tumour, 03 primary blood cancer, 06 metastasis, 10 and above normal).
"""

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.text import few
from deepdep.log import logger

TUMOR_TYPES = ("01", "03", "06")
BARCODE = r"^(?P<patient>TCGA-[A-Z0-9]{2}-[A-Z0-9]{4})(?:-(?P<type>\d{2}).*)?$"


def split_barcodes(barcodes: pd.Series) -> pd.DataFrame:
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
        raise InputError(f"{len(wrong)} ids are no TCGA barcodes: {few(wrong, 3)}.", remedy)
    return parts[["barcode", "patient", "type"]]


def reduce_tcga(barcodes: pd.Series, types: tuple[str, ...] = TUMOR_TYPES) -> pd.Series:
    """Choose one tumour aliquot per patient.

    A barcode that is a patient's already (12 characters) comes before all others; then the
    order is that of ``types``, then that of the text. Aliquots of other types are left out.

    Parameters
    ----------
    barcodes
        Barcodes, repeated or not.
    types
        Sample types that count as tumour, the preferred one first.

    Returns
    -------
    pd.Series
        Patient ids, with the chosen barcodes as index, in patient order.

    Raises
    ------
    InputError
        An id that is no TCGA barcode.
    """
    parts = split_barcodes(barcodes.drop_duplicates())
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
