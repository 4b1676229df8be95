"""Every page that people read: those of the manual and those beside it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name_of(page: Path) -> str:
    """The page's path, for the name of a test."""
    return str(page.relative_to(ROOT))
