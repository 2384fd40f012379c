"""config/datasets.tsv is right, and what is wrong with a manifest is said.

After an edit: PYTHONPATH=workflow/scripts python -m deepdep.io.manifest config/datasets.tsv
sorts it and lists what these tests would complain about.
"""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deepdep.errors import InputError
from deepdep.io.checksum import sha256
from deepdep.io.manifest import COLUMNS, Dataset, find, main, problems, read_manifest, write_manifest

Edit = Callable[[list[str]], list[str]]


@pytest.fixture(scope="module")
def manifest(root: Path) -> list[Dataset]:
    return read_manifest(root / "config" / "datasets.tsv")


@pytest.fixture
def row(manifest: list[Dataset]) -> Dataset:
    return find(manifest, "depmap", "Model.csv", "24Q4")


def test_manifest_has_no_problem(manifest: list[Dataset]):
    assert problems(manifest) == []


def test_manifest_is_as_the_loader_writes_it(root: Path, tmp_path: Path, manifest: list[Dataset]):
    write_manifest(manifest, tmp_path / "datasets.tsv")
    written = (tmp_path / "datasets.tsv").read_text(encoding="utf-8")
    assert written == (root / "config" / "datasets.tsv").read_text(encoding="utf-8")


def test_all_sources_are_there(manifest: list[Dataset]):
    versions = {(row.dataset, row.version) for row in manifest}
    assert {("depmap", "18Q2"), ("depmap", "24Q2"), ("depmap", "24Q4"), ("deepdep", "2021")} <= versions
    assert {("msigdb", "6.2"), ("msigdb", "2024.1.Hs"), ("gencode", "v19"), ("gencode", "v38")} <= versions
    datasets = {row.dataset for row in manifest}
    assert {"pancanatlas", "toil", "ccle", "gdsc", "demeter2", "project_score", "sanger_depmap"} <= datasets
    assert {"prep4deepdep", "msi", "pdxe", "cosmic"} <= datasets
    assert {row.build for row in manifest if row.dataset == "gencode"} == {"hg19", "hg38"}


def test_gdc_files_are_addressed_by_uuid(manifest: list[Dataset]):
    urls = [row.url for row in manifest if row.dataset == "pancanatlas"]
    assert len(set(urls)) == len(urls) == 12
    assert all(len(url.removeprefix("https://api.gdc.cancer.gov/data/")) == 36 for url in urls)


def test_git_lfs_files_come_from_a_pinned_commit(manifest: list[Dataset]):
    rows = [row for row in manifest if "media.githubusercontent.com" in row.url]
    assert len(rows) == 8
    for row in rows:
        commit = row.url.split("/")[6]
        assert len(commit) == 40
        assert commit in row.archive
        assert row.sha256
        assert row.bytes


def test_what_needs_a_person_says_so(manifest: list[Dataset]):
    rows = {row.name: row for row in manifest if row.access != "open"}
    assert set(rows) == {
        "cosmic/v102/Cosmic_CancerGeneCensus_v102_GRCh37.tsv",
        "depmap/26Q1/CRISPRGeneEffect.csv",
    }
    assert all("local_files" in row.note for row in rows.values())


def test_prep4deepdep_sums_are_those_of_the_real_files(real: Path, manifest: list[Dataset]):
    rows = [row for row in manifest if row.dataset == "prep4deepdep"]
    assert len(rows) == 6
    for row in rows:
        path = real / "features" / row.file
        assert (sha256(path), path.stat().st_size) == (row.sha256, row.bytes)


def test_find_names_versions_and_files(manifest: list[Dataset]):
    assert find(manifest, "toil", "tcga_RSEM_gene_tpm.gz").bytes == 740_772_247
    assert find(manifest, "depmap", "Model.csv", "24Q2").path == "resources/depmap/24Q2/Model.csv"
    with pytest.raises(InputError, match=r"depmap/Model\.csv has versions 24Q2, 24Q4"):
        find(manifest, "depmap", "Model.csv")
    with pytest.raises(InputError, match=r"demeter2/v6/sample_info\.csv"):
        find(manifest, "demeter2", "no_such_file.csv")
    with pytest.raises(InputError, match="no file of a dataset 'nowhere'"):
        find(manifest, "nowhere", "x.csv")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "http://ndownloader.figshare.com/files/1"}, "over https"),
        ({"url": ""}, "over https"),
        ({"url": "https://host.org/a file.csv"}, "over https"),
        ({"archive": "https://host.org/%zz"}, "over https"),
        ({"archive": "file:///etc/passwd"}, "over https"),
        ({"sha256": "ABC"}, "sha256 is not 64"),
        ({"md5": "0" * 31}, "md5 is not 32"),
        ({"sha256": "", "md5": ""}, "needs a checksum"),
        ({"note": "no checksum: none found"}, "needs a checksum, or else"),
        ({"sha256": "", "md5": "", "note": "no checksum:"}, "gives no reason"),
        ({"file": "../Model.csv"}, "does not suit a path"),
        ({"bytes": 0}, "bytes is 0"),
        ({"access": "free"}, "access is 'free'"),
        ({"build": "hg17"}, "build is 'hg17'"),
        ({"licence": ""}, "licence is empty"),
    ],
)
def test_problems_of_a_row_are_said(row: Dataset, change: dict[str, object], said: str):
    assert problems([row]) == []
    found = problems([replace(row, **change)])
    assert len(found) == 1
    assert said in found[0]


def test_order_and_repeats_are_said(manifest: list[Dataset], row: Dataset):
    assert problems([manifest[1], manifest[0]]) == [f"{manifest[0].name}: comes after {manifest[1].name}"]
    assert problems([row, row]) == [f"{row.name}: occurs 2 times"]


def test_sorting_from_the_command_line(
    tmp_path: Path, manifest: list[Dataset], capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "datasets.tsv"
    rows = [
        ["" if c is None else str(c) for c in (getattr(r, n) for n in COLUMNS)] for r in reversed(manifest)
    ]
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None).writerows([COLUMNS, *rows])
    assert read_manifest(path) == manifest[::-1]
    assert main(str(path)) == 0
    assert read_manifest(path) == manifest
    write_manifest([replace(manifest[0], licence="")], path)
    assert main(str(path)) == 1
    assert "licence is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda lines: [lines[0].replace("url", "link"), *lines[1:]], "the header is"),
        (lambda lines: [*lines[:2], lines[2] + "\tmore"], "line 3: 14 cells"),
        (lambda lines: [lines[0], lines[1].replace("\t\t\t\t\t", "\t\t1e6\t\t\t")], "line 2: bytes is '1e6'"),
    ],
)
def test_damaged_manifest_is_refused(tmp_path: Path, manifest: list[Dataset], edit: Edit, said: str):
    path = tmp_path / "datasets.tsv"
    write_manifest(manifest[:2], path)
    path.write_text("\n".join(edit(path.read_text(encoding="utf-8").splitlines())), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_manifest(path)
