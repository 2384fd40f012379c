# What rules of the data stages read, by the config; no rules.
from deepdep.config_tables import (  # noqa: E402
    PATHS,
    by_bins,
    features_first,
    published_path,
    tumor_references,
)
from deepdep.prepare.own import FORMAT, files_of  # noqa: E402


def table_files(cohort, omic):
    """Return the files that an omic of a cohort is read from; none where the cohort lacks it."""
    entry = config["cohorts"][cohort]
    table = entry["tables"][omic] or {}
    files = {key: table[key] for key in PATHS if key in table}
    if table.get("format") == FORMAT:
        own = dict.fromkeys(files_of(table["path"], omic).values())
        files["files"] = [placed(file) for file in own]
    if table and "quality" in entry.get("tcga", {}):
        files["quality"] = entry["tcga"]["quality"]
    if table and config["gene_aliases"]:
        files["aliases"] = config["gene_aliases"]
    return files | {"sheet": entry["samples"]["path"]}


def source_input(wildcards):
    """Return what an omic of a cohort is read from, and what says which features are wanted."""
    cohort, omic = wildcards.cohort, wildcards.omic
    files, root = table_files(cohort, omic), f"results/{wildcards.study}"
    if features_first(config, omic):
        files["wanted"] = f"{root}/features/{omic}.parquet"
    elif cohort != "ccl":
        files["lines"] = f"{root}/sources/ccl/{omic}.parquet"
    return files


def features_input(wildcards):
    """Return what the features of an omic are chosen from."""
    omic, method = wildcards.omic, config["features"][wildcards.omic]
    if method == "published":
        return {"list": placed(published_path(config, omic))}
    tumors = tumor_references(config, omic) if method == "derive" else []
    if by_bins(config, omic):
        files = [table_files(cohort, omic) for cohort in tumors]
        return {
            key: [one[key] for one in files if key in one]
            for key in ("path", "sheet", "quality")
        }
    root = f"results/{wildcards.study}/sources"
    sources = {"lines": f"{root}/ccl/{omic}.parquet"}
    return sources | {
        "tumors": [f"{root}/{cohort}/{omic}.parquet" for cohort in tumors]
    }


def segments_of_tumors(wildcards):
    """Return the cohorts whose segments bins are derived from; none for other features."""
    if not by_bins(config, wildcards.omic):
        return []
    cohorts = [
        config["cohorts"][name] for name in tumor_references(config, wildcards.omic)
    ]
    return [{**cohort, "table": cohort["tables"][wildcards.omic]} for cohort in cohorts]


def dependency_input(wildcards):
    """Return the files of scores, names of lines and the list of genes, as the study has them."""
    names = {
        "line_names": config["dependency"].get("line_names"),
        "genes": config["genes"]["list"],
    }
    files = {key: path for key, path in names.items() if path}
    return {"scores": config["dependency"]["path"], **files}


def screen_input(wildcards):
    """Return the files of a second screen."""
    entry = config["screens"][wildcards.screen]
    names = {"line_names": entry["line_names"]} if "line_names" in entry else {}
    return {"scores": entry["path"], **names}


def omic_files(cohorts, omics=OMICS):
    """Return the omics of cohorts as models see them: harmonised where so configured."""
    return [
        f"results/{{study}}/{stage_of(omic)}/{cohort}/{omic}.parquet"
        for cohort in cohorts
        for omic in omics
    ]


def stage_of(omic):
    """Name the folder with an omic as models see it."""
    return "cohorts" if config["harmonise"][omic] == "none" else "harmonised"


def model_omics(wildcards):
    """Return the omics that a model sees: its own, or those of the study."""
    return config["models"][wildcards.model].get("omics", OMICS)


def model_omic_files(wildcards):
    """Return the omics of a cohort (of the cell lines, where a rule has none) that a model sees."""
    files = omic_files([wildcards.get("cohort", "ccl")], model_omics(wildcards))
    return [file.format(study=wildcards.study) for file in files]


def cohort_entry(wildcards):
    """Return what the config says of a cohort, but for its tables."""
    entry = config["cohorts"][wildcards.cohort]
    return {key: entry[key] for key in ("domain", "samples", "tcga") if key in entry}
