"""The simulated study: draw it, and write it as the tables a real study starts from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.log import logger
from deepdep.simulate.biology import Biology, draw_biology
from deepdep.simulate.cohort import State, draw_groups, draw_omics, draw_state, share_patients
from deepdep.simulate.effects import Effects, draw_effects, driving_values, noise_free, truth_tables
from deepdep.simulate.fingerprints import draw_sets
from deepdep.simulate.measure import measure_dependency, measure_lines, measure_replicate, measure_tumors
from deepdep.simulate.settings import OMICS, Settings
from deepdep.simulate.sheets import (
    choose_patients,
    clinical_columns,
    line_ids,
    line_sheet,
    tumor_ids,
    tumor_sheet,
    variants,
)
from deepdep.simulate.write import write_gmt, write_matrix_text, write_rows

MEASURED = 0.9  # share of the lines in which the gene of the receptor has scores


@dataclass(frozen=True)
class Cohort:
    """Samples of one domain as they truly are: state, omics and what drives their dependencies."""

    ids: np.ndarray
    state: State
    omics: dict[str, np.ndarray]  # samples x genes of the genome
    driving: np.ndarray  # samples x scored genes


def simulate(settings: Settings, folder: Path) -> None:
    """Write a simulated study with its planted truth under ``folder``.

    Tables are tab-separated text in the form of public sources (features in rows, first column
    ``Gene`` or ``Region``, empty = missing, 4 decimals), each written whole or not at all. The
    same settings give the same bytes. Under ``truth/``: planted pairs, classes of genes, and the
    gene effect without noise of cell lines and tumours (genes x samples).
    """
    folder = Path(folder)
    streams = np.random.default_rng(settings.seed).spawn(7)
    own, for_lines, for_tumors, for_scores, for_sets, for_replicate, for_clinic = streams
    biology = draw_biology(own, settings)
    effects = draw_effects(own, biology, settings)
    pairs = choose_patients(for_lines, settings)
    state = draw_state(for_lines, biology, draw_groups(for_lines, settings.all_lines, settings.lineages))
    lines = finish(for_lines, biology, effects, share_patients(for_lines, state, *pairs), line_ids(settings))
    groups = draw_groups(for_tumors, settings.tumors, settings.cancer_types)
    tumors = finish(
        for_tumors, biology, effects, draw_state(for_tumors, biology, groups), tumor_ids(settings)
    )
    write_lines(for_lines, folder, biology, lines, pairs)
    truth = write_truth(folder, biology, effects, lines, tumors)
    scores = measure_dependency(for_scores, truth.iloc[:, : settings.lines], settings.noise)
    measured = (scores.notna().mean(axis=1) >= MEASURED).reindex(truth.index, fill_value=False)
    clinic = clinical_columns(for_clinic, receptor_expression(effects, tumors, measured.to_numpy()))
    write_tumors(for_tumors, folder, biology, tumors, clinic)
    write_matrix_text(scores, folder / "dependency.tsv.gz")
    again = measure_replicate(for_replicate, truth, settings)
    write_matrix_text(again, folder / "replicate.tsv.gz")
    write_gmt(draw_sets(for_sets, biology, effects, settings.gene_sets), folder / "fingerprints.gmt")
    logger.info("simulated study (seed %d) written to %s", settings.seed, folder)


def finish(
    rng: np.random.Generator, biology: Biology, effects: Effects, state: State, ids: np.ndarray
) -> Cohort:
    """Draw the omics of samples whose state is known."""
    omics = draw_omics(rng, biology, state)
    return Cohort(ids, state, omics, driving_values(effects, biology, omics, state.group))


def write_lines(
    rng: np.random.Generator,
    folder: Path,
    biology: Biology,
    lines: Cohort,
    pairs: tuple[np.ndarray, np.ndarray],
) -> None:
    """Write the cell lines' omics and sheet."""
    for omic, frame in measure_lines(rng, biology, lines.omics, lines.ids).items():
        write_matrix_text(frame, folder / "ccl" / f"{omic}.tsv.gz", first_column(omic))
    write_rows(line_sheet(rng, lines.ids, lines.state.group, pairs), folder / "ccl" / "samples.tsv")


def receptor_expression(effects: Effects, tumors: Cohort, measured: np.ndarray) -> np.ndarray:
    """Return the expression of the gene that tumours depend on most by their own expression of it.

    The column ``receptor`` of their sheet follows it. Only genes ``measured`` in enough lines count; 0
    where none has such a dependency.
    """
    own = np.flatnonzero((effects.kind == "self_expression") & measured)
    if not len(own):
        return np.zeros(len(tumors.ids))
    gene = own[np.abs(effects.effect[own]).argmax()]
    return tumors.omics["expression"][:, effects.driver[gene]]


def write_tumors(
    rng: np.random.Generator, folder: Path, biology: Biology, tumors: Cohort, clinic: pd.DataFrame
) -> None:
    """Write the tumours' omics (mutations as a MAF) and sheet, ``clinic`` being its last columns."""
    frames = measure_tumors(rng, biology, tumors.omics, tumors.ids)
    for omic in OMICS[1:]:
        write_matrix_text(frames[omic], folder / "tumors" / f"{omic}.tsv.gz", first_column(omic))
    write_rows(variants(rng, frames["mutation"]), folder / "tumors" / "mutation.maf.gz")
    sheet = pd.concat([tumor_sheet(rng, biology, tumors.ids, tumors.state), clinic], axis=1)
    write_rows(sheet, folder / "tumors" / "samples.tsv")


def write_truth(
    folder: Path, biology: Biology, effects: Effects, lines: Cohort, tumors: Cohort
) -> pd.DataFrame:
    """Write the planted truth; return the cell lines' gene effect without noise, genes x lines."""
    pairs, genes = truth_tables(effects, biology)
    write_rows(pairs, folder / "truth" / "pairs.tsv")
    write_rows(genes, folder / "truth" / "genes.tsv")
    frames = []
    for name, cohort in (("ccl", lines), ("tumors", tumors)):
        values = noise_free(effects, cohort.driving, reference=lines.driving)
        frames.append(pd.DataFrame(values.T, index=genes["gene"], columns=cohort.ids))
        write_matrix_text(frames[-1], folder / "truth" / f"{name}.tsv.gz")
    return frames[0]


def first_column(omic: str) -> str:
    """Name the column of feature ids."""
    return "Region" if omic == "methylation" else "Gene"
