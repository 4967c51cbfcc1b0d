"""Make the pictures of the README from the explorer page of a release, in light and in dark::

python tests/tools/pictures.py dist/ai-chip-controls-2.0.0
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parents[2] / ".github" / "pictures"
VIEWS = {"start": ("#/", 706), "row": ("#/market_figures/001-022-1", 430)}
"""Of each picture the address that it shows, and its height."""
WIDTH = 1000
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def take(page_file: Path, folder: Path) -> list[Path]:
    """Write the pictures into a folder, and return them."""
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=OPTIONS)
        for scheme in ("light", "dark"):
            for name, (address, height) in VIEWS.items():
                size = {"width": WIDTH, "height": height}
                page = browser.new_page(viewport=size, color_scheme=scheme, locale="en")
                page.goto(f"{page_file.as_uri()}{address}")
                page.wait_for_selector("main[data-ready]", state="attached")
                made.append(folder / f"{name}-{scheme}.png")
                page.screenshot(path=made[-1])
                page.close()
        browser.close()
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition(",")[0])
    parser.add_argument("release", type=Path, help="folder of a release")
    for path in take(parser.parse_args().release.resolve() / "explorer.html", FOLDER):
        print(path)
