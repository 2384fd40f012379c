"""Screens of others: Project Score, DEMETER2."""

from pathlib import Path

import numpy as np
import pandas as pd

from mirror.effects import another_screen, with_gaps
from mirror.files import quoted, save_rows, save_zip, wide_rows
from mirror.world import World

SCORE, DEMETER = "project_score/2019/essentiality_matrices.zip", "demeter2/v6/D2_combined_gene_dep_scores.csv"
FIRST, SECOND = "HT-29v1.0", "HT-29v1.1"
SEVERAL = "GTF2IP4&GTF2IP1 (100093631&2970)"
# A line DepMap gave another id than its name says, and one DepMap does not have.
RENAMED, UNKNOWN = "GISTT1_GASTROINTESTINAL_TRACT", "HS900T_SKIN"
RENAMED_TO = "ACH-002332"


def write_project_score(folder: Path, world: World) -> pd.DataFrame:
    """Write the archive; lines (ACH) x symbols of 2018, of the quantile-normalised fold changes.

    HT-29 was screened twice, the second time with other values; some names are spelled otherwise.
    """
    rng = world.rng(81)
    chosen = [ach for at, ach in enumerate(world.ach("scored")) if at % 2 == 0 or is_ht29(world, ach)]
    scores = another_screen(rng, world.effect.loc[chosen], 1.3, 0.25)
    names = world.lines.set_index("ach")["name"][chosen].replace("HT-29", FIRST)
    table = scores.rename(index=names).T
    table.insert(2, SECOND, -table[FIRST])
    table = table.rename(columns={"A-375": "A375", "SK-MEL-5": "SK-Mel-5"})
    members = {
        "00_logFCs.tsv": text_of(table * 1.1),
        "01a_qnorm_corrected_logFCs.tsv": text_of(table),
        "04_binaryDepScores.tsv": text_of((table < -0.8).astype(float)),
        "README.txt": b"of the miniature\n",
    }
    top = {"EssentialityMatrices/": b""}
    save_zip(folder / SCORE, top | {f"EssentialityMatrices/{name}": data for name, data in members.items()})
    return scores


def is_ht29(world: World, ach: str) -> bool:
    """Say whether a line is HT-29."""
    return world.ccle_of[ach] == "HT29_LARGE_INTESTINE"


def text_of(table: pd.DataFrame) -> bytes:
    """Return a table as tab-separated text."""
    return "".join("\t".join(row) + "\n" for row in wide_rows(table, "Gene")).encode()


def write_demeter2(folder: Path, world: World) -> pd.DataFrame:
    """Write DEMETER2 scores; lines (ACH) x symbols of 2018."""
    rng = world.rng(82)
    chosen = [ach for at, ach in enumerate(world.ach()) if at % 5 < 3]
    scores = with_gaps(rng, another_screen(rng, world.effect.loc[chosen], 0.6, 0.2), 0.02)
    table = scores.rename(index=world.ccle_of).T.set_axis(world.old_labels)
    for name in (RENAMED, UNKNOWN):
        table[name] = rng.normal(0, 0.2, len(table)).round(5)
    table.loc[SEVERAL] = np.round(rng.normal(0, 0.2, table.shape[1]), 5)
    rows = wide_rows(table.sort_index(axis=1), "")
    body = [[*quoted(row[:1]), *row[1:]] for row in rows[1:]]
    save_rows(folder / DEMETER, [quoted(rows[0]), *body], ",")
    return scores
