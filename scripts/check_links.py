#!/usr/bin/env python3
"""Check that relative links in Markdown files lead to files and headings that exist."""

import re
import sys
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$", re.MULTILINE)
SKIPPED = {"target", "node_modules"}
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    found: dict[str, int] = {}
    result = set()
    for heading in HEADING.findall(CODE.sub("", text)):
        heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = found.get(anchor, 0)
        found[anchor] = count + 1
        result.add(anchor if count == 0 else f"{anchor}-{count}")
    return result


def check(page: Path, root: Path) -> list[str]:
    """Return a message for each broken link of a page."""
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page.resolve()
        if not target.exists():
            broken.append(f"{page.relative_to(root)}: {link}: no such file")
        elif anchor and target.suffix == ".md":
            if anchor not in anchors(target.read_text(encoding="utf-8")):
                broken.append(f"{page.relative_to(root)}: {link}: no such heading")
    return broken


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    pages = [page for page in root.rglob("*.md") if not SKIPPED & set(page.parts)]
    broken = [message for page in pages for message in check(page, root)]
    print("\n".join(broken) if broken else f"{len(pages)} Markdown files: all links lead somewhere")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
