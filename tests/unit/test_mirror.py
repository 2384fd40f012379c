"""The miniature of the public files: what the readers make of each is what it was written from."""

import gzip
import shutil
import time
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from mirror import Mirror, make_mirror, rewrite_manifest
from mirror.effects import BY_LINEAGE
from mirror.paper import MERGED_INTO, MERGED_NAME
from mirror.screens import RENAMED_TO, UNKNOWN

from deepdep.io.barcodes import TumorRule
from deepdep.io.formats import read
from deepdep.io.formats.base import Table, Wanted
from deepdep.io.formats.ccle_annotations import depmap_ids
from deepdep.io.formats.cdr import cancer_types
from deepdep.io.formats.depmap_model import ccle_ids
from deepdep.io.formats.quality_annotations import banned
from deepdep.io.gmt import read_gmt
from deepdep.io.gtf import one_row_per_symbol, read_genes
from deepdep.io.manifest import problems, read_manifest
from deepdep.io.rdata import FILES, read_feature_list
from deepdep.io.text import open_text
from deepdep.prepare.bins import bin_copy_number
from deepdep.prepare.derive import derive_features
from deepdep.prepare.gene_copy_number import gene_copy_number
from deepdep.prepare.published import load_published

ATLAS, RELEASE = "pancanatlas/2018", "depmap/24Q4"
CDR = f"{ATLAS}/TCGA-CDR-SupplementalTableS1.xlsx"
QUALITY = f"{ATLAS}/merged_sample_quality_annotations.tsv"
SNP6 = f"{ATLAS}/broad.mit.edu_PANCAN_Genome_Wide_SNP_6_whitelisted.seg"
MC3 = f"{ATLAS}/mc3.v0.2.8.PUBLIC.maf.gz"
RSEM = f"{ATLAS}/EBPlusPlusAdjustPANCAN_IlluminaHiSeq_RNASeqV2.geneExp.tsv"
BETA = f"{ATLAS}/jhu-usc.edu_PANCAN_merged_HumanMethylation27_HumanMethylation450.betaValue_whitelisted.tsv"
CLINICAL = f"{ATLAS}/clinical_PANCAN_patient_with_followup.tsv"
TPM, PROBEMAP = "toil/2016/tcga_RSEM_gene_tpm.gz", "toil/2016/gencode.v23.annotation.gene.probemap"
V19, V38 = "gencode/v19/gencode.v19.annotation.gtf.gz", "gencode/v38/gencode.v38.annotation.gtf.gz"
NAMES = "ccle/20181226/Cell_lines_annotations_20181226.txt"
SCORE, DEMETER = "project_score/2019/essentiality_matrices.zip", "demeter2/v6/D2_combined_gene_dep_scores.csv"
GSE = "gdsc/GSE68379/GSE68379_Matrix.processed.txt.gz"
RENAMED = {"MARCH1": "MARCHF1", "SEPT9": "SEPTIN9", "SLC35E2": "SLC35E2A"}


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Mirror:
    """Return a mirror of seed 1, written in less than 10 seconds of CPU time: others run beside it."""
    start = time.process_time()
    made = make_mirror(tmp_path_factory.mktemp("mirror"))
    assert time.process_time() - start < 10
    return made


@pytest.fixture(scope="module")
def cancers(mirror: Mirror) -> dict[str, str]:
    """Return patient to cancer type, from the CDR workbook."""
    return cancer_types(mirror.folder / CDR)


def rule(mirror: Mirror, cancers: dict[str, str], platform: str | None = None) -> TumorRule:
    """Return the rule with cancer types, and with the aliquots banned on a platform."""
    out = banned(mirror.folder / QUALITY, platform) if platform else frozenset()
    return TumorRule(cancer_types=cancers, banned=out)


