"""Genes, probes and bins of the small world.

Symbols and Entrez ids are those of NCBI; places are about right for hg19; Ensembl numbers are made up.
"""

import numpy as np
import pandas as pd

from deepdep.io.builds import lengths_of

# Symbol (of 2018), Entrez id, chromosome, start and length in thousands of base pairs (hg19).
GENES = """
KRAS 3845 12 25358 46; TP53 7157 17 7571 26; BRAF 673 7 140433 190; NRAS 4893 1 115247 12
PIK3CA 5290 3 178866 91; PTEN 5728 10 89623 105; ERBB2 2064 17 37844 41; ESR1 2099 6 152011 413
MYC 4609 8 128748 5; CDKN2A 1029 9 21967 27; EGFR 1956 7 55086 188; WRN 7486 8 30890 140
GATA3 2625 10 8096 21; SEPT9 10801 17 75276 220; MARCH1 55016 4 164445 840; SLC35E2 9906 1 1656 21
SLC35E2B 728661 1 1592 32; RB1 5925 13 48877 178; APC 324 5 112043 139; CTNNB1 1499 3 41240 41
SMAD4 4089 18 48556 55; STK11 6794 19 1205 23; KEAP1 9817 19 10596 17; NF1 4763 17 29421 283
ARID1A 8289 1 27022 86; IDH1 3417 2 209100 19; FLT3 2322 13 28577 97; NPM1 4869 5 170814 23
DNMT3A 1788 2 25455 110; CDK4 1019 12 58141 5; CDK6 1021 7 92234 231; CCND1 595 11 69455 13
CCNE1 898 19 30302 12; MDM2 4193 12 69201 38; MDM4 4194 1 204485 42; MCL1 4170 1 150547 5
BCL2 596 18 60790 196; BCL2L1 598 20 30252 59; AR 367 X 66763 187; ATRX 546 X 76760 281
KDM6A 7403 X 44732 238; CD99 4267 X 2609 50; BRCA1 672 17 41196 81; BRCA2 675 13 32889 84
ATM 472 11 108093 146; ATR 545 3 142168 129; CHEK1 1111 11 125495 51; PARP1 142 1 226548 47
MLH1 4292 3 37034 58; MSH2 4436 2 47630 80; SOX10 6663 22 38368 12; MITF 4286 3 69788 229
FOXA1 2305 14 38058 6; GRHL2 79977 8 102504 177; KLF5 688 13 73629 22; SOX2 6657 3 181429 3
PAX8 7849 2 113973 63; WT1 7490 11 32409 48; MYB 4602 6 135502 39; CBFB 865 16 67063 72
RUNX1 861 21 36160 261; SPI1 6688 11 47376 24; IRF4 3662 6 391 20; MEF2C 4208 5 88013 187
EP300 2033 22 41487 88; CREBBP 1387 16 3775 155; SMARCA4 6597 19 11071 101; ERBB3 2065 12 56473 24
FGFR1 2260 8 38268 58; FGFR2 2263 10 123237 120; FGFR4 2264 5 176513 12; MET 4233 7 116312 126
ALK 238 2 29415 729; KIT 3815 4 55524 83; SF3B1 23451 2 198254 46; U2AF1 7307 21 44513 15
POLR2A 5425 17 7387 30; POLR2B 5431 4 57845 52; RPL3 6122 22 39708 8; RPS6 6194 9 19375 5
PSMB5 5693 14 23485 19; PSMA1 5682 11 14515 149; PCNA 5111 20 5095 12; RRM1 6240 11 4115 44
SNRPD1 6632 18 19192 18; PLK1 5347 16 23690 12; AURKB 9212 17 8108 6; KIF11 3832 10 94353 62
CDK1 983 10 62538 16; CDK9 1025 9 130548 5; MAP2K1 5604 15 66679 105; MAPK1 5594 22 22108 108
SHOC2 8036 10 112679 94; PTPN11 5781 12 112856 91; GNAQ 2776 9 80331 311; VHL 7428 3 10183 10
TTN 7273 2 179390 281; MUC16 94025 19 8959 133
"""
# What later releases call them.
NEW_SYMBOLS = {"SEPT9": "SEPTIN9", "MARCH1": "MARCHF1", "SLC35E2": "SLC35E2A"}
ESSENTIAL = (
    *("POLR2A", "POLR2B", "RPL3", "RPS6", "PSMB5", "PSMA1", "PCNA", "RRM1"),
    *("SNRPD1", "PLK1", "AURKB", "KIF11", "CDK1", "CDK9", "SF3B1", "U2AF1"),
)
# Tumours' copy number varies little on these, and is exactly 0 in many samples on ZERO.
QUIET, ZERO = ("2", "4", "14", "15", "22"), ("16",)
BIN, N_BINS, N_PROBES, N_UNMETHYLATED = 10_000, 40, 48, 8
# Published lists: that many of the genes above, and those below.
N_EXPRESSION, N_MUTATION, N_DEPOIS = 45, 35, 45
MARKERS = ("SOX10", "MITF", "ESR1", "GATA3", "FOXA1", "MYB", "SPI1", "CBFB", "KLF5", "SOX2", "PAX8", "WT1")
DRIVERS = ("FLT3", "MLH1", "NPM1", "BRCA1")
NO_DEPOI = ("SEPT9", "MARCH1", "SLC35E2", "SLC35E2B", "CD99", "TTN", "MUC16")


