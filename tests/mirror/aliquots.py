"""Aliquots of TCGA: which patients each assay has, second aliquots, banned ones, normals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mirror.world import World

LACKING, SECOND, NORMALS = 4, 3, 6


@dataclass(frozen=True)
class Assay:
    """How an assay calls its aliquots, and its name in the quality annotations."""

    part: int
    platform: str
    ending: str
    normal: str
    banned: bool = True
    alone: bool = False


# ``alone``: one patient's only aliquot is banned too.
RNA = Assay(11, "IlluminaHiSeq_RNASeqV2", "-11R-A29S-07", "11A", alone=True)
SNP = Assay(12, "Genome_Wide_SNP_6", "-11D-A29H-01", "10A")
METHYLATION = Assay(13, "HumanMethylation450", "-11D-A10Q-05", "11A")
EXOME = Assay(14, "IlluminaHiSeq_DNASeqC", "-01D-1490-08", "10A", banned=False)


@dataclass(frozen=True)
class Aliquots:
    """Aliquots of an assay in file order.

    ``table``: barcode, sample (15 characters), copy (1 = a second aliquot, with other values),
    normal, do_not_use. ``used``: patient to the aliquot that counts: sample and copy.
    """

    table: pd.DataFrame
    used: pd.DataFrame

    @property
    def tumors(self) -> pd.DataFrame:
        """Aliquots of tumours."""
        return self.table[~self.table["normal"]]


def make_aliquots(world: World, assay: Assay) -> Aliquots:
    """Choose patients and aliquots of an assay."""
    rng = world.rng(assay.part)
    plain = world.patients[
        world.patients["cancer"].isin(["BRCA", "LUAD", "COAD"]) & ~world.patients["redacted"]
    ]
    special = rng.permutation(plain["patient"].to_numpy())
    lacking, second = special[:LACKING], special[LACKING : LACKING + SECOND]
    banned, alone = special[LACKING + SECOND], special[LACKING + SECOND + 1]
    tumors = world.tumors[~world.tumors["patient"].isin(lacking)]
    rows = [(sample, 0, False, False) for sample in tumors["sample"]]
    rows += [(f"{patient}-01", 1, False, False) for patient in [*second, banned]]
    normals = tumors["patient"].drop_duplicates().iloc[:NORMALS]
    rows += [(f"{patient}-{assay.normal[:2]}", 0, True, False) for patient in normals]
    table = pd.DataFrame(rows, columns=["sample", "copy", "normal", "do_not_use"])
    table["barcode"] = table["sample"] + np.where(table["copy"] == 1, "B", "A") + assay.ending
    first = table["copy"].eq(0)
    if assay.banned:
        table["do_not_use"] = first & table["sample"].eq(f"{banned}-01")
    if assay.alone:
        table["do_not_use"] |= table["sample"].eq(f"{alone}-01")
    table = table.iloc[rng.permutation(len(table))].reset_index(drop=True)
    return Aliquots(table, used_aliquots(table, tumors))


def used_aliquots(table: pd.DataFrame, tumors: pd.DataFrame) -> pd.DataFrame:
    """Return patient (index) to sample and copy of the aliquot that counts."""
    usable = table[~table["do_not_use"]].sort_values("barcode").drop_duplicates("sample")
    main = tumors[tumors["main"]].set_index("sample")["patient"]
    used = usable[usable["sample"].isin(main.index)]
    return used.assign(patient=used["sample"].map(main)).set_index("patient")[["sample", "copy"]].sort_index()


def of_patients(first: pd.DataFrame, second: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Return patients x features: values of the first or second aliquot, whichever counts."""
    values = np.where(used[["copy"]] == 1, second.loc[used["sample"]], first.loc[used["sample"]])
    return pd.DataFrame(values.astype(float), index=used.index.rename("sample"), columns=first.columns)
