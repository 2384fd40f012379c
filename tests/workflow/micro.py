"""A study of half a minute with every stage up to predictions and metrics, for faults and for clusters."""

from typing import Any

MICRO: dict[str, Any] = {
    "study": "micro",
    "omics": ["expression"],
    "analyses": [],
    "simulate": {
        "lines": 40, "unlabelled_lines": 4, "lineages": 2, "tumors": 20, "cancer_types": 2,
        "features": 60, "genes": 40, "gene_sets": 40,
    },
    "genes": {"reported": 30},
    "protocols": {"cv": {"folds": 2}},
    "pretrain": {"widths": {"expression": [8, 4]}},
    "epoch_limit": 4,
    "compare": ["gene_mean", "deepdep"],
    "evaluate": {"min_lines": 5, "bootstrap": 100},
}  # fmt: skip
MICRO_JOBS = 21
MICRO_TARGETS = (
    "results/micro/predictions/deepdep/tumors.tsv.gz",
    "results/micro/tables/metrics_cv.tsv",
)
