"""What a study's config says of tables: their files, formats, and what goes with them."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from deepdep.io.formats import SEGMENTS
from deepdep.prepare.features import published_file
from deepdep.prepare.own import FORMAT, files_of, format_of

PATHS = ("path", "positions", "line_names", "gene_names")
OWN = "own"
OWN_TABLE = ("positions", "build", "scale")
# Formats that hold one omic only.
HOLDS = {
    **dict.fromkeys(("maf", "mc3", "ccle_maf", "depmap_mutations", "depmap_damaging"), "mutation"),
    **dict.fromkeys(("pancan_expression", "toil_tpm", "ccle_rsem", "depmap_expression"), "expression"),
    **dict.fromkeys(("pancan_methylation", "ccle_rrbs", "gse68379"), "methylation"),
    **dict.fromkeys(("segments", "depmap_copy_number", *SEGMENTS), "copy_number"),
}
# What a format cannot be read without.
NEEDS = {
    "toil_tpm": ("gene_names", "the probemap that names its Ensembl ids"),
    "ccle_rsem": ("gene_names", "a GTF (GENCODE v19) that names its Ensembl ids"),
    "depmap_copy_number": ("release", "the release, which tells the scale"),
}


def own_cohort(own: Mapping[str, Any], omics: Collection[str]) -> dict[str, Any]:
    """Return the cohort that ``own_samples`` stands for: one sheet, with a file per sample and omic."""
    sheet = own["path"]
    more = {key: own[key] for key in OWN_TABLE if key in own}
    tables = {
        omic: {"path": sheet, "format": FORMAT, **more} if has_files(sheet, omic) else None for omic in omics
    }
    return {
        "domain": own.get("domain", "tumor"),
        "reference": False,
        "samples": {"path": sheet, "sample": "sample", "patient": "patient", "group": "group"},
        "tables": tables,
    }


def has_files(sheet: str, omic: str) -> bool:
    """Tell whether a sheet names any file of an omic; a sheet that is not there is refused elsewhere."""
    return Path(sheet).is_file() and bool(files_of(sheet, omic))


def is_segments(table: Mapping[str, Any]) -> bool:
    """Tell whether a table holds segments."""
    return table["format"] == "segments" or table["format"] in SEGMENTS


def holds_segments(table: Mapping[str, Any], omic: str) -> bool:
    """Tell whether a table holds segments, or any file that a sheet of own samples names."""
    if table["format"] != FORMAT:
        return is_segments(table)
    there = [path for path in set(files_of(table["path"], omic).values()) if Path(path).is_file()]
    return any(format_of(path, omic) == "segments" for path in there)


def by_bins(config: Mapping[str, Any], omic: str) -> bool:
    """Tell whether derived copy number features are bins: segments of cell lines without positions."""
    table = config["cohorts"]["ccl"]["tables"].get(omic) or {"format": ""}
    derived = omic == "copy_number" and config["features"][omic] == "derive"
    return derived and is_segments(table) and "positions" not in table


def features_first(config: Mapping[str, Any], omic: str) -> bool:
    """Tell whether the features are known before any table is read."""
    return config["features"][omic] == "published" or by_bins(config, omic)


def published_path(config: Mapping[str, Any], omic: str) -> str:
    """Return where the published feature list of an omic lies."""
    return f"{config['published_lists']}/{published_file(omic)}"


def tumor_references(config: Mapping[str, Any], omic: str) -> list[str]:
    """List the cohorts whose tumours the rules of ``derive`` look at."""
    return [
        name
        for name, entry in config["cohorts"].items()
        if entry["domain"] == "tumor" and entry.get("reference", True) and entry["tables"].get(omic)
    ]


def check_tables(cohort: str, entry: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    """Check formats, and that cell lines have every omic that is used and others have one."""
    omics = config["omics"]
    tables = {omic: entry["tables"].get(omic) for omic in omics}
    absent = [omic for omic, table in tables.items() if table is None]
    if cohort == "ccl" and absent:
        yield f"cohorts.ccl.tables: no table for {', '.join(absent)}; give one or drop it from omics"
    if len(absent) == len(omics):
        yield f"cohorts.{cohort}.tables: none of the omics {', '.join(omics)}"
    for omic, table in tables.items():
        if table:
            yield from check_table(f"cohorts.{cohort}.tables.{omic}", omic, table, config)


def check_table(place: str, omic: str, table: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    """Check that a table's format suits the omic and has what it needs."""
    name = table["format"]
    only = HOLDS.get(name, omic)
    if only != omic:
        yield f"{place}.format: {name} holds {only}, not {omic}"
    elif holds_segments(table, omic) and "positions" not in table and not features_first(config, omic):
        where = "own_samples" if name == FORMAT else place
        yield f"{where}: segments need positions (a GTF, or a table with Gene, chrom, pos)"
    key, what = NEEDS.get(name, ("path", ""))
    if key not in table and not (key == "release" and "scale" in table):
        yield f"{place}: {name} needs {key} ({what})"


