"""Names of genes and cell lines: labels of sources, Entrez ids, aliases, and what Excel makes of them."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.ids import check_ids
from deepdep.io.sheets import check_column, read_cells
from deepdep.io.text import few, read_layout
from deepdep.log import logger

# "A1BG (1)" of DepMap, "A1BG|1" of TCGA, and no id; "?" stands for no symbol. Blanks
# are looked at from their first one on: else a label of many would take the square of their number.
LABEL = r"(?s)^(?P<symbol>.*?)(?:(?<!\s)\s*\((?P<bracket>[^()]+)\)|\|(?P<bar>\d+))?$"
NO_SYMBOL = ("", "?", ".", "Unknown")
# Excel takes MARCH1, SEPT2 and DEC1 for dates. MARC1 and MARC2 become 1-Mar and 2-Mar too and
# cannot be told apart: the MARCH family is taken.
MONTHS = {"MAR": ("MARCH", 11), "SEP": ("SEPT", 15), "DEC": ("DEC", 2)}
DATES = (
    re.compile(r"^(?P<day>\d{1,2})-(?P<month>MAR|SEP|DEC)(?:-\d{2,4})?$", re.IGNORECASE),
    re.compile(r"^(?P<month>MAR|SEP|DEC)-(?P<day>\d{1,2})$", re.IGNORECASE),
    re.compile(r"^\d{4}-(?P<month>03|09|12)-(?P<day>\d{2})(?: 00:00:00)?$"),
)
NUMBERED = {"03": "MAR", "09": "SEP", "12": "DEC"}
# HGNC renamed these families in 2020 because of Excel.
RENAMED = (
    (re.compile(r"^MARCH(\d+)$"), r"MARCHF\1"),
    (re.compile(r"^SEPT15$"), "SELENOF"),
    (re.compile(r"^SEPT(\d+)$"), r"SEPTIN\1"),
    (re.compile(r"^MARC([12])$"), r"MTARC\1"),
    (re.compile(r"^DEC1$"), "DELEC1"),
)
MERGED = re.compile(r"^\[MERGED_TO_[^\]]*\]")
HGNC = ("symbol", "alias_symbol", "prev_symbol", "entrez_id")


@dataclass(frozen=True)
class GeneNames:
    """What a user's HGNC table says: any symbol to the current one, and that to its Entrez id.

    A symbol that is an alias or a previous symbol of two genes is none of either.
    """

    current: Mapping[str, str] = field(default_factory=dict)
    entrez: Mapping[str, str] = field(default_factory=dict)

    def now(self, symbol: str) -> str:
        """Return today's symbol, the same if nothing is known of it."""
        if symbol in self.current:
            return self.current[symbol]
        return next((rule.sub(to, symbol) for rule, to in RENAMED if rule.match(symbol)), symbol)


def read_gene_names(path: str | Path) -> GeneNames:
    """Read an HGNC table: columns symbol, alias_symbol, prev_symbol (``|`` between several), entrez_id."""
    layout = read_layout(path)
    for name in HGNC:
        check_column(layout, name)
    cells = read_cells(layout)[0][list(HGNC)].fillna("")
    entrez = dict(zip(cells["symbol"], cells["entrez_id"], strict=True))
    current = {}
    for column in ("alias_symbol", "prev_symbol"):
        old = cells.assign(old=cells[column].str.split("|")).explode("old")[["old", "symbol"]]
        old = old[(old["old"] != "") & ~old["old"].isin(cells["symbol"])]
        clear = old.drop_duplicates()[lambda rows: ~rows["old"].duplicated(keep=False)]
        current.update(zip(clear["old"], clear["symbol"], strict=True))
    symbols = {symbol: symbol for symbol in cells["symbol"]}
    check_ids(filter(None, {*current, *symbols, *entrez.values()}), path, "symbol or id")
    return GeneNames({**current, **symbols}, {symbol: number for symbol, number in entrez.items() if number})