def same(frame: pd.DataFrame, truth: pd.DataFrame, tolerance: float = 2e-4) -> None:
    """Compare a table with what is true, in any order; labels as ``SYMBOL (ENTREZ)`` are cut."""
    frame = frame.rename(columns=lambda name: name.partition(" (")[0])
    assert set(frame.index) == set(truth.index)
    assert set(frame.columns) == set(truth.columns)
    np.testing.assert_allclose(frame.loc[truth.index, truth.columns], truth, atol=tolerance, rtol=1e-4)


def by_label(mirror: Mirror, **more: object) -> Wanted:
    """Want all genes by the labels of 2018, which join by Entrez id."""
    return Wanted(features=tuple(mirror.world.old_labels), **more)


# ---- the whole


def test_every_file_is_in_the_manifest(mirror: Mirror, root: Path):
    known = {row.name for row in read_manifest(root / "config/datasets.tsv")}
    assert len(mirror.files) == 44
    assert set(mirror.files) <= known
    assert sum((mirror.folder / file).stat().st_size for file in mirror.files) < 3e6


def test_same_seed_same_bytes(mirror: Mirror, tmp_path: Path):
    again, other = make_mirror(tmp_path / "again"), make_mirror(tmp_path / "other", seed=2)
    assert again.files == other.files == mirror.files
    assert all((again.folder / f).read_bytes() == (mirror.folder / f).read_bytes() for f in mirror.files)
    differ = [f for f in mirror.files if (other.folder / f).read_bytes() != (mirror.folder / f).read_bytes()]
    assert len(differ) >= 30


def test_manifest_has_the_sums_of_the_mirror(mirror: Mirror, root: Path, tmp_path: Path):
    path = tmp_path / "datasets.tsv"
    shutil.copy(root / "config/datasets.tsv", path)
    before = {row.name: row for row in read_manifest(path)}
    rewrite_manifest(path, mirror.folder)
    after = {row.name: row for row in read_manifest(path)}
    assert list(after) == list(before)
    assert problems(list(after.values())) == []
    for name in mirror.files:
        assert after[name].bytes == (mirror.folder / name).stat().st_size
        assert len(after[name].sha256) == 64
        assert after[name].md5 == ""
        assert (after[name].url, after[name].licence) == (before[name].url, before[name].licence)
    assert all(after[name] == before[name] for name in set(before) - set(mirror.files))
    essentials = f"{RELEASE}/CRISPRInferredCommonEssentials.csv"
    assert before[essentials].note.startswith("no checksum:")
    assert after[essentials].note == "miniature file of the tests"


def test_18q2_rows_can_be_ach_ids(mirror: Mirror, tmp_path: Path):
    other = make_mirror(tmp_path, ach_18q2=True)
    table = read("depmap_matrix", other.folder / "depmap/18Q2/gene_effect.csv", by_label(other))
    same(table.frame, other.lines["effect_18q2"], 1e-5)
    assert table.notes["index_column"] == "Broad_ID"
    np.testing.assert_array_equal(other.lines["effect_18q2"], mirror.lines["effect_18q2"])


# ---- TCGA


def toil(mirror: Mirror, tumors: TumorRule) -> Table:
    """Read Toil expression."""
    wanted = Wanted(tumors=tumors, options={"probemap": mirror.folder / PROBEMAP})
    return read("toil_tpm", mirror.folder / TPM, wanted)


def test_toil_expression(mirror: Mirror, cancers: dict[str, str]):
    table = toil(mirror, rule(mirror, cancers))
    same(table.frame, mirror.tumors["expression"], 2e-3)
    assert table.notes["zero_tpm"] > 100
    assert table.notes["further_rows_of_a_symbol"] == 1
    assert table.notes["other_types"] > 5
    with gzip.open(mirror.folder / TPM, "rt") as lines:
        text = lines.read()
    assert "_PAR_Y\t-9.9658" in text
    assert text.splitlines()[0].split("\t")[1].count("-") == 3


