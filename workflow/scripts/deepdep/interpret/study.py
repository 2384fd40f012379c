"""The assay of synthetic essentiality of a study: from its files to its tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from deepdep.interpret.flips import OMIC
from deepdep.interpret.summary import Summary, Wanted
from deepdep.interpret.synthetic import Assay, Network, chosen_lines, further_fingerprints, lay_out
from deepdep.interpret.synthetic_tables import (
    Wishes,
    correlation_table,
    histogram_table,
    known_mutations,
    meet_wishes,
    pair_table,
    partner_table,
    statistics_tables,
    top_table,
    wanted_of,
)
from deepdep.io.gmt import read_gmt
from deepdep.io.parquet import read_matrix, write_matrix, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import logger
from deepdep.prepare.cohort import Cohort
from deepdep.training.checkpoint import FittedModel

READS_SETS = "fingerprint"


@dataclass(frozen=True)
class Study:
    """An assay with its network, what is kept of each line, and which wishes could be met.

    ``trained``: number of genes that the model was trained on.
    """

    assay: Assay
    network: Network
    wanted: Wanted
    wishes: Wishes
    trained: int


def prepare_assay(
    fitted: FittedModel, cohort: Cohort, files: Any, settings: dict[str, Any], seed: int
) -> Study:
    """Lay out the assay that the config asks for.

    Parameters
    ----------
    files
        dependency, fingerprints, sets: paths.
    settings
        Section ``synthetic`` of the config.
    """
    labelled = set(read_matrix(files.dependency, columns=fitted.genes[:1]).index)
    has = cohort.omics[OMIC].notna().any(axis=1)
    lines = [line for line in cohort.samples.index if line in labelled and has[line]]
    further = further_genes(fitted, files, settings["pairs"])
    mutations, lost = known_mutations(settings["mutations"], fitted.features[OMIC])
    wishes = meet_wishes(settings, mutations, [*fitted.genes, *further.index])
    wishes = Wishes(wishes.pairs, wishes.partners, pd.concat([lost, wishes.skipped], ignore_index=True))
    for row in wishes.skipped.itertuples():
        logger.warning("skipped %s %s: %s", row.kind, row.name, row.reason)
    chosen = cohort.take(chosen_lines(lines, settings["lines"], seed))
    assay = lay_out(fitted, chosen, mutations, list(further.index))
    network = Network(fitted, further.to_numpy(np.uint8))
    wanted = wanted_of(settings, assay, wishes, len(fitted.genes), seed)
    return Study(assay, network, wanted, wishes, len(fitted.genes))


def further_genes(fitted: FittedModel, files: Any, pairs: list[list[str]]) -> pd.DataFrame:
    """Return the fingerprints of genes of pairs that the model was not trained on.

    There are none for a network that does not read fingerprints or predicts standardised scores: the
    spread of such a gene's scores is not known.
    """
    columns = list(read_matrix(files.fingerprints, index="gene").columns)
    settings = fitted.notes["settings"]
    able = settings.get("gene_input", READS_SETS) == READS_SETS and settings["target"] != "standardised"
    genes = [gene for _, gene in pairs] if able else []
    return further_fingerprints(genes, fitted.genes, read_gmt(files.sets), columns)


def write_tables(summary: Summary, study: Study, output: Any, about: Mapping[str, Any]) -> None:
    """Write all tables of an assay, to the paths of ``output`` that have their names."""
    assay, wishes, trained = study.assay, study.wishes, study.trained
    about = {**about, "lines": len(assay.lines), "trained_genes": trained}
    for name, table in statistics_tables(summary, assay).items():
        holds = f"synthetic essentiality (with mutation - without), {name} over lines"
        write_matrix(table, getattr(output, name), holds, index=OMIC, **about)
    tables = {
        "top_pairs": top_table(summary, assay),
        "pairs": pair_table(summary, assay, wishes, trained),
        "partners": partner_table(summary, assay, wishes, trained),
        "histogram": histogram_table(summary),
    }
    for name, table in tables.items():
        write_table(table, getattr(output, name), f"synthetic essentiality, {name}", **about)
    holds = "correlation of the lines' synthetic essentiality"
    over = {"over_pairs": len(study.wanted.sampled)}
    write_matrix(correlation_table(summary), output.correlation, holds, index="line", **about, **over)
    write_tsv(wishes.skipped, output.skipped)
