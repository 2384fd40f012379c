"""A user's own samples: a file for each, or one for several, of all kinds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.config_tables import check_tables, own_cohort
from deepdep.errors import InputError
from deepdep.io.line_names import read_line_names
from deepdep.io.samples import read_samples
from deepdep.prepare.own import files_of, read_any
from deepdep.prepare.sources import Source

MAF = "Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n"
SEG = "Sample\tChromosome\tStart\tEnd\tNum_Probes\tSegment_Mean\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Write three samples: two share an expression file, mutations are a MAF and a matrix."""
    (tmp_path / "exp.tsv").write_text("Gene\tT2\tT1\nTP53\t2\t1\nKRAS\t4\t3\n")
    (tmp_path / "t3.tsv").write_text("Gene\ttumour of Tuesday\nTP53\t9\nESR1\t8\n")
    (tmp_path / "v.maf").write_text(MAF + "KRAS\tMissense_Mutation\tT1\nTP53\tSilent\tT1\n")
    (tmp_path / "mut.tsv").write_text("Gene\tT3\nTP53\t1\nKRAS\t0\n")
    (tmp_path / "t.seg").write_text(SEG + "T1\t1\t1\t10000\t5\t0.5\nT2\t1\t1\t10000\t5\t-1\n")
    rows = [
        "sample\tpatient\tgroup\texpression\tmutation\tcopy_number",
        f"T1\tP1\tBRCA\t{tmp_path}/exp.tsv\t{tmp_path}/v.maf\t{tmp_path}/t.seg",
        f"T2\tP1\tBRCA\t{tmp_path}/exp.tsv\t\t{tmp_path}/t.seg",
        f"T3\tP2\tOV\t{tmp_path}/t3.tsv\t{tmp_path}/mut.tsv\t",
    ]
    path = tmp_path / "samples.tsv"
    path.write_text("\n".join(rows) + "\n")
    return path


def source(sheet: Path, omic: str, features: pd.DataFrame | None = None) -> Source:
    """Return the request that the config makes of the sheet."""
    entry = own_cohort({"path": str(sheet)}, [omic])
    return Source(omic, entry["tables"][omic], list(read_samples(entry["samples"])["sample"]), features)


def test_files_of_samples(sheet: Path):
    assert list(files_of(sheet, "mutation")) == ["T1", "T3"]
    assert files_of(sheet, "methylation") == {}


def test_one_file_for_several_and_a_file_that_names_its_sample_otherwise(sheet: Path):
    frame = read_any(source(sheet, "expression")).frame
    assert frame.index.to_list() == ["T1", "T2", "T3"]
    assert frame[["TP53", "KRAS", "ESR1"]].fillna(-1).to_numpy().tolist() == [
        [1, 3, -1],
        [2, 4, -1],
        [9, -1, 8],
    ]


def test_maf_and_matrix_side_by_side(sheet: Path):
    wanted = pd.DataFrame({"feature": ["TP53", "KRAS"]})
    frame = read_any(source(sheet, "mutation", wanted)).frame
    assert frame["TP53"].to_dict() == {"T1": 0, "T3": 1}
    assert frame["KRAS"].to_dict() == {"T1": 1, "T3": 0}


def test_a_hash_in_a_cell_is_no_comment(sheet: Path, tmp_path: Path):
    head = MAF.replace("Hugo_Symbol", "Note\tHugo_Symbol")
    (tmp_path / "v.maf").write_text(f"#version 2.4\n{head}see #7\tKRAS\tMissense_Mutation\tT1\n")
    frame = read_any(source(sheet, "mutation", pd.DataFrame({"feature": ["KRAS"]}))).frame
    assert frame["KRAS"].to_dict() == {"T1": 1, "T3": 0}


def test_segments_on_bins(sheet: Path):
    bins = pd.DataFrame({"feature": ["bin"], "chrom": ["1"], "start": [1], "end": [10_000]})
    assert read_any(source(sheet, "copy_number", bins)).frame["bin"].to_dict() == {"T1": 0.5, "T2": -1}


def test_sample_that_its_file_does_not_have(sheet: Path):
    text = sheet.read_text().replace("T2\tP1", "T9\tP1")
    sheet.write_text(text)
    with pytest.raises(InputError, match=r"exp\.tsv: no sample T9; the file has T2, T1"):
        read_any(source(sheet, "expression"))


