"""TCGA: MC3 variants."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mirror import headers
from mirror.aliquots import EXOME, make_aliquots, of_patients
from mirror.files import save_sheet
from mirror.world import World

FILE = "pancanatlas/2018/mc3.v0.2.8.PUBLIC.maf.gz"
# Tags of variants that count, by cancer type; amplified DNA has no PASS in LAML, and little in OV.
GOOD = {
    "LAML": ("wga", "native_wga_mix", "wga,native_wga_mix"),
    "OV": ("PASS", "wga", "wga", "native_wga_mix", "wga,native_wga_mix"),
}
REFUSED = ("oxog", "common_in_exac,nonpreferredpair", "StrandBias,wga", "common_in_exac,wga", "gapfiller")
# The second aliquot of a sample has this gene's variant alone.
SECOND_GENE = "TTN"


def write_mc3(folder: Path, world: World) -> tuple[pd.DataFrame, dict[str, int]]:
    """Write MC3; return patients x symbols as 0/1 with LAML and OV rescued, and counts of the traps.

    One LUAD patient has no row that passed, and is not in the table.
    """
    rng, aliquots = world.rng(31), make_aliquots(world, EXOME)
    cancers = world.tumors.set_index("sample")["cancer"]
    lost = lost_sample(world, aliquots.used)
    rows = []
    for one in aliquots.tumors.itertuples():
        good = REFUSED[:1] if one.sample == lost else GOOD.get(cancers[one.sample], ("PASS",))
        rows += sample_rows(world, one, rng, good)
    rows += [row | other_normal(row) for row in rows[:9]]
    save_sheet(folder / FILE, rows, headers.MC3, "\t")
    first = world.tumors_omics.mutation
    second = pd.DataFrame(0.0, index=first.index, columns=first.columns).assign(**{SECOND_GENE: 1.0})
    truth = of_patients(first, second, aliquots.used[aliquots.used["sample"] != lost])
    return truth, {"samples_without_usable_row": 1, "rows_of_other_normal": 9, "maf_rows": len(rows)}


def lost_sample(world: World, used: pd.DataFrame) -> str:
    """Return the sample none of whose variants passed."""
    lung = world.tumors[world.tumors["cancer"].eq("LUAD") & world.tumors["sample"].isin(used["sample"])]
    single = lung[~lung["patient"].isin(used.index[used["copy"] == 1])]
    return single["sample"].iloc[-1]


def sample_rows(
    world: World, aliquot: Any, rng: np.random.Generator, good: tuple[str, ...]
) -> list[dict[str, object]]:
    """Return the rows of one aliquot: its variants, a silent one, and two that did not pass."""
    classes = world.tumors_omics.classes.loc[aliquot.sample]
    if aliquot.copy == 1:
        only = ["Nonsense_Mutation" if gene == SECOND_GENE else "" for gene in classes.index]
        classes = pd.Series(only, index=classes.index)
    found = [(gene, kind, str(rng.choice(good))) for gene, kind in classes.items() if kind]
    clear = rng.choice(classes.index[classes == ""], 3, replace=False)
    found += [(clear[0], "Silent", str(rng.choice(good)))]
    found += [(gene, "Missense_Mutation", str(rng.choice(REFUSED))) for gene in clear[1:]]
    places = world.genes.set_index("symbol")
    return [variant(aliquot.barcode, gene, places.loc[gene], kind, tag) for gene, kind, tag in found]


def variant(barcode: str, gene: str, place: pd.Series, kind: str, tag: str) -> dict[str, object]:
    """Return one row."""
    known = place["entrez"] if len(gene) > 4 else 0
    return {
        "Hugo_Symbol": gene,
        "Entrez_Gene_Id": known,
        "Center": ".",
        "NCBI_Build": "GRCh37",
        "Chromosome": place["chrom"],
        "Start_Position": place["start"] + 250,
        "End_Position": place["start"] + 250,
        "Strand": "+",
        "Variant_Classification": kind,
        "Variant_Type": "SNP",
        "Reference_Allele": "C",
        "Tumor_Seq_Allele1": "C",
        "Tumor_Seq_Allele2": "T",
        "Tumor_Sample_Barcode": barcode,
        "Matched_Norm_Sample_Barcode": f"{barcode[:13]}10A-01D-1490-08",
        "Exon_Number": "2/5",
        "Gene": place["ensembl"],
        "STRAND": "-1",
        "SYMBOL": gene,
        "DOMAINS": '"Pfam_domain:PF00071',
        "FILTER": tag,
        "CENTERS": "MUTECT|RADIA|VARSCANS*",
        "NCALLERS": 3,
    }


def other_normal(row: dict[str, object]) -> dict[str, object]:
    """Return what differs where the same variant was called against a second normal."""
    normal = str(row["Matched_Norm_Sample_Barcode"]).replace("10A", "11A")
    return {"Matched_Norm_Sample_Barcode": normal, "FILTER": "nonpreferredpair"}
