"""DeepDEP's own matrices and lists, and CCLE's table of names."""

import gzip
import tempfile
from pathlib import Path

import pandas as pd
import rdata

from deepdep.io.rdata import FILES
from mirror import headers
from mirror.files import save_bytes, save_rows, save_wide
from mirror.sets import cgp_sets
from mirror.world import World

DEEPDEP, LISTS = "deepdep/2021", "prep4deepdep/f713c84b73"
ANNOTATIONS = "ccle/20181226/Cell_lines_annotations_20181226.txt"
# Lines of CCLE without a DepMap id, and a line that was merged into another.
WITHOUT_ID = ("TE125T_SOFT_TISSUE", "HS172T_URINARY_TRACT", "CAL27_UPPER_AERODIGESTIVE_TRACT")
MERGED_INTO, MERGED_NAME = "NCIH1975", "H3255_LUNG"


def write_matrices(folder: Path, world: World) -> dict[str, pd.DataFrame]:
    """Write the four matrices and the fingerprints; lines (ACH) x published features."""
    omics, ach = world.lines_omics, world.ach("paired")
    frames = {
        "exp": omics.expression[world.lists["expression"]],
        "mut": omics.mutation[world.lists["mutation"]],
        "meth": omics.methylation[world.lists["methylation"]],
        "cna": omics.bins[world.lists["copy_number"]],
    }
    corners = {"exp": "Gene", "mut": "Gene", "meth": "Probe", "cna": "CNA"}
    for name, frame in frames.items():
        table = frame.loc[ach].rename(index=world.ccle_of).T
        save_wide(folder / DEEPDEP / f"ccl_{name}_data_paired_with_tcga.txt", table, corners[name], digits=4)
    save_wide(folder / DEEPDEP / "crispr_gene_fingerprint_cgp.txt", fingerprints(world), "GeneSet")
    names = ("expression", "mutation", "methylation", "bins")
    return {name: frame.loc[ach] for name, frame in zip(names, frames.values(), strict=True)}


def fingerprints(world: World) -> pd.DataFrame:
    """Return gene sets x genes of interest; sets with none of them are left out."""
    genes = world.lists["genes"]
    rows = {name: [float(gene in members) for gene in genes] for name, members in cgp_sets(world).items()}
    frame = pd.DataFrame(rows, index=genes).T
    return frame[frame.any(axis=1)]


def write_lists(folder: Path, world: World) -> None:
    """Write the five lists as R data."""
    omics = world.lines_omics
    places = world.bins["chrom"].replace("X", "23").astype(float)
    number = world.bins["number"].astype(float)
    frames = {
        "expression": {"Gene": world.lists["expression"], "Mean": omics.expression.mean().round(4)},
        "mutation": {"Gene": world.lists["mutation"], "Median": omics.mutation.median()},
        "methylation": {"Probe": world.lists["methylation"], "Mean": omics.methylation.mean().round(4)},
        "genes": {"Gene": world.lists["genes"]},
    }
    for kind, columns in frames.items():
        features = next(iter(columns.values()))
        table = {
            name: cells.loc[features].to_numpy() if isinstance(cells, pd.Series) else cells
            for name, cells in columns.items()
        }
        save_rdata(folder / LISTS / FILES[kind].name, pd.DataFrame(table))
    bins = {"CNA": world.bins["feature"], "Chr": places, "Start": number - 1, "End": number}
    save_rdata(folder / LISTS / FILES["copy_number"].name, pd.DataFrame(bins))


def save_rdata(path: Path, frame: pd.DataFrame) -> None:
    """Write one data frame as R does, without the time."""
    with tempfile.TemporaryDirectory() as folder:
        stamped = Path(folder) / "stamped"
        rdata.write_rda(stamped, {path.stem: frame})
        save_bytes(path, gzip.decompress(stamped.read_bytes()), packed=True)


def write_annotations(folder: Path, world: World) -> dict[str, int]:
    """Write CCLE's table of lines; counts of the traps."""
    rows = [annotation(one.ccle, one.ach, one.name, one.lineage) for one in world.lines.itertuples()]
    target = world.lines.set_index("stripped")["ach"][MERGED_INTO]
    rows.append(annotation(f"[MERGED_TO_{target}]{MERGED_NAME}", target, "", "Lung"))
    rows += [annotation(name, "", name.split("_")[0], "Other") for name in WITHOUT_ID]
    save_rows(folder / ANNOTATIONS, [headers.CELL_LINES, *rows])
    return {"without_depmap_id": len(WITHOUT_ID), "merged_names": 1}


def annotation(ccle: str, ach: str, name: str, lineage: str) -> list[str]:
    """Return one row of CCLE's table."""
    known = {
        "CCLE_ID": ccle,
        "depMapID": ach,
        "Name": name,
        "Site_Primary": lineage.lower(),
        "Histology": "carcinoma",
        "Gender": "female",
        "type": lineage.lower(),
        "type_refined": lineage.lower(),
        "tcga_code": "UNABLE TO CLASSIFY",
        "Characteristics": 'epithelial "adherent"',
    }
    return [known.get(column, "NA") for column in headers.CELL_LINES]
