# Helpers around config/datasets.tsv, the list of all source files; no rules.
from deepdep.io.manifest import find, read_manifest  # noqa: E402

DATASETS = WORKFLOW.parent / "config" / "datasets.tsv"
MANIFEST = read_manifest(DATASETS)


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
    return {"local": path} if path else {}


def published_sums(wildcards):
    """Return size and checksums: corrected ones are the one reason to fetch a file again."""
    row = in_manifest(wildcards.dataset, wildcards.file, wildcards.version)
    return [row.bytes, row.sha256, row.md5]
