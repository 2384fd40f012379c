"""A small map with planted truth: three cancer types, three lineages that share their programme."""

import numpy as np
import pandas as pd

from deepdep.tumors.profiles import Profiles

TYPES = ["AAA", "BBB", "CCC"]
GENES = [f"G{i}" for i in range(60)]
OWN = {name: GENES[10 * i : 10 * i + 10] for i, name in enumerate(TYPES)}  # what each type depends on


def drawn_profiles(lines: int = 12, tumors: int = 30, seed: int = 4) -> Profiles:
    """Draw profiles: large gene means, and ten genes that each type (and lineage) depends on more."""
    rng = np.random.default_rng(seed)
    rows = [("ccl", f"line_{name}", "cell_line", name, lines) for name in TYPES]
    rows += [("tumors", name, "tumor", name, tumors) for name in TYPES]
    sheet = pd.DataFrame(
        [row[:4] for row in rows for _ in range(row[4])], columns=["cohort", "group", "domain", "own"]
    )
    means = rng.normal(-0.5, 1, len(GENES))
    values = means + rng.normal(0, 0.1, (len(sheet), len(GENES)))
    for name, genes in OWN.items():
        values[np.ix_(np.flatnonzero(sheet["own"] == name), [GENES.index(gene) for gene in genes])] -= 0.5
    values[(sheet["domain"] == "tumor").to_numpy()] += rng.normal(0, 0.3, len(GENES))  # shift of the domain
    sheet["sample"] = [f"S{i % (3 * lines)}" for i in range(len(sheet))]  # lines and tumours share names
    sheet.loc[sheet["domain"] == "tumor", "sample"] = [f"S{i}" for i in range(3 * tumors)]
    sheet["in_training"] = sheet["domain"].eq("cell_line") & (sheet.index % 2 == 0)
    sheet["outside"] = pd.array([None, True, *[False] * (len(sheet) - 2)], dtype="boolean")
    sheet["mutation_burden"] = rng.integers(1, 200, len(sheet)).astype(float)
    sheet["copy_number_burden"] = np.nan
    scores = pd.DataFrame(values.astype(np.float32), columns=GENES)
    return Profiles(sheet.drop(columns="own"), scores)