def test_samples_not_to_be_used(mirror: Mirror, cancers: dict[str, str]):
    table = read("quality_annotations", mirror.folder / QUALITY)
    assert table.notes["do_not_use"] == mirror.traps["do_not_use"] == 4
    assert table.notes["barcodes_repaired"] == mirror.traps["compact_barcodes"] > 4
    tumors = rule(mirror, cancers, "IlluminaHiSeq_RNASeqV2")
    assert mirror.banned_patient in mirror.tumors["expression"].index
    assert mirror.banned_patient not in toil(mirror, tumors).frame.index
    assert mirror.banned_patient not in mirror.tumors["rsem"].index


def test_rsem_expression(mirror: Mirror, cancers: dict[str, str]):
    tumors = rule(mirror, cancers, "IlluminaHiSeq_RNASeqV2")
    table = read("pancan_expression", mirror.folder / RSEM, Wanted(tumors=tumors))
    same(table.frame, mirror.tumors["rsem"])
    assert (table.notes["ambiguous"], table.notes["without_symbol"], table.notes["banned"]) == (2, 2, 2)
    assert 0 < table.notes["negative_values_set_to_0"] <= mirror.traps["negative_rsem"]
    assert 0 < table.frame.isna().sum().sum() <= mirror.traps["missing_rsem"]
    assert (mirror.folder / RSEM).read_text().startswith('"gene_id"\t"TCGA-')


def test_banned_and_second_aliquots_differ(mirror: Mirror, cancers: dict[str, str]):
    """Without the annotations, one patient of each assay gets the values of the aliquot not to be used."""
    for omic, file, format_name, platform in (
        ("rsem", RSEM, "pancan_expression", "IlluminaHiSeq_RNASeqV2"),
        ("methylation", BETA, "pancan_methylation", "HumanMethylation450"),
    ):
        careless = read(format_name, mirror.folder / file, Wanted(tumors=rule(mirror, cancers))).frame
        truth = mirror.tumors[omic]
        wrong = (careless.loc[truth.index, truth.columns] - truth).abs().max(axis=1) > 0.01
        assert wrong.sum() == 1, platform


def test_methylation(mirror: Mirror, cancers: dict[str, str]):
    tumors = rule(mirror, cancers, "HumanMethylation450")
    table = read("pancan_methylation", mirror.folder / BETA, Wanted(tumors=tumors))
    same(table.frame, mirror.tumors["methylation"])
    assert table.notes["further_aliquots"] == 3 + mirror_pairs(mirror)
    text = (mirror.folder / BETA).read_text()
    assert "\tNA\t" in text
    assert "\t\t" in text


def mirror_pairs(mirror: Mirror) -> int:
    """Return how many melanoma patients have a primary tumour beside the metastasis."""
    tumors = mirror.world.tumors
    return len(tumors) - tumors["patient"].nunique()


def test_melanomas_and_leukaemias(mirror: Mirror):
    kinds = mirror.world.tumors.groupby("cancer")["kind"].value_counts()
    assert kinds["LAML"].to_dict() == {"03": 14}
    assert kinds["SKCM", "06"] > kinds["SKCM", "01"] > mirror_pairs(mirror) > 3


def test_segments_to_genes_and_bins(mirror: Mirror, cancers: dict[str, str]):
    wanted = Wanted(tumors=rule(mirror, cancers, "Genome_Wide_SNP_6"))
    table = read("pancan_segments", mirror.folder / SNP6, wanted)
    genes = one_row_per_symbol(read_genes(mirror.folder / V19))
    same(gene_copy_number(table.frame, genes, "hg19"), mirror.tumors["copy_number"], 1e-4)
    bins = load_published(mirror.folder / "prep4deepdep/f713c84b73").bins
    same(bin_copy_number(table.frame, bins), mirror.tumors["bins"], 1e-4)
    assert (table.notes["banned"], table.notes["has_y"]) == (1, False)
    text = (mirror.folder / SNP6).read_text()
    assert text.count("E+0") == mirror.traps["scientific_positions"] > 100
    assert "\t23\t" in text
    assert "\tX\t" not in text


