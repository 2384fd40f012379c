"""Names of cell lines in the many spellings of the sources, to the ids of a study."""

from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.ids import check_ids
from deepdep.io.sheets import read_cells
from deepdep.io.text import few, read_layout

# Column with the id wanted, and those with names of the same line; the first that fits is taken.
# Model.csv and sample_info.csv of DepMap, CCLE annotations, sample_info.csv of DEMETER2, profiles.
LAYOUTS = (
    ("ModelID", ("CCLEName", "CellLineName", "StrippedCellLineName", "SangerModelID", "COSMICID")),
    ("ModelID", ("ProfileID",)),
    ("DepMap_ID", ("CCLE_Name", "cell_line_name", "stripped_cell_line_name", "Sanger_Model_ID", "COSMICID")),
    ("depMapID", ("CCLE_ID", "Name")),
)


def read_line_names(path: str | Path) -> dict[str, str]:
    """Return name to id; an id is a name of itself, and a name of two lines is none of either.

    Parameters
    ----------
    path
        Model.csv, sample_info.csv, OmicsDefaultModelProfiles.csv, the CCLE annotations, or any
        table of two columns, name and id.

    Raises
    ------
    InputError
        Other columns.
    """
    layout = read_layout(path, quoted=str(path).endswith(".csv"))
    cells = read_cells(layout)[0]
    found = next((form for form in LAYOUTS if form[0] in cells and form[1][0] in cells), None)
    if found is None and len(layout.names) != 2:
        known = few(f"{names[0]} with {model}" for model, names in LAYOUTS)
        remedy = f"Provide a table of two columns (name, id), or one with {known}."
        raise InputError(f"{path}: no names of cell lines; columns are {few(layout.names, 12)}.", remedy)
    model, names = found or (layout.names[1], (layout.names[0],))
    table = joined(cells, model, [name for name in names if name in cells])
    check_ids([*table, *table.values()], path, "name or id")
    return table


def joined(cells: pd.DataFrame, model: str, names: list[str]) -> dict[str, str]:
    """Join the columns of names into one table; a name in an earlier column counts first."""
    ids = cells[model].dropna()
    table = dict(zip(ids, ids, strict=True))
    for name in names:
        pairs = cells[[name, model]].dropna().drop_duplicates().astype(str)
        pairs[name] = pairs[name].str.removesuffix(".0")  # COSMICID of a column with blank cells
        single = pairs[~pairs[name].duplicated(keep=False)]
        table = {**dict(zip(single[name], single[model], strict=True)), **table}
    return table