def check_features(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that features can be derived, and that harmonisation suits."""
    for omic in config["omics"]:
        if config["features"][omic] == "derive" and not tumor_references(config, omic):
            yield f"features.{omic}: derive needs a reference cohort of tumours with {omic}"
        method = config["harmonise"][omic]
        if method != "none" and omic == "mutation":
            yield f"harmonise.mutation: {method} has no meaning for 0 and 1; use none"
        if method == "celligner" and omic != "expression":
            yield f"harmonise.{omic}: celligner is for expression; use none, zscore or quantile"
        if method != "none" and not tumor_references(config, omic):
            yield f"harmonise.{omic}: {method} needs a reference cohort of tumours with {omic}"


def input_files(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """List (key, path) of every file that the config names and the study uses."""
    for cohort, entry in config["cohorts"].items():
        yield from cohort_files(f"cohorts.{cohort}", entry, config["omics"])
    for omic in config["omics"]:
        if config["features"][omic] == "published":
            yield f"published_lists, {omic}", published_path(config, omic)
    for section, key in (("dependency", "path"), ("dependency", "line_names"), ("fingerprints", "path")):
        if key in config[section]:
            yield f"{section}.{key}", config[section][key]
    for name, entry in config["screens"].items():
        yield from ((f"screens.{name}.{key}", entry[key]) for key in ("path", "line_names") if key in entry)
    optional = {"genes.list": config["genes"]["list"], "gene_aliases": config["gene_aliases"]}
    compared = {name: config["models"].get(name, {}) for name in config["compare"]}
    optional |= {f"models.{name}.code": entry.get("code") for name, entry in compared.items()}
    if config["analyses"]:
        optional |= {f"gene_sets.{name}": path for name, path in config["gene_sets"].items()}
    if "external" in config["analyses"]:
        optional |= {f"external.{name}.path": entry["path"] for name, entry in config["external"].items()}
    if "attribution" in config["analyses"]:
        optional["attribution.paralogs"] = config["attribution"]["paralogs"]
    yield from ((key, path) for key, path in optional.items() if path)


def cohort_files(place: str, entry: Mapping[str, Any], omics: Collection[str]) -> Iterator[tuple[str, str]]:
    """List (key, path) of the files of a cohort; of a sheet of one's own samples, those it names too."""
    yield f"{place}.samples.path", entry["samples"]["path"]
    for number, table in enumerate(entry["samples"].get("further", ())):
        yield f"{place}.samples.further.{number}.path", table["path"]
    if "quality" in entry.get("tcga", {}):
        yield f"{place}.tcga.quality", entry["tcga"]["quality"]
    for omic in omics:
        table = entry["tables"].get(omic) or {}
        yield from ((f"{place}.tables.{omic}.{key}", table[key]) for key in PATHS if key in table)
        if table.get("format") == FORMAT and Path(table["path"]).is_file():
            for sample, path in files_of(table["path"], omic).items():
                yield f"{table['path']}, sample {sample}, {omic}", path