def test_mc3_with_rescue(mirror: Mirror, cancers: dict[str, str]):
    options = {"rescue": ("LAML", "OV")}
    table = read("mc3", mirror.folder / MC3, Wanted(tumors=rule(mirror, cancers), options=options))
    truth = mirror.tumors["mutation"]
    same(table.frame, truth.loc[:, truth.any()], 0)
    assert table.notes["samples_without_usable_row"] == mirror.traps["samples_without_usable_row"]
    assert table.notes["rows"] + table.notes["rows_filtered_out"] == mirror.traps["maf_rows"]
    assert {"MARCH1", "SEPT9"} <= set(table.frame)


def test_mc3_without_rescue_has_no_leukaemia(mirror: Mirror, cancers: dict[str, str]):
    table = read("mc3", mirror.folder / MC3, Wanted(tumors=rule(mirror, cancers)))
    truth, types = mirror.tumors["mutation"], pd.Series(cancers)
    laml = types.index[types == "LAML"]
    assert set(laml) <= set(truth.index)
    assert not set(laml) & set(table.frame.index)
    ovarian = truth.index[truth.index.map(types) == "OV"]
    found = table.frame.reindex(ovarian).reindex(columns=truth.columns).fillna(0)
    assert 0 < found.sum().sum() < 0.5 * truth.loc[ovarian].sum().sum()


def test_mc3_header(mirror: Mirror):
    with open_text(mirror.folder / MC3) as lines:
        names = next(lines).rstrip("\n").split("\t")
    assert len(names) == 114
    assert {"Strand", "STRAND", "Start_Position"} <= set(names)
    assert (names[15], names[-1]) == ("Tumor_Sample_Barcode", "NCALLERS")


def test_cdr(mirror: Mirror):
    table = read("cdr", mirror.folder / CDR)
    patients = mirror.world.patients.set_index("patient")
    frame = table.frame.set_index("bcr_patient_barcode")
    assert frame["type"].to_dict() == patients.loc[~patients["redacted"], "cancer"].to_dict()
    assert table.notes["redacted"] == 1
    assert frame.shape == (110, 32)
    survival = mirror.tumors["survival"]
    np.testing.assert_array_equal(frame.loc[survival.index, ["OS", "OS.time"]].astype(float), survival)
    assert 0 < survival["OS"].isna().sum() < 10


def test_clinical(mirror: Mirror):
    table = read("pancan_clinical", mirror.folder / CLINICAL)
    assert table.frame.shape == (mirror.traps["clinical_patients"], 746)
    assert table.notes["short_rows_filled"] == mirror.traps["short_rows"]
    assert "LAML" not in set(table.frame["acronym"])
    assert "Hôpital Universitaire" in set(table.frame["tissue_source_site_name"])
    with pytest.raises(UnicodeDecodeError):
        (mirror.folder / CLINICAL).read_text(encoding="utf-8")


# ---- cell lines


@pytest.mark.parametrize(
    ("name", "format_name", "truth"),
    [
        ("CRISPRGeneEffect", "depmap_matrix", "effect"),
        ("OmicsExpressionProteinCodingGenesTPMLogp1", "depmap_expression", "expression"),
        ("OmicsCNGene", "depmap_copy_number", "copy_number"),
        ("OmicsSomaticMutationsMatrixDamaging", "depmap_damaging", "damaging"),
    ],
)
def test_depmap(mirror: Mirror, name: str, format_name: str, truth: str):
    wanted = by_label(mirror, options={"release": "24Q4"})
    table = read(format_name, mirror.folder / RELEASE / f"{name}.csv", wanted)
    same(table.frame, mirror.lines[truth])
    assert table.notes["index_column"] == ""
    assert table.notes["joined_by_entrez"] == len(mirror.world.genes)