def unmangled(cell: object) -> str:
    """Return a symbol from a cell that Excel may have turned into a date, else the cell as text."""
    if isinstance(cell, datetime.date):  # datetime.datetime is one too
        cell = f"{cell.year:04d}-{cell.month:02d}-{cell.day:02d}"
    text = str(cell).strip()
    found = next(filter(None, (form.match(text) for form in DATES)), None)
    if found is None:
        return text
    month = found["month"].upper()
    family, most = MONTHS[NUMBERED.get(month, month)]
    number = int(found["day"])
    return f"{family}{number}" if 1 <= number <= most else text


def split_labels(labels: Iterable[object]) -> pd.DataFrame:
    """Split gene labels into columns label, symbol and entrez.

    ``SYMBOL (ENTREZ)``, ``SYMBOL|ENTREZ`` and plain symbols; Excel's dates become symbols again.
    ``?`` and the like give an empty symbol; entrez is empty where the label has none (a bracket
    with an Ensembl id counts as none).
    """
    cells = list(labels)
    text = pd.Series([cell if isinstance(cell, str) else str(unmangled(cell)) for cell in cells], dtype=str)
    parts = text.str.extract(LABEL)
    entrez = parts["bar"].where(parts["bar"].notna(), parts["bracket"])
    entrez = entrez.where(entrez.notna(), "").astype(str)
    symbols = parts["symbol"].str.strip().map(unmangled)
    return pd.DataFrame(
        {
            "label": text,
            "symbol": symbols.mask(symbols.isin(NO_SYMBOL), ""),
            "entrez": entrez.where(entrez.str.fullmatch(r"[\d&]+"), "").mask(entrez == "0", ""),
        }
    )


def count_mangled(labels: Iterable[object]) -> int:
    """Count labels that Excel turned into dates."""
    return sum(is_mangled(label) for label in labels)


def is_mangled(label: object) -> bool:
    """Say whether a label is a date that stands for a symbol."""
    if isinstance(label, datetime.date):
        return True
    symbol = re.match(LABEL, str(label))["symbol"].strip()
    return unmangled(symbol) != symbol


class GeneIndex:
    """Genes wanted, ready to be found under the labels of a source.

    Parameters
    ----------
    wanted
        Labels wanted: symbols, or symbols with Entrez ids.
    names
        Aliases and Entrez ids, from ``read_gene_names``.
    """

    def __init__(self, wanted: Iterable[str], names: GeneNames | None = None) -> None:
        self.names = names or GeneNames()
        parts = split_labels(wanted)
        known = parts["symbol"].map(self.names.now).map(self.names.entrez).fillna("")
        self.by_entrez = self._keyed(parts["entrez"].where(parts["entrez"] != "", known), parts["label"])
        self.by_symbol = self._keyed(parts["symbol"], parts["label"])
        self.by_current = self._keyed(parts["symbol"].map(self.names.now), parts["label"])

    @staticmethod
    def _keyed(keys: pd.Series, labels: pd.Series) -> dict[str, str]:
        """Map keys to labels; the first of repeated keys wins."""
        pairs = pd.Series(labels.to_numpy(), index=keys.to_numpy())[lambda s: s.index != ""]
        return pairs[~pairs.index.duplicated()].to_dict()

    def claims(self, label: str) -> bool:
        """Say whether ``find`` may give this label a wanted gene; quick, for one row at a time."""
        parts = re.match(LABEL, label)
        symbol = unmangled(parts["symbol"])
        current = self.names.now(symbol)
        entrez = parts["bar"] or parts["bracket"] or self.names.entrez.get(current, "")
        return entrez in self.by_entrez or symbol in self.by_symbol or current in self.by_current

    def find(self, labels: Iterable[object]) -> pd.DataFrame:
        """Find the wanted gene of each label: columns label, wanted (None = none) and how.

        By Entrez id first; then by the same symbol, unless both have Entrez ids and these differ;
        then by today's symbol of both. A wanted gene found the better way is not given a second
        label found a worse way.
        """
        parts = split_labels(labels)
        current = parts["symbol"].map(self.names.now)
        entrez = parts["entrez"].where(parts["entrez"] != "", current.map(self.names.entrez).fillna(""))
        ways = {
            "entrez": entrez.map(self.by_entrez),
            "symbol": self._same(parts["symbol"].map(self.by_symbol), entrez),
            "alias": self._same(current.map(self.by_current), entrez),
        }
        result = pd.DataFrame({"label": parts["label"], "wanted": None, "how": None}, dtype=object)
        for how, found in ways.items():
            free = result["wanted"].isna() & found.notna() & ~found.isin(result["wanted"].dropna())
            result.loc[free, "wanted"] = found[free]
            result.loc[free, "how"] = how
        return result

    def _same(self, found: pd.Series, entrez: pd.Series) -> pd.Series:
        """Leave out genes found by symbol whose Entrez id is known and another one."""
        wanted_entrez = {label: key for key, label in self.by_entrez.items()}
        other = found.map(wanted_entrez)
        return found.where(other.isna() | (entrez == "") | (other == entrez))


