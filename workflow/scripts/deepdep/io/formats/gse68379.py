"""GSE68379 processed matrix: 485,512 probes, two columns per cell line, a header one field short.

R wrote row numbers without naming them: data cell 1 is the row number, cell 2 the probe, and
header token k stands over data cell k + 2. Tokens alternate ``<line>_AVG.Beta`` and
``<line>_Detection.PVal``.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from deepdep.io.blocks import WideLayout, read_wide
from deepdep.io.formats.base import Samples, Table, Wanted, choose_samples, expect, suspect
from deepdep.io.formats.genes import take_rows, to_frame
from deepdep.io.formats.pancan_methylation import check_beta
from deepdep.io.formats.probes import UNITS, order_rows, probe_rows
from deepdep.io.text import few, open_text, read_layout

HEAD, BETA, P_VALUE = "Row.names", "_AVG.Beta", "_Detection.PVal"
# A probe is detected below this; the option ``detection`` sets another limit.
DETECTED = 0.01


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read beta values; those with a detection p of 0.01 or more are missing.

    Of replicates of a cell line the first column is kept. ``sample_ids`` maps cell line names
    (GEO gives COSMIC ids beside them) to ids wanted.
    """
    layout, lines = gse_layout(path)
    samples, replicates = without_replicates(choose_samples(lines, wanted, path))
    limit, masked = wanted.options.get("detection", DETECTED), []

    def detected(block: np.ndarray) -> np.ndarray:
        beta, p = block[:, 2 * samples.positions], block[:, 2 * samples.positions + 1]
        masked.append(int((p >= limit).sum()))
        beta[p >= limit] = np.nan
        return beta

    names, values = read_wide(layout, probe_rows(wanted, at=layout.leading - 1), detected)
    rows, features, notes = order_rows(names, values, wanted, path)
    check_beta(values, path)
    counts = {"replicates_left_out": replicates, "not_detected": sum(masked), **samples.notes}
    return Table(to_frame(take_rows(values, rows), samples, features, path), UNITS, {**notes, **counts})


def gse_layout(path: str | Path) -> tuple[WideLayout, list[str]]:
    """Read the header, find the shift, and return the layout and the cell lines."""
    layout = read_layout(path)
    tokens = layout.names[1:]
    expect(layout.names[0] == HEAD, path, f"the first field is {layout.names[0]!r}, not {HEAD!r}")
    lines = [token.removesuffix(BETA) for token in tokens[::2]]
    fits = tokens == [line + end for line in lines for end in (BETA, P_VALUE)]
    expect(fits, path, f"columns do not alternate {BETA} and {P_VALUE}: {few(tokens, 3)}")
    with open_text(path) as text:
        next(text)
        fields = next(text, "").count(layout.separator) + 1
    expect(
        fields - len(tokens) in (1, 2), path, f"{fields} fields in line 2, {len(layout.names)} in the header"
    )
    suspect(fields - len(tokens) == 2, path, "no row numbers; the header fits the rows")
    return WideLayout(layout.path, tokens, layout.separator, fields - len(tokens)), lines


def without_replicates(samples: Samples) -> tuple[Samples, int]:
    """Keep the first column of each cell line; and count the others."""
    first = [at for at, name in enumerate(samples.ids) if name not in samples.ids[:at]]
    kept = replace(samples, positions=samples.positions[first], ids=[samples.ids[at] for at in first])
    return kept, len(samples.ids) - len(first)