def test_depmap_has_todays_symbols(mirror: Mirror):
    path = mirror.folder / RELEASE / "CRISPRGeneEffect.csv"
    assert set(RENAMED.values()) <= set(read("depmap_matrix", path).frame)
    table = read("depmap_matrix", path, Wanted(features=("KRAS", "MARCH1", "SEPT9")))
    assert table.notes["joined_by_alias"] == 2
    same(table.frame, mirror.lines["effect"][["KRAS", "MARCH1", "SEPT9"]])


def test_depmap_variants(mirror: Mirror):
    path = mirror.folder / RELEASE / "OmicsSomaticMutations.csv"
    truth = mirror.lines["mutation"]
    same(read("depmap_mutations", path, Wanted(features=tuple(truth))).frame, truth, 0)
    lof = Wanted(features=tuple(truth), options={"damaging": "likely_lof"})
    same(read("depmap_mutations", path, lof).frame, mirror.lines["damaging"], 0)
    assert path.read_text().startswith("Chrom,Pos,")
    assert "\nchr12," in path.read_text()


def test_models(mirror: Mirror):
    path, lines = mirror.folder / RELEASE / "Model.csv", mirror.world.lines
    table = read("depmap_model", path)
    assert len(table.frame) == mirror.traps["models"] > len(lines) == 70
    assert table.notes["own_patient"] == mirror.traps["models_without_patient"]
    assert len(table.frame.columns) == 47
    assert ccle_ids(path) == dict(zip(lines["ccle"], lines["ach"], strict=True))
    patients = table.frame.set_index("ModelID")["PatientID"]
    assert patients[lines["ach"]].to_list() == lines["patient"].to_list()
    assert (len(lines) - lines["patient"].nunique(), lines["scored"].sum()) == (6, 56)


def test_names_of_ccle(mirror: Mirror):
    path, lines = mirror.folder / NAMES, mirror.world.lines.set_index("stripped")
    table = read("ccle_annotations", path)
    assert table.notes["without_depmap_id"] == mirror.traps["without_depmap_id"]
    ids = depmap_ids(path)
    assert {name: ids[name] for name in lines["ccle"]} == dict(zip(lines["ccle"], lines["ach"], strict=True))
    merged = {name for name in ids if name.endswith(MERGED_NAME)}
    assert {ids[name] for name in merged} == {lines.loc[MERGED_INTO, "ach"]}
    assert all(name.startswith("[MERGED_TO_ACH-") for name in merged)


def test_common_essentials(mirror: Mirror):
    table = read("gene_list", mirror.folder / RELEASE / "CRISPRInferredCommonEssentials.csv")
    assert table.notes["header"] == "Essentials"
    truth = mirror.world.effect[table.frame["symbol"].tolist()]
    assert (truth.mean() < -0.7).all()


def test_18q2_by_ccle_name(mirror: Mirror):
    wanted = by_label(mirror, sample_ids=depmap_ids(mirror.folder / NAMES))
    table = read("depmap_matrix", mirror.folder / "depmap/18Q2/gene_effect.csv", wanted)
    same(table.frame, mirror.lines["effect_18q2"], 1e-5)
    assert set(mirror.world.ach("paired")) < set(table.frame.index) < set(mirror.lines["effect"].index)


@pytest.mark.parametrize(
    ("short", "omic", "truth"),
    [
        ("exp", "expression", "paper_expression"),
        ("mut", "mutation", "paper_mutation"),
        ("meth", "methylation", "paper_methylation"),
        ("cna", "copy_number", "paper_bins"),
    ],
)
def test_matrices_of_the_paper(mirror: Mirror, short: str, omic: str, truth: str):
    path = mirror.folder / f"deepdep/2021/ccl_{short}_data_paired_with_tcga.txt"
    wanted = Wanted(sample_ids=depmap_ids(mirror.folder / NAMES), options={"omic": omic})
    table = read("deepdep_ccl", path, wanted)
    same(table.frame, mirror.lines[truth])
    listed = read_feature_list(mirror.folder / "prep4deepdep/f713c84b73" / FILES[omic].name, omic)
    assert table.frame.columns.to_list() == listed["feature"].to_list() == mirror.world.lists[omic]


