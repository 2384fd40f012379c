"""Draw docs/architecture.svg from the code: stages of the rule files, layers of the library.

    python docs/make_architecture.py

Stages and their order are the includes of workflow/Snakefile, rules and the folders they write those of the
rule files, layers and their arrows the imports of the library (those that follow from others are left out).
A test compares the picture with the code.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "workflow/rules"
LIBRARY = ROOT / "workflow/scripts/deepdep"
TARGET = ROOT / "docs/architecture.svg"
COLUMNS = 3
WIDTH, BOX, GAP, LINE = 1192, 376, 16, 15  # pixels

STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #1b1b1b }
    .head { font-weight: 600; font-size: 17px } .name { font-weight: 600; font-size: 13px }
    .small { fill: #555 }
    .page { fill: #fff } .stage { fill: #eef4fa; stroke: #0072b2 } .layer { fill: #f0f7f3; stroke: #009e73 }
    .top { fill: #fdf3ea; stroke: #d55e00 }
    path { fill: none; stroke: #777; stroke-width: 1.3 } .tip { fill: #777; stroke: none }
"""


def stages() -> dict[str, list[Path]]:
    """Return stage to its rule files, in the order of the workflow's includes."""
    found: dict[str, list[Path]] = {}
    for name in re.findall(r'include: "rules/(\w+)\.smk"', (ROOT / "workflow/Snakefile").read_text("utf-8")):
        known = [stage for stage in found if name.startswith(f"{stage}_")]
        if rules_of(RULES / f"{name}.smk"):
            found.setdefault(known[0] if known else name, []).append(RULES / f"{name}.smk")
    return found


def rules_of(path: Path) -> list[str]:
    """List the rules of a file."""
    pattern = r"^(?:rule|checkpoint|use rule \w+ as) (\w+)"
    return re.findall(pattern, path.read_text("utf-8"), re.MULTILINE)


def folders_of(path: Path) -> set[str]:
    """List the folders and files below results/<study>/ that the rules of a file write."""
    blocks = re.findall(r"^    output:\n((?: {8}.*\n|\n)+)", path.read_text("utf-8"), re.MULTILINE)
    names = re.findall(r'"results/\{+study\}+/([\w.]+)', "\n".join(blocks))
    return set(names)


def imports() -> dict[str, set[str]]:
    """Return layer to the layers that it imports; modules at the top of the library are left out."""
    layers = sorted(path.name for path in LIBRARY.iterdir() if (path / "__init__.py").exists())
    found: dict[str, set[str]] = {layer: set() for layer in layers}
    for layer in layers:
        for path in (LIBRARY / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    found[layer] |= (
                        {node.module.split(".")[1]} if node.module.startswith("deepdep.") else set()
                    )
        found[layer] &= set(layers) - {layer}
    return found


def depth(layer: str, edges: dict[str, set[str]]) -> int:
    """Return the length of the longest way down from a layer."""
    return 1 + max((depth(other, edges) for other in edges[layer]), default=-1)


def direct(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out imports that follow from others."""

    def below(layer: str) -> set[str]:
        return edges[layer].union(*(below(other) for other in edges[layer]))

    return {
        layer: {one for one in others if not any(one in below(other) for other in others - {one})}
        for layer, others in edges.items()
    }


def wrap(words: list[str], width: int) -> list[str]:
    """Put words into lines of at most so many characters."""
    lines = [""]
    for word in words:
        joined = f"{lines[-1]}, {word}" if lines[-1] else word
        lines = [*lines[:-1], joined] if len(joined) <= width else [*lines, word]
    return [f"{line}," for line in lines[:-1]] + lines[-1:]


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Return a line of text."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{words}</text>'


def box(x: float, y: float, size: tuple[float, float], kind: str) -> str:
    """Return a box."""
    return f'<rect x="{x:g}" y="{y:g}" width="{size[0]:g}" height="{size[1]:g}" rx="5" class="{kind}"/>'


def draw_stages(top: float) -> tuple[list[str], float]:
    """Draw the stages in columns, to be read downwards; return the parts and where they end."""
    cards = []
    for stage, files in stages().items():
        rules = wrap([rule for path in files for rule in rules_of(path)], 51)
        folders = wrap(sorted(set().union(*map(folders_of, files))), 50)
        cards.append((stage, rules, folders if folders != [""] else []))
    heights = [LINE * (1.6 + len(rules) + len(folders)) + 14 for _, rules, folders in cards]
    parts, column, y, end = [], 0, top, top
    most = (sum(heights) + GAP * len(heights)) / COLUMNS
    for (stage, rules, folders), height in zip(cards, heights, strict=True):
        if y - top + height / 2 > most and column < COLUMNS - 1:
            column, y = column + 1, top
        x = GAP + column * (BOX + GAP)
        parts += [box(x, y, (BOX, height), "stage"), text(x + 10, y + 19, stage, "name")]
        lines = [(line, "") for line in rules]
        lines += [
            (f"→ {line}" if not number else f"   {line}", "small") for number, line in enumerate(folders)
        ]
        parts += [
            text(x + 10, y + 37 + LINE * number, line, kind) for number, (line, kind) in enumerate(lines)
        ]
        y += height + GAP
        end = max(end, y)
    return parts, end


def draw_layers(top: float) -> tuple[list[str], float]:
    """Draw the library's layers, each above what it imports; return the parts and where they end."""
    edges = imports()
    levels: dict[int, list[str]] = {}
    for layer in sorted(edges):
        levels.setdefault(depth(layer, edges), []).append(layer)
    middle, size = {}, (150.0, 34.0)
    for level, layers in levels.items():
        y = top + (max(levels) - level) * 82
        for number, layer in enumerate(layers):
            middle[layer] = (WIDTH * (number + 1) / (len(layers) + 1), y)
    parts = []
    for layer, others in direct(edges).items():
        for other in sorted(others):
            (x1, y1), (x2, y2) = middle[layer], middle[other]
            y1 += size[1]
            parts.append(
                f'<path d="M{x1:g},{y1:g} C{x1:g},{y1 + 34:g} {x2:g},{y2 - 34:g} {x2:g},{y2 - 7:g}"/>'
            )
            parts.append(f'<path class="tip" d="M{x2 - 4:g},{y2 - 8:g} h8 l-4,8 z"/>')
    for layer, (x, y) in sorted(middle.items()):
        parts += [box(x - size[0] / 2, y, size, "layer"), text(x, y + 22, layer, "name", "middle")]
    return parts, top + max(levels) * 82 + size[1] + GAP


def picture() -> str:
    """Return the picture."""
    parts = [
        text(
            GAP,
            30,
            "The workflow: stages (rule files), their rules, → what they write below results/&lt;study&gt;/",
            "head",
        )
    ]
    drawn, end = draw_stages(48)
    parts += [*drawn, box(GAP, end + 4, (WIDTH - 2 * GAP, 34), "top")]
    words = "workflow/scripts: one adapter per rule, without logic, between the engine and the library"
    parts += [text(WIDTH / 2, end + 26, words, "name", "middle")]
    parts += [
        text(GAP, end + 78, "The library deepdep: layers, each importing only what is below it", "head")
    ]
    drawn, end = draw_layers(end + 96)
    size = f'viewBox="0 0 {WIDTH} {end:g}" width="{WIDTH}" height="{end:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    page = f'<rect width="{WIDTH}" height="{end:g}" class="page"/>'
    return "\n".join([head, f"<style>{STYLE}</style>", page, *parts, *drawn, "</svg>\n"])


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")
