"""A minimal good file of every public format."""

from dataclasses import replace

from public_files import Public

A, B = "TCGA-OR-A5J1-01A-11R-A29S-07", "TCGA-OR-A5J2-01A-11R-A29S-07"
PLACES = f"{A};1;10;9000;5;-0.4\n{A};X;100;200;5;0.5\n{B};2;5;9;3;0"
SEGMENTS = f"{{}};Chromosome;Start;End;Num_Probes;Segment_Mean\n{PLACES}"
SEGMENT_NEEDS = ("Chromosome", "Start", "End", "Segment_Mean")
ARRAY = Public(SEGMENTS.format("Sample"), "tsv", (1, 3), (A, "End"), ("Sample", *SEGMENT_NEEDS), ("rows",))
EFFECT = Public(
    ";A1BG (1);TP53 (7157);KRAS (3845)\nACH-000001;-0.5;0.1;\nACH-000002;0.25;NA;-1.5\nACH-000003;0;1;2",
    "csv",
)
MAF = "Hugo_Symbol;NCBI_Build;Strand;Variant_Classification;Tumor_Sample_Barcode;STRAND;FILTER"
CDR = "OS;OS.time;DSS;DSS.time;DFI;DFI.time;PFI;PFI.time"
CDR_NEEDS = ("bcr_patient_barcode", "type", "Redaction", *CDR.split(";"))
PROFILE = "ProfileID;Chromosome;Start;End;SegmentMean;NumProbes;Status"
GENOME = "SequencingID;ModelID;IsDefaultEntryForModel;CONTIG;START;END;SEGMENT_COPY_NUMBER"
MODEL = "ModelID;PatientID;CCLEName;OncotreeLineage;Sex"
VARIANT = "Chrom;Pos;HugoSymbol;MolecularConsequence;LikelyLoF;EntrezGeneID;ModelID"
QUALITY = "patient_barcode;aliquot_barcode;cancer type;platform;Do_not_use"
CCLE = "CCLE_ID;depMapID;Name;Site_Primary;Histology;Gender;type_refined;tcga_code"
ABSOLUTE = "array;sample;call status;purity;ploidy;Genome doublings"
PROBEMAP = "id;gene;chrom;chromStart;chromEnd;strand"

