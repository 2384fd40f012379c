"""DepMap 24Q4, and gene effects of other screens that DepMap processed."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mirror import headers
from mirror.effects import another_screen, with_gaps
from mirror.files import comma_cell, save_rows, save_sheet, save_wide
from mirror.genome import ESSENTIAL
from mirror.values import CLASSES
from mirror.world import World

RELEASE = "depmap/24Q4"
TERMS = dict(
    zip(
        CLASSES,
        (
            "missense_variant",
            "stop_gained",
            "frameshift_variant",
            "frameshift_variant&splice_region_variant",
            "splice_acceptor_variant",
        ),
        strict=True,
    )
)
HARMLESS = ("synonymous_variant", "splice_region_variant&intron_variant", "inframe_deletion")
# Models that nobody screened and that have no omics, and one without PatientID.
OTHERS, NO_PATIENT = 6, 1
MISSING, SPARSE_GENE = 0.01, "GRHL2"


def write_models(folder: Path, world: World) -> dict[str, int]:
    """Write Model.csv; counts of the traps."""
    rows = [model_row(one, number) for number, one in enumerate(world.lines.itertuples())]
    rows += [
        {
            "ModelID": f"ACH-{2001 + at:06d}",
            "PatientID": f"PT-{2001 + at:06d}" if at >= NO_PATIENT else "",
            "CellLineName": f"ORG-{at}",
            "OncotreeLineage": "Bowel",
            "ModelType": "Organoid",
        }
        for at in range(OTHERS)
    ]
    order = np.random.default_rng(world.seed).permutation(len(rows))
    save_sheet(folder / RELEASE / "Model.csv", [rows[at] for at in order], headers.MODELS, ",")
    return {"models": len(rows), "models_without_patient": NO_PATIENT}


def model_row(one: Any, number: int) -> dict[str, object]:
    """Return one cell line's row; every 9th has no COSMIC id."""
    return {
        "ModelID": one.ach,
        "PatientID": one.patient,
        "CellLineName": one.name,
        "StrippedCellLineName": one.stripped,
        "OncotreeLineage": one.lineage,
        "OncotreePrimaryDisease": f"{one.lineage} carcinoma, not further specified",
        "Age": 30 + number % 50 if number % 4 else "",
        "Sex": ("Female", "Male", "Unknown")[number % 3],
        "ModelType": "Cell Line",
        "CCLEName": one.ccle,
        "SangerModelID": f"SIDM{number:05d}",
        "COSMICID": f"{905_900 + number}.0" if number % 9 else "",
    }


def write_matrices(folder: Path, world: World) -> dict[str, pd.DataFrame]:
    """Write effect, expression, copy number and damaging variants; what is true, lines x symbols of 2018."""
    rng, omics = world.rng(51), world.lines_omics
    effect = with_gaps(rng, world.effect.loc[world.ach("scored")], MISSING)
    effect.loc[rng.random(len(effect)) < 0.4, SPARSE_GENE] = np.nan
    expression = omics.expression.iloc[rng.permutation(len(omics.expression))[:-2]]
    ratio = np.exp2(omics.copy_number).round(6)
    copies = rng.integers(1, 3, omics.classes.shape)
    harmful = ~omics.classes.isin(["", "Missense_Mutation"])
    damaging = (harmful * copies).astype(float)
    for name, frame in (
        ("CRISPRGeneEffect", effect),
        ("OmicsExpressionProteinCodingGenesTPMLogp1", expression),
        ("OmicsCNGene", ratio),
        ("OmicsSomaticMutationsMatrixDamaging", damaging),
    ):
        save_models(folder / RELEASE / f"{name}.csv", frame, world.labels)
    return {
        "effect": effect,
        "expression": expression,
        "copy_number": omics.copy_number,
        "damaging": damaging.clip(upper=1),
        "mutation": omics.mutation,
    }


def save_models(path: Path, frame: pd.DataFrame, labels: list[str], corner: str = "") -> None:
    """Write models x genes under labels, missing values empty."""
    save_wide(path, frame.set_axis(labels, axis=1), corner, ",", missing="", digits=6)


def write_variants(folder: Path, world: World) -> None:
    """Write the table of variants."""
    rng, genes = world.rng(52), world.genes.set_index("symbol")
    rows = []
    for ach, classes in world.lines_omics.classes.iterrows():
        found = [(gene, TERMS[kind], kind) for gene, kind in classes.items() if kind]
        clear = rng.choice(classes.index[classes == ""], 2, replace=False)
        found += [(gene, str(rng.choice(HARMLESS)), "") for gene in clear]
        rows += [variant_row(ach, genes.loc[gene], terms, kind) for gene, terms, kind in found]
    save_sheet(folder / RELEASE / "OmicsSomaticMutations.csv", rows, headers.VARIANTS, ",")


def variant_row(ach: str, gene: pd.Series, terms: str, kind: str) -> dict[str, object]:
    """Return the row of one variant (hg38)."""
    return {
        "Chrom": f"chr{gene['chrom']}",
        "Pos": gene["start"] + 70_250,
        "Ref": "C",
        "Alt": "T",
        "GT": "0|1",
        "VariantType": "SNV",
        "VariantInfo": terms,
        "HugoSymbol": gene["new"],
        "EnsemblGeneID": gene["ensembl"],
        "HgncName": f"{gene['new']}, as HGNC has it",
        "MolecularConsequence": terms,
        "LikelyLoF": str(kind not in ("", "Missense_Mutation")),
        "EntrezGeneID": gene["entrez"],
        "ModelID": ach,
    }


def write_essentials(folder: Path, world: World) -> None:
    """Write the common essential genes."""
    chosen = world.genes[world.genes["symbol"].isin(ESSENTIAL)]
    labels = [f"{one.new} ({one.entrez})" for one in chosen.itertuples()]
    path = folder / RELEASE / "CRISPRInferredCommonEssentials.csv"
    save_rows(path, [[comma_cell(label)] for label in ["Essentials", *labels]])


def write_sanger(folder: Path, world: World) -> dict[str, pd.DataFrame]:
    """Write the Sanger screens as DepMap processed them; lines x symbols of 2018."""
    truth = {}
    chosen = [ach for at, ach in enumerate(world.ach("scored")) if at % 3 != 1]
    for name, part, scale in (("ceres", 53, 0.9), ("chronos", 54, 1.0)):
        rng = world.rng(part)
        truth[name] = with_gaps(rng, another_screen(rng, world.effect.loc[chosen], scale, 0.15), 0.005)
        save_models(folder / "sanger_depmap" / name / "gene_effect.csv", truth[name], world.labels)
    return truth


def write_18q2(folder: Path, world: World, ach_rows: bool) -> pd.DataFrame:
    """Write the 18Q2 effect by CCLE name, or by ACH id; lines (ACH) x symbols."""
    rng = world.rng(55)
    effect = another_screen(rng, world.effect.loc[world.ach("scored_18q2")], 0.9, 0.05)
    rows = effect if ach_rows else effect.rename(index=world.ccle_of)
    path = folder / "depmap/18Q2/gene_effect.csv"
    save_models(path, rows, world.old_labels, "Broad_ID" if ach_rows else "")
    return effect
