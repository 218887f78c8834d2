"""Opens pages, and every report and traffic method as HTML and SVG, in Chromium, and checks what a reader sees.

usage: check.py FOOTFALL [--keep FOLDER] [PART...]
       check.py --installed

Parts: examples, shapes, hostile, use, print, numbers; all without any. Prints a line for each fault, and exits with 1 if there
is one. --keep writes the documents and pictures of each of them into a folder. --installed only tells by its exit code whether all that it needs is
installed: requirements.txt, and Debian's chromium and chromium-driver.
"""

import argparse
import functools
import pathlib
import re
import shutil
import sys
import tempfile
import time

import defusedxml.ElementTree
import html5lib

import documents
import event_sets
import numbers_of_pages
import printing
import using
from browser import Browser
from footfall import Footfall
from known_faults import KNOWN_FAULTS

HERE = pathlib.Path(__file__).parent
LOOKS = (HERE / "looks.js").read_text()
SAFETY = (HERE / "safety.js").read_text()
MANY_ROWS = re.compile(r"((?:<tr>(?:(?!<tr>).)*</tr>){100})(?:<tr>(?:(?!<tr>).)*</tr>)+", re.DOTALL)
# The layout does not depend on the colours, and contrasts not on the width, in CSS pixels.
LOOKS_AT = ((360, "light"), (768, "light"), (768, "dark"), (1600, "dark"))


