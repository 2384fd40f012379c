"""Sample sheets of the simulated study, and the tumours' variants as a MAF."""

import numpy as np
import pandas as pd

from deepdep.simulate.biology import Biology
from deepdep.simulate.cohort import State
from deepdep.simulate.settings import Settings

COUNTED = ("Missense_Mutation", "Nonsense_Mutation", "Frame_Shift_Del", "Frame_Shift_Ins", "Splice_Site")
SILENT_PER_SAMPLE = 6
TWO_LINES_SHARE = 1 / 16  # patients with two lines, per line
EVENT_RATE = 1 / 1200  # deaths per day at average risk
FOLLOW_UP = (200, 4000)  # days
STAGES = ("Stage I", "Stage IIA", "Stage IIB", "Stage III", "Stage IV", "")
STAGE_SHARES = (0.25, 0.2, 0.15, 0.2, 0.1, 0.1)  # at random: no risk hangs on it
RECEPTOR_NOISE = 0.5  # SDs of expression by which a tumour's receptor status may err
RECEPTOR_BLANKS = {"": 0.15, "indeterminate": 0.03}


def choose_patients(rng: np.random.Generator, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Choose lines that share a patient: (first, second), most second lines labelled, some not."""
    pairs = max(4, int(TWO_LINES_SHARE * settings.all_lines))
    unlabelled = max(1, min(pairs // 3, settings.unlabelled_lines))
    labelled = rng.permutation(settings.lines)
    first, rest = labelled[:pairs], labelled[pairs:]
    second = np.concatenate([rest[: pairs - unlabelled], settings.lines + np.arange(unlabelled)])
    return first, second


def line_ids(settings: Settings) -> np.ndarray:
    """Return the ids of all cell lines, labelled ones first."""
    return np.array([f"SIM-{number:06d}" for number in range(1, settings.all_lines + 1)])


def tumor_ids(settings: Settings) -> np.ndarray:
    """Return the tumours' ids, built like TCGA's patient barcodes."""
    return np.array([f"SIM-AA-{number:04d}" for number in range(1, settings.tumors + 1)])


def line_sheet(
    rng: np.random.Generator, ids: np.ndarray, group: np.ndarray, pairs: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    """Return the cell lines' sheet: sample, patient, lineage, culture_type."""
    patient = np.arange(1, len(ids) + 1)
    patient[pairs[1]] = patient[pairs[0]]
    culture = rng.choice(["adherent", "suspension", ""], len(ids), p=[0.75, 0.2, 0.05])
    return pd.DataFrame(
        {
            "sample": ids,
            "patient": [f"PT-{number:04d}" for number in patient],
            "lineage": [f"lineage_{chr(65 + index)}" for index in group],
            "culture_type": culture,
        }
    )


def tumor_sheet(rng: np.random.Generator, biology: Biology, ids: np.ndarray, state: State) -> pd.DataFrame:
    """Return the tumours' sheet; the hazard rises with age and with a mutation of the first driver."""
    count = len(ids)
    age = np.clip(rng.normal(60.0, 11.0, count), 20, 90).round()
    risk = 0.4 * (age - 60.0) / 11.0 + 0.7 * state.mutated[:, biology.drivers[0]]
    death = rng.exponential(1.0, count) / (EVENT_RATE * np.exp(risk))
    censored = rng.uniform(*FOLLOW_UP, count)
    unknown = rng.random(count) < 0.04
    return pd.DataFrame(
        {
            "sample": ids,
            "patient": ids,
            "cancer_type": [f"TYPE_{chr(65 + index)}" for index in state.group],
            "OS": pd.Series((death <= censored).astype(int)).astype("Int64").mask(unknown),
            "OS.time": pd.Series(np.minimum(death, censored).round()).astype("Int64").mask(unknown),
            "age": age.astype(int),
            "gender": rng.choice(["FEMALE", "MALE"], count),
        }
    )


def clinical_columns(rng: np.random.Generator, own: np.ndarray) -> pd.DataFrame:
    """Return further columns of the tumours' sheet: receptor status and stage.

    Parameters
    ----------
    rng
        A stream of its own, so that nothing else depends on these columns.
    own
        True expression, by tumour, of the gene that the receptor status stands for: positive above the
        median, with errors, blanks and a few that could not be told.
    """
    spread = own.std() or 1.0
    score = (own - np.median(own)) / spread + rng.normal(0.0, RECEPTOR_NOISE, len(own))
    receptor = np.where(score > 0, "positive", "negative").astype(object)
    unknown = rng.random(len(own))
    for value, share in RECEPTOR_BLANKS.items():
        receptor[(unknown >= 0) & (unknown < share)] = value
        unknown = np.where(unknown < share, -1.0, unknown - share)
    return pd.DataFrame({"receptor": receptor, "stage": rng.choice(STAGES, len(own), p=STAGE_SHARES)})


def variants(rng: np.random.Generator, mutation: pd.DataFrame) -> pd.DataFrame:
    """Return the MAF of a 0/1 table (features x samples): its ones, and silent rows that must not count.

    A MAF knows no missing value: a blank is no variant. Silent rows fall on any gene, so that
    every sample sequenced has rows.
    """
    gene, sample = np.nonzero(mutation.to_numpy() == 1)
    silent = mutation.shape[1] * SILENT_PER_SAMPLE
    silent_gene = rng.integers(len(mutation), size=silent)
    silent_sample = np.repeat(np.arange(mutation.shape[1]), SILENT_PER_SAMPLE)
    kinds = np.concatenate([rng.choice(COUNTED, len(gene)), np.full(silent, "Silent")])
    rows = pd.DataFrame(
        {
            "Hugo_Symbol": mutation.index.to_numpy()[np.concatenate([gene, silent_gene])],
            "Variant_Classification": kinds,
            "Tumor_Sample_Barcode": mutation.columns.to_numpy()[np.concatenate([sample, silent_sample])],
        }
    )
    return rows.sort_values(["Tumor_Sample_Barcode", "Hugo_Symbol"], kind="stable", ignore_index=True)
