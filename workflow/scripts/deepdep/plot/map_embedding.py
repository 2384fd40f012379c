"""Maps of the tumours: t-SNE and UMAP side by side, coloured by cancer type."""

import pandas as pd
from matplotlib.figure import Figure

from deepdep.plot.style import bands, empty_figure, new_figure
from deepdep.plot.types import draw_types, type_legend

COLUMNS = 7  # of the legend
MAPS = {"tsne": "t-SNE", "umap": "UMAP"}


def map_embedding(table: pd.DataFrame, what: str, left_out: int) -> Figure:
    """Draw both maps.

    Parameters
    ----------
    table
        group, tsne_1, tsne_2, umap_1, umap_2 of each tumour.
    what
        What the tumours are placed by.
    left_out
        Number of tumours that are not on the maps, for lack of values.
    """
    if table.empty:
        return empty_figure(f"no map of {what}: too few tumours have values ({left_out:,} have none)")
    rows = -(-table["group"].nunique() // COLUMNS)
    figure = new_figure(7.2, 4.3 + 0.17 * rows)
    above, below = bands(figure, [4.1, 0.2 + 0.17 * rows])
    for axis, (key, name) in zip(above.subplots(1, 2), MAPS.items(), strict=True):
        draw_types(axis, table[[f"{key}_1", f"{key}_2"]].to_numpy(), table["group"])
        axis.set(xlabel=f"{name} 1 (no unit)", ylabel=f"{name} 2 (no unit)")
        axis.set_title(f"{name} of {what}")
    type_legend(below, table["group"], COLUMNS)
    n = f"n = {len(table):,} tumours of {table['group'].nunique()} types"
    above.suptitle(f"{n}; {left_out:,} without values left out", fontsize=8.5)
    return figure
