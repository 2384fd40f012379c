"""What files, names and addresses from elsewhere must not be able to do, and what the code must not use."""

import ast
import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from public_cases import FILES
from public_files import MATRIX, joined

from deepdep.errors import InputError
from deepdep.io import text
from deepdep.io.formats import project_score, read, workbook
from deepdep.io.formats.workbook import read_first_sheet
from deepdep.io.manifest import COLUMNS, read_manifest
from deepdep.io.rdata import MOST_UNPACKED, read_feature_list
from deepdep.io.sheets import read_sheet
from deepdep.io.tables import read_numeric_table
from deepdep.plot.page import Section, document, sections_page, table_html

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for folder in ("workflow", "tests") for path in (ROOT / folder).rglob("*.py"))
LIBRARY = [path for path in CODE if "workflow" in path.relative_to(ROOT).parts]
EVIL = [
    "<script>alert(1)</script>",
    "</td></table>",
    'a" onload="x',
    "it's & co",
    "$(touch x)",
    "=1+1",
    "-rf",
]


# ---- what the code does not use

CALLS = {
    *("eval", "exec", "compile", "os.system", "os.popen", "tempfile.mktemp", "shutil.unpack_archive"),
    *("joblib.load", "pd.read_pickle", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "torch.load"),
    *("hashlib.sha1", "rdata.conversion.convert"),
}
METHODS = {"extractall", "extract", "to_pickle"}
MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "xml.dom",
    "telnetlib",
    "ftplib",
}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """List the calls of a file by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def true(node: ast.Call, *names: str) -> bool:
    """Tell whether a call has one of the keywords, other than False."""
    return any(word.arg in names and ast.unparse(word.value) != "False" for word in node.keywords)


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_runs_or_unpacks_what_it_reads(path: Path):
    tests = "tests" in path.relative_to(ROOT).parts
    for name, node in calls(path):
        place = f"{path}:{node.lineno} {name}"
        assert name not in CALLS, place
        assert name.rpartition(".")[2] not in METHODS or name.endswith("str.extract"), place
        assert not true(node, "shell", "allow_pickle"), place
    if not tests:
        assert not imports(path) & MODULES, path
        assert "subprocess" not in imports(path), f"{path} starts no command"


def test_rules_start_scripts_and_no_shell():
    rules = [*sorted((ROOT / "workflow").rglob("*.smk")), ROOT / "workflow/Snakefile", ROOT / "Snakefile"]
    assert len(rules) > 20
    for path in rules:
        assert not re.search(r"^\s*(shell|run):|\bshell\(", path.read_text(encoding="utf-8"), re.MULTILINE), (
            path
        )


# ---- archives


def archive(folder: Path, *names: str) -> Path:
    """Write a zip whose members have these names."""
    path = folder / "essentiality_matrices.zip"
    with zipfile.ZipFile(path, "w") as out:
        for name in names:
            out.writestr(name, joined(FILES["project_score"].rows, "\t"))
    return path


@pytest.mark.parametrize("folder", ["../../", "/srv/", "C:\\x\\", "a/../../"])
def test_members_are_not_written_where_they_say(tmp_path: Path, folder: str):
    inner, name = tmp_path / "deep/er", f"{folder}{MATRIX}"
    inner.mkdir(parents=True)
    path = archive(inner, name)
    before = set(tmp_path.rglob("*"))
    if "\\" in name:
        with pytest.raises(InputError, match="0 files"):
            read("project_score", path)
    else:
        assert len(read("project_score", path).frame) == 2
    assert set(tmp_path.rglob("*")) == before


def test_symbolic_link_in_an_archive_is_text(tmp_path: Path):
    path, link = tmp_path / "x.zip", zipfile.ZipInfo(MATRIX)
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(link, "/etc/hosts")
    with pytest.raises(InputError, match="no columns; the header line is '/etc/hosts'"):
        read("project_score", path)


def test_bombs_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = archive(tmp_path, MATRIX)
    monkeypatch.setattr(project_score, "LARGEST", 10)
    with pytest.raises(InputError, match="would unpack to"):
        read("project_score", path)
    book, sheet = openpyxl.Workbook(), tmp_path / "x.xlsx"
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.save(sheet)
    assert len(read_first_sheet(sheet)) == 1
    monkeypatch.setattr(workbook, "LARGEST", 10)
    with pytest.raises(InputError, match="would unpack to"):
        read_first_sheet(sheet)
    bomb = tmp_path / "x.RData"
    bomb.write_bytes(gzip.compress(bytes(MOST_UNPACKED + 1)))
    with pytest.raises(InputError, match=r"more than 20,000,000 bytes"):
        read_feature_list(bomb, "genes")


@pytest.mark.parametrize("head", [b"", b"gene\tL1\nA1BG\t1\n"], ids=["header", "row"])
def test_gzip_that_unpacks_to_one_endless_line(tmp_path: Path, head: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text, "LINE_BYTES", 1 << 20)
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(gzip.compress(head + b"0" * (6 << 20), 1))
    with pytest.raises(InputError, match="a line of more than 1 MB"):
        read_numeric_table(path, "features_in_rows")


def test_entities_of_a_workbook_do_not_multiply(tmp_path: Path):
    """Billion laughs: the parser (expat from 2.4.1 on) refuses them."""
    good, evil = io.BytesIO(), tmp_path / "x.xlsx"
    openpyxl.Workbook().save(good)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with zipfile.ZipFile(good) as parts, zipfile.ZipFile(evil, "w") as out:
        for name in parts.namelist():
            data = parts.read(name).decode()
            if name.endswith("workbook.xml"):
                data = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>' + data.replace("Sheet", "&l9;")
            out.writestr(name, data)
    with pytest.raises(InputError, match="no xlsx workbook, or a damaged one"):
        read_first_sheet(evil)


# ---- names


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\x00b", "a\x1b[31mb", "a\u202eb", "a\ufeffb", "x" * 501])
@pytest.mark.parametrize("role", ["sample", "patient", "group"])
def test_names_that_would_break_tables_are_refused_at_the_start(tmp_path: Path, name: str, role: str):
    sheet = pd.DataFrame({"sample": ["L1", "L2"], "patient": ["P1", "P2"], "group": ["A", "B"]})
    sheet.loc[1, role] = name
    sheet.to_csv(tmp_path / "s.tsv", sep="\t", index=False)
    with pytest.raises(InputError, match=r"s\.tsv.* Remedy: "):
        read_sheet(tmp_path / "s.tsv", "sample", "patient", "group")


def test_names_in_pages_are_text():
    frame = pd.DataFrame({"name": EVIL, EVIL[0]: range(len(EVIL))}).rename_axis(EVIL[1])
    page = sections_page([Section(EVIL[0], EVIL[1], EVIL, frame)], EVIL[0], EVIL[1])
    for html in (page, table_html(frame), document(EVIL[0], EVIL[1], "")):
        assert "<script>" not in html
        assert 'a" onload' not in html
        assert html.count("</table>") == html.count("<table>")
    assert [unescape(cell) for cell in re.findall("<td>(.*?)</td>", table_html(frame))] == EVIL


# ---- addresses


def row(**cells: str) -> str:
    """Return a line of a manifest."""
    good = {"dataset": "d", "version": "1", "file": "f.csv", "url": "https://x.org/f", "sha256": "a" * 64}
    return "\t".join({**dict.fromkeys(COLUMNS, ""), **good, **cells}.values())


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *(
            ("url", url)
            for url in ("http://x.org/f", "file:///etc/hosts", "ftp://x.org/f", "HTTPS:/x", "//x/f")
        ),
        ("archive", "http://x.org/f"),
        *(("file", name) for name in ("../f", "/f", "a/b", "..", "", ".hidden", "-rf", "a b", "$(x)")),
        ("dataset", "../d"),
        ("version", ".."),
    ],
)
def test_manifest_with_unsafe_address_or_name_is_refused(tmp_path: Path, column: str, cell: str):
    path = tmp_path / "datasets.tsv"
    path.write_text("\t".join(COLUMNS) + "\n" + row() + "\n")
    assert len(read_manifest(path)) == 1
    path.write_text("\t".join(COLUMNS) + "\n" + row(**{column: cell}) + "\n")
    with pytest.raises(InputError, match=r"datasets\.tsv, line 2: .* is not safe"):
        read_manifest(path)


# ---- tools


def test_bandit_finds_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "workflow/scripts", "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_rule_left_out_of_bandit_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    skipped = re.search(r"\[tool\.bandit\]\n.*?skips = \[\n(.*?)\]", text, re.DOTALL)[1].splitlines()
    assert skipped
    assert all(re.search(r'"B\d{3}",\s+# \w+', line) for line in skipped)


def test_locked_packages_have_no_known_hole():
    """Ask PyPI for the lock's packages; where it does not answer, nothing is known and the test skips."""
    command = (
        "-m pip_audit -r envs/lock.txt --no-deps --disable-pip --progress-spinner off --timeout 5 -f json"
    )
    try:
        done = subprocess.run(
            [sys.executable, *command.split()],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        pytest.skip("the service of known holes does not answer")
    asked = [package for package in packages if "vulns" in package]
    if len(asked) < len(packages) / 2:
        pytest.skip(f"the service knows {len(asked)} of {len(packages)} packages: it is not within reach")
    assert {package["name"]: package["vulns"] for package in asked if package["vulns"]} == {}


def test_workflow_reads_yaml_safely():
    for path in sorted((ROOT / "workflow").rglob("*.smk")):
        for call in re.findall(r"yaml\.(\w+)", path.read_text(encoding="utf-8")):
            assert call in {"safe_load", "safe_dump"}, path
    assert yaml.safe_load("a: 1") == {"a": 1}
