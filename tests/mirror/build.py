"""Write all files of the mirror."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mirror import annotation, ccle, depmap, paper, screens, sets, tcga_matrices, tcga_mc3, tcga_sheets
from mirror.aliquots import RNA, make_aliquots
from mirror.world import World, make_world


@dataclass(frozen=True)
class Mirror:
    """The mirror's folder, and what its files say once their traps are resolved.

    Parameters
    ----------
    folder
        Has <dataset>/<version>/<file>.
    world
        Genes, probes, bins, the published lists, cell lines, patients and tumour samples.
    tumors
        Patients x features: ``expression`` (Toil, log2(TPM+1)), ``rsem`` (EB++, log2(RSEM+1)),
        ``mutation`` (MC3 with LAML and OV rescued), ``methylation``, ``copy_number`` (genes,
        log2(CN/2)), ``bins``; and ``survival`` (OS, OS.time). Genes go by symbols of 2018.
    lines
        ACH ids x features: ``effect`` (24Q4), ``effect_18q2``, ``expression``, ``copy_number``,
        ``damaging``, ``mutation`` (five classes), ``ccle_tpm``, ``gse68379``, ``demeter2``,
        ``project_score``, ``ceres``, ``chronos``; ``paper_expression``, ``paper_mutation``,
        ``paper_methylation`` and ``paper_bins`` of DeepDEP's own matrices.
    traps
        How often each trap occurs.
    banned_patient
        Patient whose only RNA aliquot is marked Do_not_use (Toil does not know of it).
    """

    folder: Path
    world: World
    tumors: dict[str, pd.DataFrame]
    lines: dict[str, pd.DataFrame]
    traps: dict[str, int]
    banned_patient: str

    @property
    def files(self) -> list[str]:
        """Files as <dataset>/<version>/<file>, sorted."""
        paths = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.folder)) for path in paths)


def make_mirror(folder: Path, seed: int = 1, *, ach_18q2: bool = False) -> Mirror:
    """Write a miniature of the public files.

    Parameters
    ----------
    folder
        Where to; made if it is not there.
    seed
        Of all values; the same seed gives the same bytes.
    ach_18q2
        The 18Q2 gene effect has ACH ids as rows, not CCLE names (the real file is not known).
    """
    world = make_world(seed)
    tumors, tumor_traps = write_tumors(folder, world)
    lines, line_traps = write_lines(folder, world, ach_18q2)
    sets.write_sets(folder, world)
    annotation.write_gtf(folder, world)
    return Mirror(folder, world, tumors, lines, tumor_traps | line_traps, banned_patient(world))


def write_tumors(folder: Path, world: World) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Write all files of TCGA; what is true of patients, and counts of traps."""
    tumors, traps = {"expression": tcga_matrices.write_toil(folder, world)}, {}
    tumors["rsem"], found = tcga_matrices.write_expression(folder, world)
    traps |= found
    tumors["methylation"], found = tcga_matrices.write_methylation(folder, world)
    traps |= found
    tumors["copy_number"], tumors["bins"], found = tcga_matrices.write_segments(folder, world)
    traps |= found
    tumors["mutation"], found = tcga_mc3.write_mc3(folder, world)
    traps |= found
    tumors["survival"] = tcga_sheets.write_cdr(folder, world)
    traps |= tcga_sheets.write_annotations(folder, world) | tcga_sheets.write_clinical(folder, world)
    traps |= tcga_sheets.write_mantis(folder, world)
    return tumors, traps


def write_lines(folder: Path, world: World, ach_18q2: bool) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Write all files of cell lines; what is true of them, and counts of traps."""
    lines = depmap.write_matrices(folder, world) | depmap.write_sanger(folder, world)
    traps = depmap.write_models(folder, world)
    depmap.write_variants(folder, world)
    depmap.write_essentials(folder, world)
    lines["effect_18q2"] = depmap.write_18q2(folder, world, ach_18q2)
    lines |= {f"paper_{name}": frame for name, frame in paper.write_matrices(folder, world).items()}
    paper.write_lists(folder, world)
    lines["ccle_tpm"] = ccle.write_tpm(folder, world)
    ccle.write_segments(folder, world)
    lines["gse68379"], found = ccle.write_gse68379(folder, world)
    lines["demeter2"] = screens.write_demeter2(folder, world)
    lines["project_score"] = screens.write_project_score(folder, world)
    return lines, traps | found | ccle.write_maf(folder, world) | paper.write_annotations(folder, world)


def banned_patient(world: World) -> str:
    """Return the patient whose only RNA aliquot is not to be used."""
    table = make_aliquots(world, RNA).table
    all_banned = table.groupby("sample")["do_not_use"].all()
    return str(all_banned.index[all_banned][0])[:12]