def chromium():
    """Chromium and its driver; None if one of them is missing."""
    programs = [shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"), shutil.which("chromedriver")]
    return programs if all(programs) else None


def inline_drawings(html):
    """The outermost svg elements of a page."""
    depth, start = 0, 0
    for tag in re.finditer(r"<(/?)svg\b", html):
        if not tag[1]:
            if depth == 0:
                start = tag.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                yield html[start:tag.end() + 1]


def syntax_faults(document):
    """What a strict parser of HTML and one of XML refuse."""
    text = document.text
    try:
        if document.is_page:
            # Rows are like those before them, and the parser is slow.
            html5lib.HTMLParser(strict=True).parse(MANY_ROWS.sub(r"\1", text))
        for drawing in inline_drawings(text) if document.is_page else [text]:
            defusedxml.ElementTree.fromstring(drawing, forbid_dtd=True)
    except Exception as fault:
        return [f"{type(fault).__module__} refuses it: {type(fault).__name__} {fault}"]
    return []


class Checks:
    def __init__(self, browser, kept):
        self.browser, self.kept, self.faults, self.count = browser, kept, 0, 0
        self.known = set()

    def report(self, name, faults, shown=6):
        faults = list(dict.fromkeys(fault for fault in faults if not self.is_known(name, fault)))
        self.faults += len(faults)
        for fault in faults[:shown]:
            print(f"{name}: {fault}", flush=True)
        if len(faults) > shown:
            print(f"{name}: and {len(faults) - shown} more")

    def is_known(self, name, fault):
        found = [number for number, (document, text) in enumerate(KNOWN_FAULTS) if re.search(document, name) and re.search(text, fault)]
        self.known.update(found)
        return bool(found)

    def open(self, document):
        messages, requests = self.browser.open(document.path)
        return [f"console: {text}" for text in messages] + [f"it asks for {address}" for address in requests]

    def look(self, document, every_view=True):
        """Opens a document, and looks at it at several widths, in light and in dark. Drawings are scaled, and
        look the same at each width."""
        browser = self.browser
        self.count += 1
        browser.resize(LOOKS_AT[0][0])
        browser.prefer("light")
        faults = syntax_faults(document) + self.open(document)
        faults += browser.run(SAFETY)
        if document.is_page:
            document.tables = browser.run(using.TABLES)
            document.source = browser.run(using.SOURCE)
        # Long tables are like short ones, and take long.
        browser.run("for (const part of document.querySelectorAll('details')) part.open = part.querySelectorAll('tr').length < 200")
        views = LOOKS_AT if document.is_page else LOOKS_AT[1:3]
        if not document.is_page and browser.run("return document.documentElement.getBoundingClientRect().right > innerWidth"):
            faults.append("it does not fit into a narrow window")
        for width, scheme in views if every_view else views[:1]:
            browser.prefer(scheme)
            has_contrast = width == 768
            browser.resize(width)
            if has_contrast:
                browser.resize(width, browser.run("return Math.min(Math.max(document.documentElement.scrollHeight, 900), 12000)"))
            faults += [f"{width} px, {scheme}: {fault}" for fault in browser.run(LOOKS, has_contrast)]
            if self.kept and (width != 768 or not document.is_page):
                browser.screenshot(self.kept / f"{document.path.parent.name}-{document.path.name}-{width}-{scheme}.png")
        messages, requests = browser.messages()
        faults += [f"console: {text}" for text in messages] + [f"it asks for {address}" for address in requests]
        self.report(document.name, faults)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("footfall", nargs="?")
    parser.add_argument("--installed", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("parts", nargs="*")
    options = parser.parse_intermixed_args()
    programs = chromium()
    if not programs:
        sys.exit("no chromium or no chromedriver; Debian has them in chromium and chromium-driver")
    if options.installed:
        return
    if not options.footfall:
        parser.error("the path of footfall is missing")
    if options.keep and options.keep.exists():
        parser.error(f"{options.keep} exists already")
    parts = options.parts or ["examples", "shapes", "hostile", "use", "print", "numbers"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        browser = Browser(*programs)
        try:
            checks = Checks(browser, options.keep)
            footfall = Footfall(pathlib.Path(options.footfall).resolve(), pathlib.Path(scratch))
            for part in parts:
                start = time.time()
                globals()["check_" + part](checks, footfall, folder)
                print(f"{part}: {time.time() - start:.1f} s", file=sys.stderr)
        finally:
            browser.quit()
    if not options.parts:
        for number, known in enumerate(KNOWN_FAULTS):
            if number not in checks.known:
                print(f"no longer a fault, remove it from known_faults.py: {known}")
    print(f"{checks.count} documents, {checks.faults} faults")
    sys.exit(1 if checks.faults else 0)


def page(footfall, folder, name, store, *arguments):
    path = folder / "pages" / f"{name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    footfall.run("page", *store, "--no-cache", "-o", path, *arguments)
    return documents.Document(f"page {name}", path)


@functools.cache
def examples(footfall, folder):
    """The requests of the examples, drawn once for all parts."""
    return documents.drawn(footfall, documents.example_requests(), folder / "examples", *documents.STORE)


@functools.cache
def shapes(folder):
    return event_sets.shapes().write(folder / "shapes")


def check_examples(checks, footfall, folder):
    checks.look(page(footfall, folder, "example", documents.STORE))
    checks.look(page(footfall, folder, "example-compared", documents.STORE, "--from", "2026-04-01", "--to", "2026-04-30"))
    drawn = examples(footfall, folder)
    for document in drawn:
        checks.look(document)
    checks.report("drawings as images", image_faults(checks.browser, [each for each in drawn if not each.is_page], folder))


def image_faults(browser, drawings, folder):
    """Drawings are images of other pages, too, which let them do less."""
    page = folder / "images.html"
    page.write_text("<!DOCTYPE html><title>Images</title>" + "".join(f'<img src="{each.path.as_uri()}">' for each in drawings))
    browser.open(page)
    widths = browser.run("return [...document.images].map(image => image.naturalWidth)")
    return [f"{each.name} is an image of {width} px" for each, width in zip(drawings, widths, strict=True) if width < 300]


def check_shapes(checks, footfall, folder):
    store = shapes(folder)
    checks.look(page(footfall, folder, "shapes", store, "--title", "Shop " * 100))
    checks.look(page(footfall, folder, "nothing", store, "--during", "2020"))
    checks.look(page(footfall, folder, "a-day", store, "--during", "2026-02-01"))
    for document in documents.drawn(footfall, documents.shape_requests(), folder / "shape-reports", *store):
        checks.look(document)


def check_hostile(checks, footfall, folder):
    store = event_sets.hostile_store(footfall, folder / "hostile")
    path = folder / "pages" / "hostile.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    title = event_sets.HOSTILE_TEXTS[0] + event_sets.HOSTILE_TEXTS[14]
    footfall.run("page", store, "--no-cache", "-o", path, "--title", title)
    pages = sorted(path.parent.glob("hostile*.html"))
    if len(pages) != 3:
        checks.report("page hostile", [f"{len(pages)} pages of two websites"])
    for path in pages:
        document = documents.Document(f"page {path.name}", path)
        checks.look(document)
        checks.report(document.name, using.links_faults(checks.browser, pages))
        if checks.browser.driver.title != using.displayable(title):
            checks.report(document.name, [f"the title {checks.browser.driver.title}"])
        # What the script writes is looked at too.
        checks.report(document.name, using.use_faults(checks.browser) + checks.browser.run(SAFETY))
    for document in documents.drawn(footfall, documents.hostile_requests(), folder / "hostile-reports", store):
        if not document.is_page and document.method == "websites.metrics":
            continue
        checks.look(document, every_view=False)
        if document.is_page:
            checks.report(document.name, using.text_faults(checks.browser, document))


def check_use(checks, footfall, folder):
    using.check(checks, page(footfall, folder, "use", documents.STORE), examples(footfall, folder))


def check_print(checks, footfall, folder):
    printing.check(checks, page(footfall, folder, "print", documents.STORE))
    printing.check(checks, page(footfall, folder, "print-shapes", shapes(folder)))


def check_numbers(checks, footfall, folder):
    numbers_of_pages.check(checks, footfall, folder, examples(footfall, folder))


if __name__ == "__main__":
    main()