def unique_symbols(labels: Iterable[object], source: str | Path) -> tuple[pd.Series, dict[str, int]]:
    """Name all genes of a source by symbol; those without one, or that share one, are None.

    Two genes of one symbol (SLC35E2 of TCGA) cannot be told apart by it: both are left out. A
    label that occurs twice is kept twice, for the caller to compare its values.

    Returns
    -------
    tuple
        Symbol or None per label, and the counts ``without_symbol``, ``ambiguous`` and ``excel_dates``.
    """
    labels = list(labels)
    parts = split_labels(labels)
    distinct = parts.drop_duplicates("label")
    shared = set(distinct["symbol"][distinct["symbol"].duplicated(keep=False)]) - {""}
    symbols = parts["symbol"].mask((parts["symbol"] == "") | parts["symbol"].isin(shared))
    counts = {
        "without_symbol": int((parts["symbol"] == "").sum()),
        "ambiguous": int(parts["symbol"].isin(shared).sum()),
        "excel_dates": count_mangled(labels),
    }
    if shared:
        logger.warning("%s: symbols of several genes left out: %s", source, few(sorted(shared)))
    if counts["excel_dates"]:
        logger.warning("%s: %d symbols repaired that Excel took for dates", source, counts["excel_dates"])
    return symbols.astype(object).where(symbols.notna(), None), counts


def line_key(name: str) -> str:
    """Return what is left of a cell line's name when spelling is set aside.

    Case, punctuation, ``[MERGED_TO_...]`` and the X that R puts before a digit do not count.
    """
    bare = re.sub(r"[^A-Z0-9_.]", "", MERGED.sub("", name.strip()).upper())
    return re.sub(r"^X(?=\d)", "", bare)


def rename_lines(names: Iterable[str], ids: Mapping[str, str], source: str | Path) -> list[str | None]:
    """Give cell lines the ids of a table of names; None where it has none.

    The exact name comes before one that differs in spelling; two names of one spelling give neither.
    """
    spelled = pd.Series(list(ids.values()), index=[line_key(name) for name in ids], dtype=object)
    spelled = spelled[
        ~spelled.index.duplicated(keep=False) | (spelled.groupby(level=0).transform("nunique") == 1)
    ]
    by_key = spelled.to_dict()
    names = list(names)
    found = [ids.get(name, by_key.get(line_key(name))) for name in names]
    lost = [name for name, line in zip(names, found, strict=True) if line is None]
    if lost == names:
        remedy = "Give the table of names of this source (CCLE names, Sanger names)."
        raise InputError(f"{source}: no cell line has an id; names are {few(names, 3)}.", remedy)
    if lost:
        logger.warning("%s: %d cell lines without an id left out: %s", source, len(lost), few(lost))
    return found