def make_genes() -> pd.DataFrame:
    """Return symbol, new (today's symbol), entrez, chrom, start, end (hg19), ensembl (no version)."""
    rows = [entry.split() for line in GENES.strip().splitlines() for entry in line.split(";")]
    genes = pd.DataFrame(rows, columns=["symbol", "entrez", "chrom", "start", "length"])
    start = genes["start"].astype(int) * 1000 + 137
    number = 100_000 + genes["entrez"].astype(int).mul(613).mod(99_991)
    return genes.assign(
        new=genes["symbol"].replace(NEW_SYMBOLS),
        start=start,
        end=start + genes["length"].astype(int) * 1000 - 200,
        ensembl=number.map("ENSG00000{:06d}".format),
    ).drop(columns="length")


def make_probes(rng: np.random.Generator) -> list[str]:
    """Return probes, those at the end unmethylated nearly everywhere."""
    numbers = rng.choice(27_000_000, N_PROBES, replace=False)
    return [f"cg{number:08d}" for number in numbers]


def make_bins(genes: pd.DataFrame) -> pd.DataFrame:
    """Return bins inside genes off the quiet chromosomes: feature, chrom, number (of the bin)."""
    wide = genes[(genes["end"] - genes["start"] > 2 * BIN) & ~genes["chrom"].isin([*QUIET, *ZERO])]
    rows = wide.iloc[:N_BINS]
    number = rows["start"] // BIN + 2
    names = [f"chr{chrom}_{last - 1}to{last}_10k" for chrom, last in zip(rows["chrom"], number, strict=True)]
    return pd.DataFrame({"feature": names, "chrom": rows["chrom"].to_list(), "number": number.to_list()})


def chromosome_lengths() -> dict[str, int]:
    """Return chromosome (1 to 22, X) to its length in hg19."""
    return {("X" if name == "23" else name): n for name, n in lengths_of("hg19").items() if name != "24"}


def free_cuts(genes: pd.DataFrame) -> dict[str, list[int]]:
    """Return, for each chromosome, whole millions of base pairs at which no gene is cut."""
    cuts = {}
    for chrom, length in chromosome_lengths().items():
        own = genes[genes["chrom"] == chrom]
        places = range(3_000_000, length - 3_000_000, 1_000_000)
        cuts[chrom] = [at for at in places if not ((own["start"] <= at + 1) & (own["end"] >= at)).any()]
    return cuts


def published_lists(
    genes: pd.DataFrame, probes: list[str], bins: pd.DataFrame, planted: list[str]
) -> dict[str, list[str]]:
    """Return the features of each published list, in its order; ``planted`` are genes of interest."""
    symbols = genes["symbol"].to_list()
    others = [name for name in symbols if name not in NO_DEPOI and name not in ESSENTIAL[10:]]
    return {
        "expression": first_sorted([*MARKERS, *symbols], N_EXPRESSION),
        "mutation": first_sorted([*DRIVERS, *symbols], N_MUTATION),
        "methylation": probes[: N_PROBES - N_UNMETHYLATED],
        "copy_number": bins["feature"].to_list(),
        "genes": first_sorted([*planted, *ESSENTIAL[:10], *others], N_DEPOIS),
    }


def first_sorted(names: list[str], count: int) -> list[str]:
    """Return the first so many names, each once, sorted."""
    return sorted(list(dict.fromkeys(names))[:count])