def test_cohort_that_own_samples_stand_for(sheet: Path):
    entry = own_cohort({"path": str(sheet), "build": "hg38"}, ["expression", "methylation"])
    assert entry["domain"] == "tumor"
    assert entry["reference"] is False
    assert entry["tables"]["methylation"] is None
    assert entry["tables"]["expression"]["build"] == "hg38"


def test_segments_need_positions_where_copy_number_is_by_gene(sheet: Path):
    """Told at start, before gigabytes are fetched; bins and positions of the user's own need nothing more."""
    entry = own_cohort({"path": str(sheet)}, ["copy_number"])
    config = {
        "omics": ["copy_number"],
        "features": {"copy_number": "as_given"},
        "cohorts": {"ccl": {"tables": {"copy_number": {"path": "cn.tsv", "format": "matrix"}}}},
    }
    assert list(check_tables("own", entry, config)) == [
        "own_samples: segments need positions (a GTF, or a table with Gene, chrom, pos)"
    ]
    given = own_cohort({"path": str(sheet), "positions": "genes.gtf"}, ["copy_number"])
    assert list(check_tables("own", given, config)) == []
    assert list(check_tables("own", entry, {**config, "features": {"copy_number": "published"}})) == []


def test_example_of_the_r_package(real: Path, tmp_path: Path):
    """The four files of the package's example, one for all three lines each."""
    inputs = real / "prep4deepdep/inputs"
    short = {"expression": "exp", "mutation": "mut", "methylation": "meth", "copy_number": "cna"}
    cells = "\t".join(str(inputs / f"{name}.file.txt.gz") for name in short.values())
    rows = "".join(f"CCL_{letter}\t\t\t{cells}\n" for letter in "ABC")
    sheet = tmp_path / "samples.tsv"
    sheet.write_text("\t".join(["sample", "patient", "group", *short]) + "\n" + rows)
    frame = read_any(source(sheet, "expression")).frame
    assert frame.index.to_list() == ["CCL_A", "CCL_B", "CCL_C"]
    assert frame.columns.is_unique
    assert read_any(source(sheet, "methylation")).frame.shape == (3, 22601)


MODELS = """ModelID,PatientID,CellLineName,StrippedCellLineName,CCLEName,COSMICID,OncotreeLineage
ACH-000001,P1,NIH:OVCAR-3,NIHOVCAR3,NIHOVCAR3_OVARY,905933.0,Ovary
ACH-000002,P2,HL-60,HL60,HL60_HAEMATOPOIETIC,,
ACH-000003,P3,HL-60,HL60B,,905938,Blood
"""


def test_names_of_lines(tmp_path: Path):
    path = tmp_path / "Model.csv"
    path.write_text(MODELS)
    names = read_line_names(path)
    assert names["NIHOVCAR3_OVARY"] == names["905933"] == names["NIH:OVCAR-3"] == "ACH-000001"
    assert names["ACH-000003"] == names["905938"] == "ACH-000003"
    assert "HL-60" not in names  # two lines
    (tmp_path / "two.tsv").write_text("name\tid\nA\tACH-1\n")
    assert read_line_names(tmp_path / "two.tsv") == {"A": "ACH-1", "ACH-1": "ACH-1"}
    (tmp_path / "odd.tsv").write_text("a\tb\tc\n1\t2\t3\n")
    with pytest.raises(InputError, match=r"odd\.tsv: no names of cell lines; columns are a, b, c"):
        read_line_names(tmp_path / "odd.tsv")


def test_public_sheet(tmp_path: Path):
    path = tmp_path / "Model.csv"
    path.write_text(MODELS)
    entry = {"path": str(path), "format": "depmap_model", "sample": "ModelID", "patient": "PatientID"}
    table = read_samples({**entry, "group": "OncotreeLineage"})
    assert table["group"].to_list() == ["Ovary", "unknown", "Blood"]
    assert table["patient"].to_list() == ["P1", "P2", "P3"]
    assert np.isin(["CCLEName", "COSMICID"], table.columns).all()
    with pytest.raises(InputError, match="no column Lineage"):
        read_samples({**entry, "group": "Lineage"})
    with pytest.raises(InputError, match="'mc3' is no format of a sheet"):
        read_samples({**entry, "group": "x", "format": "mc3"})