FILES = {
    "pancan_expression": Public(
        f"gene_id;{A};{B}\nA1BG|1;1;2.5\nTP53|7157;3;NA\n?|100;0;1", needed=("gene_id",), tumors=True
    ),
    "pancan_methylation": Public(
        f"Composite Element REF;{A};{B}\ncg01;0.25;\ncg02;NA;0.5\ncg03;1;0",
        needed=("Composite Element REF",),
        tumors=True,
    ),
    "mc3": Public(
        f"{MAF}\nTP53;37;+;Missense_Mutation;{A};1;PASS\nKRAS;37;+;Silent;{B};1;PASS\nPTEN;37;+;Splice_Site;{B};1;PASS",
        "gz",
        None,
        needed=("Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode", "FILTER"),
        keys=("rows",),
        tumors=True,
    ),
    "toil_tpm": Public(
        "sample;TCGA-19-1787-01;TCGA-S9-A7J2-01\nENSG01.1;-9.9658;3\nENSG02.1;1;-0.5",
        "gz",
        needed=("sample",),
        tumors=True,
    ),
    "ccle_rsem": Public(
        "gene_id;transcript_ids;X22RV1_PROSTATE;HT29_LARGE_INTESTINE\nENSG01.4;ENST1,ENST2;1;3\nENSG02.4;ENST3;0;7",
        "gz",
        (1, 2),
        needed=("gene_id", "transcript_ids"),
    ),
    "ccle_maf": Public(
        f"{MAF}\nTP53;37;+;Missense_Mutation;A_LUNG;1;x\nKRAS;37;+;Silent;B_LUNG;1;x\nPTEN;37;+;Splice_Site;B_LUNG;1;x",
        "tsv",
        None,
        needed=("Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode"),
        keys=("rows",),
    ),
    "ccle_rrbs": Public(
        "locus_id;CpG_sites_hg19;avg_coverage;A_LUNG;B_LUNG\nSGIP1_1;1:1;20;0.5;    NA\nNA_2;1:1;30;   NA;1",
        "tsv",
        (1, 3),
        needed=("locus_id",),
    ),
    "gse68379": Public(
        "Row.names;697_AVG.Beta;697_Detection.PVal;A3/KAW_AVG.Beta;A3/KAW_Detection.PVal\n"
        "1;cg01;0.1;0;0.2;0.5\n2;cg02;0.3;0;0.4;0.001\n3;cg03;0.5;0;NA;0",
        "gz",
        (1, 2),
        ("cg01", "697_AVG.Beta"),
        ("Row.names",),
        ("rows",),
    ),
    "depmap_matrix": EFFECT,
    "depmap_matrix/25Q3": Public(
        ";SequencingID;ModelID;IsDefaultEntryForModel;A1BG (1)\n"
        "0;S1;ACH-000001;Yes;1\n1;S2;ACH-000001;No;2\n2;S3;ACH-000002;Yes;3",
        "csv",
        (1, 4),
        ("ACH-000001", "A1BG (1)"),
        ("ModelID", "IsDefaultEntryForModel"),
    ),
    "depmap_matrix/turned": Public(";HT29_LUNG;A549_LUNG\nA1BG;0.1;-0.2\nTP53;0.3;", "csv"),
    "depmap_expression": replace(EFFECT, text=EFFECT.text.replace("-", "").replace("ACH", "ACH-")),
    "depmap_damaging": Public(";TP53 (7157);KRAS (3845)\nACH-000001;2;0\nACH-000002;1;0", "csv"),
    "depmap_copy_number": Public(
        ";A1BG (1);TP53 (7157)\nACH-000001;1;0.5\nACH-000002;1;\nACH-000003;0.9;8",
        "csv",
        options=(("release", "24Q4"),),
    ),
    "depmap_mutations": Public(
        f"{VARIANT}\nchr1;1;TP53;missense_variant;False;7157;ACH-000001\nchr1;1;PTEN;stop_gained&x;True;5728;ACH-000002",
        "csv",
        None,
        needed=("HugoSymbol", "MolecularConsequence", "ModelID"),
        keys=("rows",),
    ),
    "project_score": Public(";A549;HT-29v1.0\nA1BG;-0.1;0.2\nTP53;;-1.5\nKRAS;NaN;1", "zip"),
    "demeter2": Public(
        '"";"127399_SOFT_TISSUE";"ZR75B_BREAST"\n"A1BG (1)";0.05;NA\n"NAT2 (10)";0.2;-0.3',
        "csv",
        place=("A1BG (1)", "127399_SOFT_TISSUE"),
    ),
    "sanger_effect": EFFECT,
    "deepdep_ccl": Public(
        "Gene;A549_LUNG;HT29_LARGE_INTESTINE\nTP53;1;0\nKRAS;0;0",
        keys=("rows",),
        options=(("omic", "mutation"),),
    ),
    "pdx/expression": Public(
        "Sample;X-1004;X-1008\nA1BG;1;3\nTP53;3;1",
        "xlsx",
        sheet="RNAseq_fpkm",
        options=(("sheet", "RNAseq_fpkm"),),
    ),
    "pdx/copies": Public(
        "Sample;X-1004;X-1008\nA1BG;2;4\nTP53;0;1",
        "xlsx",
        sheet="copy number",
        options=(("sheet", "copy number"),),
    ),
    "pdx/variants": Public(
        "Sample;Gene;Category;Details\nX-1004;TP53;MutNovel;R175H\nX-1008;MYC;Amp8;10",
        "xlsx",
        None,
        needed=("Sample", "Gene", "Category"),
        keys=("rows",),
        sheet="pdxe_mut_and_cn2",
        options=(("sheet", "pdxe_mut_and_cn2"),),
    ),
    "pdx/curves": Public(
        'Model;Treatment;BestAvgResponse\nX-1004;"BKM120";-12.5\nX-1008;x;3',
        "xlsx",
        (1, 2),
        needed=("Model", "Treatment", "BestAvgResponse"),
        keys=(),
        sheet="PCT curve metrics",
        options=(("sheet", "PCT curve metrics"),),
    ),
    "pancan_segments": replace(ARRAY, tumors=True),
    "ccle_segments": replace(ARRAY, text=SEGMENTS.format("CCLE_name"), needed=("CCLE_name", *SEGMENT_NEEDS)),
    "depmap_segments/profile": Public(
        f"{PROFILE}\nPR-01;1;1;1000;6.5;10;+\nPR-01;17;1;500;0;10;-\nPR-02;2;1;100;1;10;0",
        "csv",
        (1, 3),
        ("PR-01", "End"),
        tuple(PROFILE.split(";")[:5]),
        ("rows",),
    ),
    "depmap_segments/genome": Public(
        f"{GENOME}\nS1;ACH-1;Yes;chr1;1;10;2\nS2;ACH-1;No;chr1;1;10;1\nS3;ACH-2;Yes;chr1;1;10;1",
        "csv",
        (1, 6),
        ("S1", "SEGMENT_COPY_NUMBER"),
        tuple(GENOME.split(";")[1:]),
        ("rows",),
    ),
    "depmap_segments/array": Public(
        "DepMap_ID;Chromosome;Start;End;Num_Probes;Segment_Mean\nACH-1;1;1;10;5;1.1\nACH-2;X;1;10;5;0.9",
        "csv",
        (1, 5),
        needed=("DepMap_ID", *SEGMENT_NEEDS),
        keys=("rows",),
    ),
    "cdr": Public(
        f"x;bcr_patient_barcode;type;Redaction;{CDR}\n1;TCGA-OR-A5J1;ACC;#N/A;1;1355;1;1355;#N/A;#N/A;0;754\n"
        "2;TCGA-AB-0002;LAML;;0;#N/A;#N/A;#N/A;;;1;3",
        "xlsx",
        (1, 5),
        ("TCGA-OR-A5J1", "OS.time"),
        CDR_NEEDS,
        ("rows",),
        sheet="TCGA-CDR",
    ),
    "quality_annotations": Public(
        f"{QUALITY}\nTCGA-OR-A5J1;{A};ACC;IlluminaHiSeq_RNASeqV2;True\nTCGA-OR-A5J2;{B};;;False",
        "tsv",
        None,
        needed=tuple(QUALITY.split(";")),
        keys=(),
    ),
    "pancan_clinical": Public(
        "bcr_patient_barcode;acronym;note;age\nTCGA-OR-A5J1;ACC;x;50\nTCGA-OR-A5J2;ACC;[Unknown];60",
        "tsv",
        None,
        needed=("bcr_patient_barcode", "acronym"),
        keys=("rows",),
    ),
    "mantis": Public(
        "Case ID;Tumor Filename;MANTIS Score\nTCGA-AA-0001;x.TCGA-AA-0001-01A-11D-A.bam;0.3\n"
        "TCGA-AA-0002;z.TCGA-AA-0002-01A-11D-A.bam;0.5",
        "xlsx",
        (1, 2),
        needed=("Case ID", "Tumor Filename", "MANTIS Score"),
        keys=(),
        sheet="Sheet1",
    ),
    "purity": Public(
        f"{ABSOLUTE}\nTCGA-B6-A0X4-01;WU-TCGA-B6-A0X4-01A;called;0.7;2.1;0\nTCGA-B6-A0X5-01;TCGA-B6-A0X5-01A;x;1;2;1",
        "tsv",
        (1, 3),
        needed=("array", "sample", "purity", "ploidy", "Genome doublings"),
        keys=("rows",),
    ),
    "probemap": Public(
        f"{PROBEMAP}\nENSG01.5;DDX11L1;chr1;11869;14409;+\nENSG02.14;TSPAN6;chrX;1;2;-",
        "tsv",
        (1, 3),
        needed=tuple(PROBEMAP.split(";")),
        keys=("rows",),
    ),
    "ccle_annotations": Public(
        f"{CCLE}\nDMS53_LUNG;ACH-000698;DMS 53;lung;carcinoma;male;x;SCLC\nX_LUNG;;;lung;;;;",
        "tsv",
        None,
        needed=tuple(name for name in CCLE.split(";") if name != "Name"),
        keys=("rows",),
    ),
    "depmap_model": Public(
        f"{MODEL}\nACH-000001;PT-1;NIHOVCAR3_OVARY;Ovary;Female\nACH-000002;;HL60;Myeloid;",
        "csv",
        None,
        needed=("ModelID", "CCLEName", "OncotreeLineage"),
        keys=("rows",),
    ),
    "gene_list": Public("Essentials\nAAMP (14)\nSEPT9 (10801)", "csv", None, keys=()),
    "cancer_gene_census": Public(
        "Gene Symbol;Entrez GeneId;Tier;Role in Cancer;Synonyms\n"
        'A1CF;29974;2;oncogene;x\nABI1;10006;1;TSG, fusion;"1,2"',
        "csv",
        None,
        needed=("Gene Symbol", "Entrez GeneId"),
        keys=("rows",),
    ),
}


def format_of(case: str) -> str:
    """Return the format of a case."""
    return case.partition("/")[0]
