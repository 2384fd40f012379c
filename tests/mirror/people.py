"""Cell lines and patients of the small world, and the ids public files have for them."""

import re

import numpy as np
import pandas as pd

SITES = {
    "Lung": "LUNG",
    "Breast": "BREAST",
    "Skin": "SKIN",
    "Bowel": "LARGE_INTESTINE",
    "Myeloid": "HAEMATOPOIETIC_AND_LYMPHOID_TISSUE",
}
# The last few of each lineage have no dependency scores.
LINES = {
    "Lung": "A549 LU99 NCIH460 NCIH23 NCIH358 NCIH1975 HCC827 PC9 CALU1 CALU6 NCIH441 NCIH1650 HOP62 PC14",
    "Breast": "MCF7 T47D SKBR3 BT474 MDAMB231 MDAMB468 HCC1954 ZR751 HCC70 CAL51 MDAMB453 BT549 HS578T HCC38",
    "Skin": "A375 SKMEL5 SKMEL28 WM115 WM2664 COLO829 IGR1 MALME3M A2058 UACC62 HS294T IGR37 SH4 C32",
    "Bowel": "HT29 HCT116 SW480 SW620 LOVO RKO DLD1 HCT15 COLO205 LS174T T84 COLO201 CACO2 SW48",
    "Myeloid": "697 K562 HL60 THP1 MV411 MOLM13 KASUMI1 NB4 U937 OCIAML2 MONOMAC1 MONOMAC6 OCIAML3 NOMO1",
}
UNSCORED = {"Lung": 3, "Breast": 3, "Skin": 3, "Bowel": 3, "Myeloid": 2}
# Scored lines that DeepDEP's own matrices lack, and of these some that 18Q2 did not screen either.
NOT_PAIRED, NOT_18Q2 = 3, 1
TWINS = {
    "WM2664": "WM115",
    "SW620": "SW480",
    "IGR37": "IGR1",
    "COLO201": "COLO205",
    "HCT15": "DLD1",
    "MONOMAC6": "MONOMAC1",
}
GROUPS = {
    "BRCA": "Breast",
    "LUAD": "Lung",
    "LAML": "Myeloid",
    "SKCM": "Skin",
    "OV": "Ovary",
    "COAD": "Bowel",
}
N_PATIENTS = {"BRCA": 28, "LUAD": 22, "LAML": 14, "SKCM": 18, "OV": 14, "COAD": 14}
# Tissue source sites, the second part of a barcode.
CENTERS = {
    "BRCA": ("A2", "BH"),
    "LUAD": ("05", "55"),
    "LAML": ("AB",),
    "SKCM": ("D3", "EE"),
    "OV": ("24", "13"),
    "COAD": ("AA", "A6"),
}
# Melanomas: metastasis alone, both, primary tumour alone; a patient's kinds by his number modulo 9.
SKCM_KINDS = (("06",),) * 5 + (("01", "06"),) * 3 + (("01",),)


def make_lines(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row per cell line.

    Columns: ach, ccle (CCLE name), name (with hyphens, as Sanger spells it), stripped, lineage,
    patient, scored (in 24Q4), scored_18q2, paired (in DeepDEP's matrices).
    """
    rows = [row for lineage in LINES for row in lineage_rows(lineage)]
    lines = pd.DataFrame(rows, columns=["stripped", "lineage", "scored", "scored_18q2", "paired"])
    numbers = rng.permutation(900)[: len(lines)] + 1
    patients = dict(zip(lines["stripped"], rng.permutation(900)[: len(lines)], strict=True))
    owner = lines["stripped"].replace(TWINS).map(patients)
    return lines.assign(
        ach=[f"ACH-{number:06d}" for number in numbers],
        ccle=lines["stripped"] + "_" + lines["lineage"].map(SITES),
        name=lines["stripped"].map(spelled),
        patient=owner.map("PT-{:06d}".format),
    )


def lineage_rows(lineage: str) -> list[tuple]:
    """Return the lines of a lineage: name, lineage, scored, scored in 18Q2, paired with TCGA."""
    names = LINES[lineage].split()
    scored = len(names) - UNSCORED[lineage]
    return [
        (name, lineage, at < scored, at < scored - NOT_18Q2, at < scored - NOT_PAIRED)
        for at, name in enumerate(names)
    ]


def spelled(stripped: str) -> str:
    """Return a line's name with hyphens: HT-29, NCI-H1299."""
    if stripped.startswith("NCIH"):
        return stripped.replace("NCIH", "NCI-H")
    return re.sub(r"(?<=[A-Z])(?=\d)", "-", stripped, count=1)


def make_patients(rng: np.random.Generator) -> pd.DataFrame:
    """Return patient (12 characters), cancer, redacted; one more BRCA patient is redacted."""
    rows = []
    for cancer, count in N_PATIENTS.items():
        count += cancer == "BRCA"
        numbers = np.sort(rng.choice(9000, count, replace=False) + 1000)
        sites = CENTERS[cancer]
        rows += [(f"TCGA-{sites[at % len(sites)]}-{number}", cancer) for at, number in enumerate(numbers)]
    patients = pd.DataFrame(rows, columns=["patient", "cancer"])
    return patients.assign(redacted=patients.index == N_PATIENTS["BRCA"])


def make_tumors(patients: pd.DataFrame) -> pd.DataFrame:
    """Return sample (15 characters), patient, cancer, group, kind, main (the one that counts)."""
    rows = []
    for at, patient in enumerate(patients.itertuples()):
        kinds = sample_kinds(patient.cancer, at)
        group = GROUPS[patient.cancer]
        rows += [
            (f"{patient.patient}-{kind}", patient.patient, patient.cancer, group, kind, kind == kinds[-1])
            for kind in kinds
        ]
    return pd.DataFrame(rows, columns=["sample", "patient", "cancer", "group", "kind", "main"])


def sample_kinds(cancer: str, number: int) -> tuple[str, ...]:
    """Return the sample types of a patient, the one that counts last."""
    if cancer == "LAML":
        return ("03",)
    return SKCM_KINDS[number % len(SKCM_KINDS)] if cancer == "SKCM" else ("01",)
