"""Benchmark of the Cox regressions at the size of the paper: run by hand.

    python tests/benchmarks/survival.py            32 cancers x 1,298 genes, 8,238 tumours
    python tests/benchmarks/survival.py 64         the same with 64 genes

Predicted scores and own expression, alone and with age, sex and stage, per cancer type and pooled; random
scores, the first gene with a planted hazard ratio. The bound is 5 minutes.
"""

import sys
import time

import numpy as np
import pandas as pd

from deepdep.tumors.clinical import load_cohort
from deepdep.tumors.groupings import Skipped
from deepdep.tumors.survival import Endpoint, survival_table

TUMORS, TYPES, GENES = 8238, 32, 1298


def main(genes: int) -> None:
    """Draw a cohort, fit it, and print seconds, number of fits and what became of the planted gene."""
    rng = np.random.default_rng(1)
    ids = pd.Index([f"T{i}" for i in range(TUMORS)], name="sample")
    names = [f"G{i}" for i in range(genes)]
    score, expression = (
        pd.DataFrame(rng.normal(size=(TUMORS, genes)).astype(np.float32), ids, names) for _ in range(2)
    )
    death = rng.exponential(1500 / np.exp(0.5 * score["G0"]))
    seen = rng.uniform(100, 4000, TUMORS)
    sheet = pd.DataFrame(
        {
            "sample": ids,
            "patient": ids,
            "group": [f"TYPE{i:02d}" for i in rng.choice(TYPES, TUMORS, p=shares())],
            "OS": (death < seen).astype(float),
            "OS.time": np.minimum(death, seen).round(),
            "age": rng.normal(60, 12, TUMORS).round(),
            "gender": rng.choice(["MALE", "FEMALE"], TUMORS),
            "stage": rng.choice(["Stage I", "Stage IIA", "Stage III", "Stage IV"], TUMORS),
        }
    )
    cohort = load_cohort("tumors", score, expression, sheet)
    endpoint = Endpoint("OS.time", "OS", ["age", "gender", "stage"])
    begun = time.perf_counter()
    table = survival_table(cohort, endpoint, Skipped())
    seconds = time.perf_counter() - begun
    planted = table[(table["gene"] == "G0") & (table["cancer_type"] == "pooled")].iloc[0]
    head = ["tumours", "cancer_types", "genes", "fits", "seconds", "hr_planted", "hr_found"]
    found = [f"{seconds:.1f}", f"{np.exp(0.5):.3f}", f"{planted['hr']:.3f}"]
    numbers = [TUMORS, table["cancer_type"].nunique() - 1, genes, 4 * len(table), *found]
    sys.stdout.write("\t".join(head) + "\n" + "\t".join(map(str, numbers)) + "\n")


def shares() -> np.ndarray:
    """Return shares of cancer types as uneven as TCGA's, largest 0.12, smallest 0.004."""
    sizes = np.geomspace(0.12, 0.004, TYPES)
    return sizes / sizes.sum()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else GENES)
