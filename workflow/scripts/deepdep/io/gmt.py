"""Gene sets in GMT: one set per line - name, description, genes - separated by tabs."""

from pathlib import Path

from deepdep.errors import InputError
from deepdep.io.ids import check_ids
from deepdep.io.text import few, open_text
from deepdep.log import logger


def read_gmt(path: str | Path) -> dict[str, list[str]]:
    """Read gene sets, in the order of the file.

    A set without genes is left out with a warning; a gene that a set names twice counts once.

    Raises
    ------
    InputError
        An empty file, no set with a gene, or a set name that occurs twice.
    """
    sets: dict[str, list[str]] = {}
    empty = []
    with open_text(path) as lines:
        for number, line in enumerate(lines, start=1):
            name, _, *genes = [*line.strip(" \r\n").split("\t"), ""]
            name = name.strip()
            if name in sets:
                remedy = "Remove one of them or give it another name."
                raise InputError(f"{path}, line {number}: gene set {name!r} occurs twice.", remedy)
            members = list(dict.fromkeys(gene.strip() for gene in genes if gene.strip()))
            if members:
                check_ids([name, *members], f"{path}, line {number}", "set or gene")
                sets[name] = members
            elif name:
                empty.append(name)
    if not sets:
        remedy = "Provide GMT: set name, description, genes, separated by tabs."
        raise InputError(f"{path}: no gene set with genes.", remedy)
    if empty:
        logger.warning("%s: %d sets without genes left out: %s", path, len(empty), few(empty))
    return sets
