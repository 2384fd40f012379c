# Helpers around config/datasets.tsv, the list of all source files; no rules.
from deepdep.io.manifest import find, read_manifest  # noqa: E402

from snakemake.io import flag  # noqa: E402
from snakemake.path_modifier import PATH_MODIFIER_FLAG  # noqa: E402

DATASETS = WORKFLOW.parent / "config" / "datasets.tsv"
MANIFEST = read_manifest(DATASETS)

# How another workflow that uses this one as a module moves its paths; not at all otherwise.
MOVER = workflow.modifier.path_modifier


def placed(path):
    """Return a path of the config as it is where this workflow is a module with a prefix.

    What the workflow makes or fetches moves, a user's own files stay where the config says. Both are
    marked as done, for the engine would move them as inputs, but not as params.
    """
    if MOVER.replace_prefix("results/") == "results/":
        return path
    made = path.startswith(("results/", "resources/"))
    return flag(MOVER.replace_prefix(path) if made else path, PATH_MODIFIER_FLAG)


def with_places(value, paths):
    """Return a part of the config with those of its texts that are ``paths`` as they are placed."""
    if isinstance(value, dict):
        return {key: with_places(part, paths) for key, part in value.items()}
    if isinstance(value, list):
        return [with_places(part, paths) for part in value]
    return placed(value) if isinstance(value, str) and value in paths else value


def in_manifest(dataset, file, version=None):
    """Return the row of a file, or stop with what the manifest has."""
    try:
        return find(MANIFEST, dataset, file, version)
    except InputError as error:
        raise WorkflowError(str(error)) from None


def resource(dataset, file, version=None):
    """Return where a file of the manifest lies once it is fetched."""
    return in_manifest(dataset, file, version).path


def local_file(wildcards):
    """Return the copy that the config names for a file, with or without its version."""
    version = f"{wildcards.dataset}/{wildcards.version}/{wildcards.file}"
    local = config["local_files"]
    path = local.get(version, local.get(f"{wildcards.dataset}/{wildcards.file}"))
    return {"local": placed(path)} if path else {}


def published_sums(wildcards):
    """Return size and checksums: corrected ones are the one reason to fetch a file again."""
    row = in_manifest(wildcards.dataset, wildcards.file, wildcards.version)
    return [row.bytes, row.sha256, row.md5]