def test_fingerprints_of_the_paper(mirror: Mirror):
    path = mirror.folder / "deepdep/2021/crispr_gene_fingerprint_cgp.txt"
    table = read("deepdep_ccl", path, Wanted(options={"omic": "fingerprint"})).frame
    sets = read_gmt(mirror.folder / "msigdb/6.2/c2.cgp.v6.2.symbols.gmt")
    published = load_published(mirror.folder / "prep4deepdep/f713c84b73")
    assert table.index.to_list() == published.genes
    assert len(published.genes) == 45
    assert len(sets) - table.shape[1] == 1
    for name in table:
        assert set(table.index[table[name] == 1]) == set(sets[name]) & set(published.genes)
    assert table.sum(axis=1).min() >= 2


def test_gene_sets_of_today(mirror: Mirror):
    old = read_gmt(mirror.folder / "msigdb/6.2/c2.cgp.v6.2.symbols.gmt")
    new = read_gmt(mirror.folder / "msigdb/2024.1.Hs/c2.cgp.v2024.1.Hs.symbols.gmt")
    assert len(new) >= 60
    assert new == {name: [RENAMED.get(gene, gene) for gene in genes] for name, genes in old.items()}
    assert any("MARCHF1" in genes for genes in new.values())


@pytest.mark.parametrize(("file", "column", "moved"), [(V19, "symbol", 0), (V38, "new", 70_000)])
def test_annotation(mirror: Mirror, file: str, column: str, moved: int):
    found = read_genes(mirror.folder / file)
    genes = mirror.world.genes
    assert len(found) == len(genes) + 1
    rows = one_row_per_symbol(found).set_index("gene").loc[genes[column]]
    assert rows["ensembl"].to_list() == genes["ensembl"].to_list()
    assert (rows["start"].to_numpy() - genes["start"]).eq(moved).all()
    assert set(rows["chrom"]) >= {"1", "17", "23"}


# ---- other screens, CCLE, GSE68379


@pytest.mark.parametrize("score", ["ceres", "chronos"])
def test_sanger(mirror: Mirror, score: str):
    table = read("sanger_effect", mirror.folder / f"sanger_depmap/{score}/gene_effect.csv", by_label(mirror))
    same(table.frame, mirror.lines[score], 1e-5)


def test_project_score(mirror: Mirror):
    lines = mirror.world.lines
    ids = dict(zip(lines["name"], lines["ach"], strict=True))
    table = read("project_score", mirror.folder / SCORE, Wanted(sample_ids=ids))
    same(table.frame, mirror.lines["project_score"], 1e-5)
    assert table.notes["second_screens_left_out"] == 1
    with ZipFile(mirror.folder / SCORE) as archive:
        header = archive.read("EssentialityMatrices/04_binaryDepScores.tsv").decode().split("\n")[0]
    assert {"HT-29v1.0", "HT-29v1.1"} <= set(header.split("\t"))
    assert "HT-29" not in header.split("\t")


def test_demeter2(mirror: Mirror, caplog: pytest.LogCaptureFixture):
    wanted = by_label(mirror, sample_ids=ccle_ids(mirror.folder / RELEASE / "Model.csv"))
    table = read("demeter2", mirror.folder / DEMETER, wanted)
    assert table.notes["rows_of_several_genes"] == 1
    assert RENAMED_TO in table.frame.index
    assert UNKNOWN in caplog.text
    same(table.frame.drop(index=RENAMED_TO), mirror.lines["demeter2"], 1e-5)


