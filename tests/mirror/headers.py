"""Column names of the wide public tables, in their order."""


def split(names: str, separator: str | None = None) -> list[str]:
    """Return the names in a text of several lines."""
    return [name.strip() for line in names.split("\n") for name in line.split(separator) if name.strip()]


CCLE_MAF = split(
    """
Hugo_Symbol Entrez_Gene_Id NCBI_Build Chromosome Start_position End_position Strand Variant_Classification
Variant_Type Reference_Allele Tumor_Seq_Allele1 dbSNP_RS dbSNP_Val_Status Genome_Change
Annotation_Transcript Tumor_Sample_Barcode cDNA_Change Codon_Change Protein_Change isDeleterious
isTCGAhotspot TCGAhsCnt isCOSMIChotspot COSMIChsCnt ExAC_AF CGA_WES_AC SangerWES_AC SangerRecalibWES_AC
RNAseq_AC HC_AC RD_AC WGS_AC Variant_annotation
"""
)
MODELS = split(
    """
ModelID PatientID CellLineName StrippedCellLineName DepmapModelType OncotreeLineage OncotreePrimaryDisease
OncotreeSubtype OncotreeCode PatientSubtypeFeatures RRID Age AgeCategory Sex PatientRace PrimaryOrMetastasis
SampleCollectionSite SourceType SourceDetail CatalogNumber ModelType TissueOrigin ModelDerivationMaterial
ModelTreatment PatientTreatmentStatus PatientTreatmentType PatientTreatmentDetails Stage StagingSystem
PatientTumorGrade PatientTreatmentResponse GrowthPattern OnboardedMedia FormulationID SerumFreeMedia
PlateCoating EngineeredModel EngineeredModelDetails CulturedResistanceDrug PublicComments CCLEName HCMIID
ModelAvailableInDbgap ModelSubtypeFeatures WTSIMasterCellID SangerModelID COSMICID
"""
)
VARIANTS = split(
    """
Chrom Pos Ref Alt AF DP RefCount AltCount GT PS VariantType VariantInfo DNAChange ProteinChange HugoSymbol
EnsemblGeneID EnsemblFeatureID HgncName HgncFamily UniprotID DbsnpRsID GcContent LofGeneName LofGeneId
LofNumberOfTranscriptsInGene LofPercentOfTranscriptsAffected NMD MolecularConsequence VepImpact VepBiotype
VepHgncID VepExistingVariation VepManeSelect VepENSP VepSwissprot Sift Polyphen GnomadeAF GnomadgAF
VepClinSig VepSomatic VepPliGeneValue VepLofTool OncogeneHighImpact TumorSuppressorHighImpact
TranscriptLikelyLof Brca1FuncScore CivicID CivicDescription CivicScore LikelyLoF HessDriver HessSignature
RevelScore PharmgkbId DidaID DidaName GwasDisease GwasPmID GtexGene ProveanPrediction AMClass
AMPathogenicity Hotspot Rescue EntrezGeneID ModelID
"""
)
CELL_LINES = split(
    """
CCLE_ID depMapID Name Pathology Site_Primary Site_Subtype1 Site_Subtype2 Site_Subtype3 Histology
Hist_Subtype1 Hist_Subtype2 Hist_Subtype3 Gender Life_Stage Age Race Geo_Loc inferred_ethnicity
Site_Of_Finding Disease Annotation_Source Original.Source.of.Cell.Line(s) Characteristics Growth.Medium
Supplements Freezing.Medium Doubling.Time.from.Vendor Doubling.Time.Calculated.hrs type type_refined
PATHOLOGIST_ANNOTATION mutRate tcga_code
"""
)
MC3 = split(
    """
Hugo_Symbol Entrez_Gene_Id Center NCBI_Build Chromosome Start_Position End_Position Strand
Variant_Classification Variant_Type Reference_Allele Tumor_Seq_Allele1 Tumor_Seq_Allele2 dbSNP_RS
dbSNP_Val_Status Tumor_Sample_Barcode Matched_Norm_Sample_Barcode Match_Norm_Seq_Allele1
Match_Norm_Seq_Allele2 Tumor_Validation_Allele1 Tumor_Validation_Allele2 Match_Norm_Validation_Allele1
Match_Norm_Validation_Allele2 Verification_Status Validation_Status Mutation_Status Sequencing_Phase
Sequence_Source Validation_Method Score BAM_File Sequencer Tumor_Sample_UUID Matched_Norm_Sample_UUID
HGVSc HGVSp HGVSp_Short Transcript_ID Exon_Number t_depth t_ref_count t_alt_count n_depth n_ref_count
n_alt_count all_effects Allele Gene Feature Feature_type Consequence cDNA_position CDS_position
Protein_position Amino_acids Codons Existing_variation ALLELE_NUM DISTANCE STRAND SYMBOL SYMBOL_SOURCE
HGNC_ID BIOTYPE CANONICAL CCDS ENSP SWISSPROT TREMBL UNIPARC RefSeq SIFT PolyPhen EXON INTRON DOMAINS
GMAF AFR_MAF AMR_MAF ASN_MAF EAS_MAF EUR_MAF SAS_MAF AA_MAF EA_MAF CLIN_SIG SOMATIC PUBMED MOTIF_NAME
MOTIF_POS HIGH_INF_POS MOTIF_SCORE_CHANGE IMPACT PICK VARIANT_CLASS TSL HGVS_OFFSET PHENO MINIMISED
ExAC_AF ExAC_AF_AFR ExAC_AF_AMR ExAC_AF_EAS ExAC_AF_FIN ExAC_AF_NFE ExAC_AF_OTH ExAC_AF_SAS GENE_PHENO
FILTER COSMIC CENTERS CONTEXT DBVS NCALLERS
"""
)
CDR = split(
    """
bcr_patient_barcode type age_at_initial_pathologic_diagnosis gender race ajcc_pathologic_tumor_stage
clinical_stage histological_type histological_grade initial_pathologic_dx_year menopause_status
birth_days_to vital_status tumor_status last_contact_days_to death_days_to cause_of_death
new_tumor_event_type new_tumor_event_site new_tumor_event_site_other new_tumor_event_dx_days_to
treatment_outcome_first_course margin_status residual_tumor
"""
)
CLINICAL = split(
    """
bcr_patient_uuid bcr_patient_barcode acronym gender vital_status days_to_birth days_to_death
days_to_last_followup age_at_initial_pathologic_diagnosis microsatellite_instability
breast_carcinoma_estrogen_receptor_status breast_carcinoma_progesterone_receptor_status
lab_proc_her2_neu_immunohistochemistry_receptor_status primary_therapy_outcome_success
followup_treatment_success tissue_source_site_name
"""
)
QUALITY = split(
    """
patient_barcode;aliquot_barcode;cancer type;platform;patient_annotation;sample_annotation
aliquot_annotation;aliquot_annotation_updated;AWG_excluded_because_of_pathology
AWG_pathology_exclusion_reason;Reviewed_by_EPC;Do_not_use
""",
    ";",
)
