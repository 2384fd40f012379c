"""Work of the benchmark of omics-driven events: find, compare, write, omic after omic."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from deepdep.io.parquet import write_table
from deepdep.tumors.event_tables import compare_strongest, read_groups, read_scores
from deepdep.tumors.events import Setting, find_events, per_gene

FDR = {"mutation": 1e-20, "expression": 1e-50, "methylation": 1e-50, "copy_number": 1e-100}
STRONGEST = 1000


def main(folder: Path) -> None:
    """Print seconds by omic, the total, and numbers of events, as json."""
    first, seconds = time.perf_counter(), {}
    scores, groups = read_scores(folder / "scores.parquet"), read_groups(folder / "samples.parquet")
    for omic, fdr in FDR.items():
        start, path = time.perf_counter(), folder / f"{omic}.parquet"
        found = find_events(path, scores, groups, Setting(omic, fdr))
        write_table(found.events, folder / "out.parquet", "events")
        strongest = replace(found, events=found.events.head(STRONGEST))
        compare_strongest(strongest, path, folder / "expression.parquet", scores, groups)
        per_gene(found.events, list(scores.columns), omic)
        seconds[omic] = time.perf_counter() - start
        seconds[f"{omic}_events"], seconds[f"{omic}_tests"] = len(found.events), found.tests
        (folder / "out.parquet").unlink()
    seconds["total"] = time.perf_counter() - first
    json.dump(seconds, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
