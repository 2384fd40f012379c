"""DepMap OmicsSomaticMutations.csv (22Q4 on, hg38): one row per variant, VEP terms in place of classes.

Option ``damaging``: ``consequence`` (default; the VEP terms nearest to the five classes of Chiu et
al. 2021) or ``likely_lof`` (DepMap's own flag, without missense variants).
"""

from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.maf_rows import flags, maf_table, read_codes
from deepdep.io.maf import GENE
from deepdep.io.text import few, read_layout

SYMBOL, MODEL, LOF, DEFAULT = "HugoSymbol", "ModelID", "LikelyLoF", "IsDefaultEntryForModel"
CONSEQUENCE = ("MolecularConsequence", "VariantInfo")
TERMS = {
    "missense_variant",
    "stop_gained",
    "frameshift_variant",
    "splice_acceptor_variant",
    "splice_donor_variant",
}
TRUE = {"True", "TRUE", "true", "Yes", "1"}


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read models x genes, 1 = a damaging variant."""
    layout = read_layout(path)
    rule = wanted.options.get("damaging", "consequence")
    terms = next((name for name in CONSEQUENCE if name in layout.names), "")
    expect(bool(terms), path, f"no column {few(CONSEQUENCE)}; it has {few(layout.names, 80)}")
    extra = [DEFAULT] if DEFAULT in layout.names else []
    rows = read_codes(layout, [SYMBOL, MODEL, LOF if rule == "likely_lof" else terms, *extra])
    if extra:
        rows = rows[flags(rows[DEFAULT], TRUE)]
    rows = rows.rename(columns={SYMBOL: GENE})
    return maf_table(rows, MODEL, damaging(rows, rule, str(terms), path), wanted, path)


def damaging(rows: pd.DataFrame, rule: str, terms: str, path: str | Path) -> np.ndarray:
    """Tell which rows are damaging."""
    if rule == "likely_lof":
        return flags(rows[LOF], TRUE)
    if rule != "consequence":
        raise InputError(f"{path}: unknown rule {rule!r}.", "Use consequence or likely_lof.")
    kinds = {kind for kind in rows[terms].cat.categories if TERMS & set(kind.split("&"))}
    return flags(rows[terms], kinds)
