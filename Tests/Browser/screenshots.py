"""Takes the pictures of the README: the upper part of a page of the examples, in light and in dark.

usage: screenshots.py FOOTFALL

Writes examples/page-light.png and examples/page-dark.png, with few colours, so that they are small. Needs the package pillow
next to those of requirements.txt.
"""

import pathlib
import sys
import tempfile

from PIL import Image

import check
import documents
from browser import Browser
from footfall import Footfall

# In CSS pixels; the picture has fewer, which makes its texts smaller.
WIDTH, HEIGHT, SCALE = 1400, 1200, 0.715
SECTIONS = "summary,traffic,pages,sources,channels,events,hours,retention"

with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)
    footfall = Footfall(pathlib.Path(sys.argv[1]).resolve(), folder)
    page = check.page(footfall, folder, "example", documents.STORE, "--from", "2026-04-01", "--to", "2026-04-30", "--sections", SECTIONS)
    browser = Browser(*check.chromium())
    try:
        browser.open(page.path)
        browser.resize(WIDTH, HEIGHT, SCALE)
        for scheme in ("light", "dark"):
            browser.prefer(scheme)
            picture = documents.EXAMPLES / f"page-{scheme}.png"
            browser.screenshot(picture, whole=False)
            with Image.open(picture) as image:
                reduced = image.convert("RGB").quantize(96, dither=Image.Dither.NONE)
            reduced.save(picture, optimize=True)
            print(picture, picture.stat().st_size)
    finally:
        browser.quit()
