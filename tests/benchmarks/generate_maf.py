"""A generated MC3 file: 3.6 million rows of 114 columns, gzipped, about 1.2 kB a row."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from generate import LETTERS, barcodes, lines_of, scaled, write_blocks

ROWS, SAMPLES, GENES = 3_600_963, 10_295, 20_000
ROWS_AT_ONCE = 20_000
NAMES = (
    "Hugo_Symbol Entrez_Gene_Id Center NCBI_Build Chromosome Start_Position End_Position Strand "
    "Variant_Classification Variant_Type Reference_Allele Tumor_Seq_Allele1 Tumor_Seq_Allele2 dbSNP_RS "
    "dbSNP_Val_Status Tumor_Sample_Barcode Matched_Norm_Sample_Barcode Match_Norm_Seq_Allele1 "
    "Match_Norm_Seq_Allele2 Tumor_Validation_Allele1 Tumor_Validation_Allele2 Match_Norm_Validation_Allele1 "
    "Match_Norm_Validation_Allele2 Verification_Status Validation_Status Mutation_Status Sequencing_Phase "
    "Sequence_Source Validation_Method Score BAM_File Sequencer Tumor_Sample_UUID Matched_Norm_Sample_UUID "
    "HGVSc HGVSp HGVSp_Short Transcript_ID Exon_Number t_depth t_ref_count t_alt_count n_depth n_ref_count "
    "n_alt_count all_effects Allele Gene Feature Feature_type Consequence cDNA_position CDS_position "
    "Protein_position Amino_acids Codons Existing_variation ALLELE_NUM DISTANCE STRAND SYMBOL SYMBOL_SOURCE "
    "HGNC_ID BIOTYPE CANONICAL CCDS ENSP SWISSPROT TREMBL UNIPARC RefSeq SIFT PolyPhen EXON INTRON DOMAINS "
    "GMAF AFR_MAF AMR_MAF ASN_MAF EAS_MAF EUR_MAF SAS_MAF AA_MAF EA_MAF CLIN_SIG SOMATIC PUBMED MOTIF_NAME "
    "MOTIF_POS HIGH_INF_POS MOTIF_SCORE_CHANGE IMPACT PICK VARIANT_CLASS TSL HGVS_OFFSET PHENO MINIMISED "
    "ExAC_AF ExAC_AF_AFR ExAC_AF_AMR ExAC_AF_EAS ExAC_AF_FIN ExAC_AF_NFE ExAC_AF_OTH ExAC_AF_SAS GENE_PHENO "
    "FILTER COSMIC CENTERS CONTEXT DBVS NCALLERS"
)
HEAD = NAMES.split()
CLASSES = {
    "Missense_Mutation": 0.52,
    "Silent": 0.21,
    "3'UTR": 0.07,
    "Intron": 0.05,
    "Nonsense_Mutation": 0.04,
    "5'UTR": 0.03,
    "Frame_Shift_Del": 0.02,
    "RNA": 0.02,
    "Splice_Site": 0.015,
    "Frame_Shift_Ins": 0.01,
    "In_Frame_Del": 0.005,
    "3'Flank": 0.005,
    "5'Flank": 0.004,
    "Nonstop_Mutation": 0.001,
}
FILTERS = {
    "PASS": 0.75,
    "nonpreferredpair": 0.06,
    "common_in_exac": 0.04,
    "wga": 0.05,
    "oxog": 0.02,
    "StrandBias": 0.04,
    "native_wga_mix,wga": 0.02,
    "common_in_exac,nonpreferredpair": 0.02,
}
BASES = ["A", "C", "G", "T"]
CALLERS = {"MUTECT|RADIA|SOMATICSNIPER|MUSE|VARSCANS": 0.5, "MUTECT|MUSE": 0.3, "INDELOCATOR*|PINDEL": 0.2}


def draw(rng: np.random.Generator, shares: dict[str, float], count: int) -> pa.Array:
    """Draw texts by their shares."""
    weights = np.array(list(shares.values()))
    return pa.array(list(shares)).take(pa.array(rng.choice(len(shares), count, p=weights / weights.sum())))


def text(rng: np.random.Generator, high: int, count: int) -> pa.Array:
    """Draw whole numbers, as text."""
    return pc.cast(pa.array(rng.integers(1, high, count)), pa.string())


def words(rng: np.random.Generator, count: int, length: int) -> list[str]:
    """Return words of random letters and digits."""
    return ["".join(word) for word in rng.choice(LETTERS, (count, length))]


def span(first: str, last: str, **known: object) -> str:
    """Return the cells of the columns from one to another; those not known are empty."""
    names = HEAD[HEAD.index(first) : HEAD.index(last) + 1]
    return "\t".join(str(known.get(name, "")) for name in names)


def gene_cells(at: int, protein: str) -> tuple[str, str]:
    """Return what a gene writes into all its rows: effects on its transcripts, and its annotation."""
    effect = "GENE{0},missense_variant,p.Arg{1}Gln,ENST{2:011d},NM_{3:06d}.2,c.{4}G>A,MODERATE,YES;"
    ids = [at * 7919 * (1 + number) % 10_000_019 for number in range(1 + at % 6)]
    effects = "".join(effect.format(at, n % 2999, n, n % 999_983, n % 9973) for n in ids)
    known = {
        "Allele": "T",
        "Gene": f"ENSG{at:011d}",
        "Feature": f"ENST{at:011d}",
        "Feature_type": "Transcript",
        "Consequence": "missense_variant",
        "cDNA_position": f"{at % 900}/4021",
        "CDS_position": f"{at % 700}/3018",
        "Amino_acids": "R/Q",
        "Codons": "cGa/cAa",
        "ALLELE_NUM": 1,
        "STRAND": -1,
        "SYMBOL": f"GENE{at}",
        "SYMBOL_SOURCE": "HGNC",
        "HGNC_ID": at,
        "CANONICAL": "YES",
        "BIOTYPE": "protein_coding",
        "ENSP": f"ENSP{at:011d}",
        "SWISSPROT": f"{protein}_HUMAN",
        "UNIPARC": f"UPI{protein}",
        "RefSeq": f"NM_{at:06d}.2",
        "SIFT": "tolerated(0.4)",
        "PICK": 1,
        "DOMAINS": f"Pfam_domain:PF{at:05d},Superfamily_domains:SSF{at:05d}",
        "IMPACT": "MODERATE",
    }
    return effects, span("Allele", "GENE_PHENO", **known)


def pools() -> dict[str, pa.Array]:
    """Return texts by gene, and by pair of samples, each of one column or several in a row."""
    rng = np.random.default_rng(8)
    chrom = rng.choice([*(str(number) for number in range(1, 23)), "X", "Y"], GENES)
    cells = [gene_cells(at, protein) for at, protein in enumerate(words(rng, GENES, 10))]
    uuids = words(rng, 2 * SAMPLES, 32)
    return {
        "symbol": pa.array([*(f"GENE{at}" for at in range(GENES - 1)), "Unknown"]),
        "place": pa.array([f"{at}\t.\tGRCh37\t{name}" for at, name in enumerate(chrom)]),
        "transcript": pa.array([f"ENST{at:011d}" for at in range(GENES)]),
        "effects": pa.array([effects for effects, _ in cells]),
        "notes": pa.array([notes for _, notes in cells]),
        "samples": pa.array([f"{name}\t{name[:13]}10{name[15:]}" for name in barcodes(SAMPLES, "D", rng)]),
        "uuids": pa.array([f"{a}\t{b}" for a, b in zip(uuids[::2], uuids[1::2], strict=True)]),
    }


def maf_rows(of: dict[str, pa.Array], sample: np.ndarray, seed: int) -> bytes:
    """Return rows of variants of the samples numbered, gzipped."""
    rng, count = np.random.default_rng(seed), len(sample)
    # Few genes have many variants, as TTN and TP53 do.
    gene, sample = pa.array((rng.random(count) ** 1.5 * GENES).astype(np.int64)), pa.array(sample)
    ref, alt = (pa.array(BASES).take(pa.array(rng.integers(0, 4, count))) for _ in range(2))
    position, cosmic = text(rng, 150_000_000, count), text(rng, 10**17, count)
    known = rng.random(count) < 0.3
    protein = pc.binary_join_element_wise("p.Arg", text(rng, 3000, count), "Gln", "")
    calls = span("Match_Norm_Seq_Allele1", "Sequencer", Validation_Status=".", Mutation_Status=".", Score=".")
    pieces = [
        *(of["symbol"].take(gene), of["place"].take(gene), position, position, "+"),
        *(draw(rng, CLASSES, count), "SNP", ref, ref, alt),
        pc.if_else(pa.array(known), pc.binary_join_element_wise("rs", text(rng, 10**9, count), ""), "novel"),
        *("", of["samples"].take(sample), calls, of["uuids"].take(sample)),
        pc.binary_join_element_wise("c.", text(rng, 9000, count), ref, ">", alt, ""),
        *(protein, protein, of["transcript"].take(gene), text(rng, 40, count)),
        *(text(rng, high, count) for high in (300, 300, 90, 300, 300, 3)),
        *(of["effects"].take(gene), of["notes"].take(gene), draw(rng, FILTERS, count), cosmic),
        *(draw(rng, CALLERS, count), context(rng, count), "by1000G", text(rng, 6, count)),
    ]
    return gzip.compress(lines_of(pieces), 6)


def context(rng: np.random.Generator, count: int) -> pa.Array:
    """Return the eleven bases around each variant."""
    bases = np.array([base.encode() for base in BASES])[rng.integers(0, 4, (count, 11))]
    return pa.array(bases.view("S11").ravel().astype(str))


def mc3(path: Path, scale: float) -> None:
    """Write the MAF, gzipped in pieces; samples one behind the other, some with far more rows than others."""
    rng, of = np.random.default_rng(7), pools()
    count = scaled(ROWS, scale)
    share = rng.lognormal(0, 1.2, scaled(SAMPLES, scale))
    sample = np.sort(rng.choice(len(share), count, p=share / share.sum()))
    parts = [sample[first : first + ROWS_AT_ONCE] for first in range(0, count, ROWS_AT_ONCE)]
    head = gzip.compress("\t".join(HEAD).encode() + b"\n")
    blocks = (lambda part=part, at=at: maf_rows(of, part, 100 + at) for at, part in enumerate(parts))
    write_blocks(path, head, blocks)
