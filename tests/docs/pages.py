"""The documentation as data: pages, their links, and their fenced blocks with what they include."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runs import ROOT

FENCE = re.compile(r"^( *)```(\w*)(?: title=\"([^\"]*)\")?[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
INCLUDED = re.compile(r'^ *--8<-- "([^"]+)"', re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: page, language, title ("" for none), text, and the files that it includes."""

    page: Path
    language: str
    title: str
    text: str
    files: tuple[str, ...]

    @property
    def commands(self) -> list[str]:
        """Lines of a shell block, without comments and prompts, continued lines joined."""
        lines = self.text.replace("\\\n", " ").splitlines()
        bare = [" ".join(shlex.split(line, comments=True)) for line in lines]
        return [line for line in bare if line]

    def __str__(self) -> str:
        """Name the block in a test's output."""
        return f"{self.page.name}, {self.title or self.text.strip().splitlines()[0][:50]}"


def pages() -> list[Path]:
    """List all pages, those beside the code too."""
    root = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config/README.md")]
    return root + sorted((ROOT / "docs").rglob("*.md"))


def blocks(*languages: str) -> list[Block]:
    """List the fenced blocks of some languages; each text once."""
    found: dict[tuple[str, str], Block] = {}
    for page in pages():
        for block in blocks_of(page):
            if block.language in languages:
                found.setdefault((block.language, block.text), block)
    return list(found.values())


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page; files that they include stand in their place."""
    for pad, language, title, text in FENCE.findall(page.read_text(encoding="utf-8")):
        files = tuple(INCLUDED.findall(text))
        whole = INCLUDED.sub(lambda match: (ROOT / match[1]).read_text(encoding="utf-8"), text)
        yield Block(page, language, title, re.sub(f"^{pad}", "", whole, flags=re.MULTILINE), files)


def without_code(text: str) -> str:
    """Return a page's text without its fenced blocks and code in lines."""
    return re.sub(r"`[^`\n]+`", "", FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and mkdocs make them."""
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    bare = [re.sub(r"\[([^\]]*)\]\([^)]*\)|`", r"\1", heading).strip().lower() for heading in headings]
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading)) for heading in bare}