def test_ccle_expression(mirror: Mirror):
    genes = mirror.world.genes
    names = dict(zip(genes["ensembl"] + ".4", genes["symbol"], strict=True))
    options = {"gene_names": names}
    ids = depmap_ids(mirror.folder / NAMES)
    path = mirror.folder / "ccle/20180929/CCLE_RNAseq_rsem_genes_tpm_20180929.txt.gz"
    same(read("ccle_rsem", path, Wanted(sample_ids=ids, options=options)).frame, mirror.lines["ccle_tpm"])


def test_ccle_segments(mirror: Mirror):
    path = mirror.folder / "ccle/2013-12-03/CCLE_copynumber_2013-12-03.seg.txt"
    table = read("ccle_segments", path, Wanted(sample_ids=ccle_ids(mirror.folder / RELEASE / "Model.csv")))
    genes = one_row_per_symbol(read_genes(mirror.folder / V19))
    same(gene_copy_number(table.frame, genes, "hg19"), mirror.lines["copy_number"], 1e-5)


def test_ccle_variants(mirror: Mirror):
    path = mirror.folder / "ccle/18Q2/CCLE_DepMap_18Q2_maf_20180502.txt"
    truth = mirror.lines["mutation"]
    wanted = Wanted(features=tuple(truth), sample_ids=depmap_ids(mirror.folder / NAMES))
    same(read("ccle_maf", path, wanted).frame, truth, 0)
    assert path.read_text().count("\n9-Sep\t") == mirror.traps["excel_dates"] > 2
    assert "SEPT9" not in path.read_text()


def test_gse68379(mirror: Mirror):
    lines = mirror.world.lines
    ids = dict(zip(lines["stripped"], lines["ach"], strict=True))
    table = read("gse68379", mirror.folder / GSE, Wanted(sample_ids=ids))
    same(table.frame, mirror.lines["gse68379"])
    assert (table.notes["replicates_left_out"], table.notes["not_detected"]) == (
        mirror.traps["replicates"],
        mirror.traps["not_detected"],
    )
    with gzip.open(mirror.folder / GSE, "rt") as text:
        header, first = next(text).split("\t"), next(text).split("\t")
    assert len(first) == len(header) + 1


# ---- what models can learn, and what the rules keep


@pytest.mark.parametrize("omic", ["expression", "mutation", "methylation", "copy_number"])
def test_rules_keep_most_features_and_drop_some(mirror: Mirror, omic: str):
    table = derive_features(omic, mirror.tumors[omic])
    least = {"expression": 60, "mutation": 60, "methylation": 35, "copy_number": 40}[omic]
    assert least <= table["kept"].sum() < len(table)


def test_published_bins_vary_in_tumors(mirror: Mirror):
    assert derive_features("copy_number", mirror.tumors["bins"])["kept"].sum() >= 30


@pytest.mark.parametrize("effect", ["effect", "effect_18q2"])
def test_dependencies_have_reasons(mirror: Mirror, effect: str):
    scores = mirror.lines[effect]
    mutated = mirror.lines["mutation"].loc[scores.index].astype(bool)
    for gene in ("KRAS", "BRAF"):
        by_state = scores[gene].groupby(mutated[gene]).mean()
        assert by_state[True] < by_state[False] - 0.5
    level = mirror.world.lines_omics.expression["ERBB2"].loc[scores.index]
    assert scores["ERBB2"].corr(level) < -0.7
    lineage = mirror.world.lines.set_index("ach")["lineage"].loc[scores.index]
    for group, genes in BY_LINEAGE.items():
        by_group = scores[list(genes)].groupby(lineage == group).mean()
        assert (by_group.loc[True] < by_group.loc[False] - 0.4).all()


def test_patients_are_the_same_across_files(mirror: Mirror):
    omics = [mirror.tumors[name] for name in ("expression", "mutation", "methylation", "copy_number")]
    complete = set.intersection(*(set(frame.index) for frame in omics))
    assert 90 <= len(complete) < min(map(len, omics))
    assert set.union(*(set(frame.index) for frame in omics)) == set(mirror.world.patients["patient"])
