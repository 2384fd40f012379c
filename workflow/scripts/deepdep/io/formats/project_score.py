"""Sanger Project Score 2019 (essentiality_matrices.zip): genes (symbols) x lines by Sanger name.

Option ``matrix``: ``01a_qnorm_corrected_logFCs.tsv`` (default) or another of the archive. HT-29 was
screened twice: ``HT-29v1.0`` and ``HT-29v1.1`` count as HT-29, and v1.1 is left out.
"""

import tempfile
import zlib
from dataclasses import replace
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from zipfile import BadZipFile, ZipFile, ZipInfo

from deepdep.errors import InputError
from deepdep.io.blocks import WideLayout, wide_layout
from deepdep.io.formats.base import Table, Wanted
from deepdep.io.formats.genes import choose_genes, gene_rows, take_rows, to_frame, wide_by_features
from deepdep.io.text import existing, few

DEFAULT = "01a_qnorm_corrected_logFCs.tsv"
FIRST_SCREEN, SECOND_SCREEN = "HT-29v1.0", "HT-29v1.1"
# The whole archive unpacks to less than 2 GB; a member beyond this is no matrix.
LARGEST = 2 << 30
UNITS = {"04_binaryDepScores.tsv": "0/1, 1 = dependent"}


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read lines x genes; ``sample_ids`` maps Sanger names (Cell Model Passports) to ids."""
    matrix = str(wanted.options.get("matrix", DEFAULT))
    with tempfile.TemporaryDirectory() as folder:
        member = unpacked(path, matrix, Path(folder))
        try:
            table = read_matrix(wide_layout(member), wanted, path)
        except InputError as error:
            raise as_archive(error, member, f"{path} ({matrix})") from error
    units = UNITS.get(
        matrix, "log fold change, quantile-normalised" if matrix == DEFAULT else "as in the file"
    )
    return Table(table.frame, units, {**table.notes, "matrix": matrix})


def as_archive(error: InputError, member: Path, name: str) -> InputError:
    """Return the error with the archive in place of the unpacked copy, which nobody will find."""
    message, _, remedy = str(error).replace(str(member), name).partition(" Remedy: ")
    return InputError(message, remedy)


def read_matrix(layout: WideLayout, wanted: Wanted, path: str | Path) -> Table:
    """Read one matrix with the first HT-29 screen under the line's name, and without the second."""
    second = layout.columns.count(SECOND_SCREEN)
    columns = ["HT-29" if name == FIRST_SCREEN else name for name in layout.columns]
    layout = replace(layout, columns=columns)
    if wanted.sample_ids is None:
        wanted = replace(wanted, sample_ids={name: name for name in columns if name != SECOND_SCREEN})
    labels, values, samples = wide_by_features(layout, wanted, gene_rows(wanted))
    rows, features, notes = choose_genes(labels, values, wanted, path)
    frame = to_frame(take_rows(values, rows), samples, features, path)
    return Table(frame, "", {**samples.notes, **notes, "second_screens_left_out": second})


def unpacked(path: str | Path, matrix: str, folder: Path) -> Path:
    """Copy one member of the archive into ``folder`` under its plain name."""
    try:
        with ZipFile(existing(path)) as archive:
            member = find_member(archive, matrix, path)
            target = folder / "matrix.tsv"
            with archive.open(member) as source, target.open("wb") as copy:
                copyfileobj(source, copy, 1 << 20)
    # A damaged header may also claim encryption (RuntimeError) or an unknown compression.
    except (BadZipFile, EOFError, OSError, zlib.error, RuntimeError) as error:
        raise InputError(f"{path}: damaged zip archive ({error}).", "Fetch the file again.") from error
    return target


def find_member(archive: ZipFile, matrix: str, path: str | Path) -> ZipInfo:
    """Return the member of that name; its folder does not matter and is never written to."""
    files = [info for info in archive.infolist() if not info.is_dir()]
    found = [info for info in files if PurePosixPath(info.filename).name == matrix]
    if len(found) != 1:
        names = few([info.filename for info in files], 12)
        remedy = "Name one of the files in the archive."
        raise InputError(f"{path}: {len(found)} files {matrix!r}; the archive has {names}.", remedy)
    if found[0].file_size > LARGEST:
        size = found[0].file_size
        raise InputError(f"{path}: {matrix} would unpack to {size:,} bytes.", "Fetch the official file.")
    return found[0]
