"""Gene sets of MSigDB, by the symbols of 2018 and by today's."""

from pathlib import Path

from mirror.effects import BY_LINEAGE
from mirror.files import save_rows
from mirror.genome import ESSENTIAL, NEW_SYMBOLS, NO_DEPOI
from mirror.world import World

N_RANDOM = 50
PATHWAYS = {
    "CHIANG_RAS_SIGNALING_UP": ("KRAS", "NRAS", "BRAF", "MAP2K1", "MAPK1", "SHOC2", "PTPN11", "NF1"),
    "MARTIN_P53_TARGETS": ("TP53", "MDM2", "MDM4", "CDKN2A", "ATM", "CHEK1"),
    "SMID_ERBB_RECEPTORS": ("ERBB2", "ERBB3", "EGFR", "PIK3CA", "PTEN"),
    "WHITE_MISMATCH_REPAIR": ("MLH1", "MSH2", "WRN", "ATR", "PARP1"),
    "LEE_CYCLINS": ("CCND1", "CCNE1", "CDK4", "CDK6", "RB1", "MYC"),
    "MOOTHA_BCL2_FAMILY": ("BCL2", "BCL2L1", "MCL1"),
    "WANG_ESSENTIAL_IN_ALL": ESSENTIAL[:9],
    "BOYLE_CELL_CYCLE_GENES": ESSENTIAL[6:],
}
# None of its genes is a gene of interest.
WITHOUT_DEPOI = "GREENE_LONG_GENES"
HALLMARKS = {
    "HALLMARK_P53_PATHWAY": "MARTIN_P53_TARGETS",
    "HALLMARK_G2M_CHECKPOINT": "BOYLE_CELL_CYCLE_GENES",
}
# A symbol no other file has.
STRANGER = "HBB"


def cgp_sets(world: World) -> dict[str, list[str]]:
    """Return sets by symbols of 2018: pathways, lineages, random ones, one without genes of interest."""
    rng, symbols = world.rng(61), world.genes["symbol"].to_numpy()
    sets = {name: list(members) for name, members in PATHWAYS.items()}
    for lineage, members in BY_LINEAGE.items():
        sets[f"ROSS_{lineage.upper()}_MARKERS_UP"] = list(members)
    for at in range(N_RANDOM):
        chosen = rng.choice(symbols, rng.integers(4, 16), replace=False)
        sets[f"MIKKELSEN_RESPONSE_{at}_DN"] = [*map(str, chosen), STRANGER]
    # Every gene of interest is in two sets at least.
    for at, gene in enumerate(world.lists["genes"]):
        for number in (at % N_RANDOM, (7 * at + 3) % N_RANDOM):
            sets[f"MIKKELSEN_RESPONSE_{number}_DN"].append(gene)
    return {name: list(dict.fromkeys(members)) for name, members in sets.items()} | {
        WITHOUT_DEPOI: [*NO_DEPOI, STRANGER]
    }


def write_sets(folder: Path, world: World) -> None:
    """Write the four GMT files; sets of GO terms are those of perturbations by another name."""
    old = cgp_sets(world)
    new = {name: [NEW_SYMBOLS.get(gene, gene) for gene in members] for name, members in old.items()}
    hallmarks = {name: new[source] for name, source in HALLMARKS.items()}
    save_gmt(folder / "msigdb/6.2/c2.cgp.v6.2.symbols.gmt", old)
    terms = {f"GO_{name}": members for name, members in old.items()}
    save_gmt(folder / "msigdb/6.2/c5.all.v6.2.symbols.gmt", terms)
    save_gmt(folder / "msigdb/2024.1.Hs/c2.cgp.v2024.1.Hs.symbols.gmt", new)
    save_gmt(folder / "msigdb/2024.1.Hs/h.all.v2024.1.Hs.symbols.gmt", hallmarks)


def save_gmt(path: Path, sets: dict[str, list[str]]) -> None:
    """Write sets, one a line."""
    address = "http://www.broadinstitute.org/gsea/msigdb/cards/"
    save_rows(path, [[name, address + name, *members] for name, members in sets.items()])
