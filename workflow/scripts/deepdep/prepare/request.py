"""What the config and the files say of an omic, put together as the library takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from deepdep.io.barcodes import BY_CANCER, PRIMARY, TumorRule
from deepdep.io.formats.quality_annotations import banned
from deepdep.io.parquet import column_names, read_header, read_matrix, read_table
from deepdep.io.samples import read_samples
from deepdep.prepare.features import derived_bins, derived_features, given_features
from deepdep.prepare.places import BINS_BUILD, check_same
from deepdep.prepare.sources import Source, segments_of

# Beginnings of platform names in the quality annotations.
PLATFORMS = {
    "expression": "IlluminaHiSeq_RNASeqV2",
    "methylation": "HumanMethylation",
    "copy_number": "Genome_Wide_SNP_6",
}


@dataclass(frozen=True)
class Wishes:
    """Files that say which features are wanted, and by which names.

    ``wanted``: features chosen beforehand. ``lines``: the cell lines' source, whose features
    are wanted. ``aliases``: an HGNC table. Each may be None.
    """

    wanted: str | None = None
    lines: str | None = None
    aliases: str | None = None

    def features(self) -> pd.DataFrame | None:
        """Return the features wanted, None for all."""
        if self.wanted:
            table = read_table(self.wanted)
            return table[table["kept"]].reset_index(drop=True)
        if self.lines:
            names = column_names(self.lines)[1:]
            entrez = read_header(self.lines).get("entrez", {})
            return pd.DataFrame({"feature": names, "entrez": [entrez.get(name, "") for name in names]})
        return None


def source_of(
    omic: str, table: Mapping[str, Any], cohort: Mapping[str, Any], sheet: pd.DataFrame, wishes: Wishes
) -> Source:
    """Return the request for an omic of a cohort.

    Parameters
    ----------
    omic
        The omic.
    table
        Its entry under ``tables`` in the config.
    cohort
        The cohort's entry: ``tcga``, if it has it.
    sheet
        The cohort's samples: sample, patient, group.
    wishes
        Features and names.
    """
    tcga = cohort.get("tcga", {})
    return Source(
        omic=omic,
        table=table,
        samples=list(sheet["sample"]),
        features=wishes.features(),
        tumors=tumor_rule(tcga, sheet, omic),
        rescue=tuple(tcga.get("rescue", ())),
        aliases=wishes.aliases,
    )


def tumor_rule(tcga: Mapping[str, Any], sheet: pd.DataFrame, omic: str) -> TumorRule:
    """Return which aliquot counts as a patient's tumour; cancer types are the groups of the sheet.

    Where a file has samples in place of aliquots (Toil), a sample is left out if all aliquots of
    its platform are banned.
    """
    by_cancer = {**BY_CANCER, **tcga.get("by_cancer", {})}
    return TumorRule(
        cancer_types=dict(zip(sheet["patient"], sheet["group"], strict=True)),
        types=tuple(tcga.get("types", PRIMARY)),
        by_cancer={cancer: tuple(types) for cancer, types in by_cancer.items()},
        banned=unusable_aliquots(tcga["quality"], omic) if "quality" in tcga else frozenset(),
    )


def unusable_aliquots(quality: str, omic: str) -> frozenset[str]:
    """Return aliquots marked Do_not_use, and samples of which no aliquot of the omic's platform is left."""
    return banned(quality) | (banned(quality, PLATFORMS[omic]) if omic in PLATFORMS else frozenset())


def chosen_from_sources(omic: str, lines: str, tumors: Sequence[str]) -> pd.DataFrame:
    """Choose features: those of the cell lines' source, by the rules if there are tumours' sources."""
    entrez, frame = read_header(lines).get("entrez", {}), read_matrix(lines)
    if not tumors:
        return given_features(frame, entrez, f"{omic} of the cell lines")
    return derived_features(omic, pd.concat([read_matrix(path) for path in tumors]), frame, entrez)


def chosen_from_segments(omic: str, cohorts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Choose bins by the rules over the segments of tumours; each entry has its ``table`` beside it."""
    parts = []
    for cohort in cohorts:
        source = source_of(omic, cohort["table"], cohort, read_samples(cohort["samples"]), Wishes())
        found = segments_of(source)
        check_same(found.build, BINS_BUILD, source.path, "bins")
        parts.append(found.frame)
    return derived_bins(pd.concat(parts, ignore_index=True), BINS_BUILD)
