"""The table of config keys in config/README.md, made from the schema (``make config-table``)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from deepdep.io.atomic import whole_file

START, END = "<!-- keys: made by `make config-table` -->", "<!-- end of keys -->"
PROJECT = Path(__file__).resolve().parents[3]


def rows_of(schema: Mapping[str, Any], node: Mapping[str, Any], place: str) -> Iterator[tuple[str, str, str]]:
    """Yield (key, type, description) of every key below ``node``."""
    first: dict[str, str] = {}  # a table told once need not be told for its sisters
    for name, entry in node.get("properties", {}).items():
        rows = list(entry_rows(schema, entry, f"{place}{name}"))
        sister = first.setdefault(entry.get("$ref", name), name)
        if sister != name and len(rows) > 1:
            rows = [(*rows[0][:2], f"{rows[0][2]} Keys as of {sister}.")]
        yield from rows
    open_entry = node.get("additionalProperties")
    if isinstance(open_entry, Mapping):
        yield from rows_of(schema, open_entry, f"{place}<name>.")
        for branch in open_entry.get("allOf", []):  # the kinds of an entry, each with keys of its own
            kind = schema["$defs"][branch["then"]["$ref"].split("/")[-1]]
            own = {key: value for key, value in kind["properties"].items() if key != "kind"}
            name = branch["if"]["properties"]["kind"]["const"]
            yield from rows_of(schema, {"properties": own}, f"{place}<{name}>.")


def entry_rows(
    schema: Mapping[str, Any], entry: Mapping[str, Any], place: str
) -> Iterator[tuple[str, str, str]]:
    """Yield the row of one key and those of the keys below it."""
    if "$ref" in entry:
        entry = {**schema["$defs"][entry["$ref"].split("/")[-1]], **entry}
    yield place, type_of(entry), entry["description"]
    yield from rows_of(schema, entry, f"{place}.")


def type_of(entry: Mapping[str, Any]) -> str:
    """Name the type of a key, or its choices."""
    if "enum" in entry:
        return " or ".join(str(value) for value in entry["enum"])
    kind = entry.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else kind


def table(schema: Mapping[str, Any]) -> str:
    """Return the table of all keys as Markdown."""
    lines = ["| key | type | meaning |", "|---|---|---|"]
    lines += [f"| `{key}` | {kind} | {text} |" for key, kind, text in rows_of(schema, schema, "")]
    return "\n".join(lines)


def with_table(text: str, schema: Mapping[str, Any]) -> str:
    """Return the README with the table of ``schema`` between its marks."""
    before, rest = text.split(START)
    return f"{before}{START}\n{table(schema)}\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Rewrite the table in config/README.md."""
    schema = yaml.safe_load((PROJECT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    readme = PROJECT / "config" / "README.md"
    text = with_table(readme.read_text(encoding="utf-8"), schema)
    with whole_file(readme) as temporary:
        temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
