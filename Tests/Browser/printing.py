"""Pages on paper: A4, with margins of 12 mm."""

# In CSS pixels, 96 to an inch.
WIDTH, HEIGHT = round((210 - 24) / 25.4 * 96), round((297 - 24) / 25.4 * 96)

GEOMETRY = """
const height = arguments[0], faults = [];
for (const section of document.querySelectorAll('section')) {
  const title = section.querySelector('h2').textContent.slice(0, 60), style = getComputedStyle(section);
  const charts = [...section.querySelectorAll('svg.chart')];
  if (charts.length && style.breakInside !== 'avoid') faults.push(`${title}: a page may end inside`);
  // From the title to the end of the chart: what must not be parted.
  for (const chart of charts) {
    const needed = chart.getBoundingClientRect().bottom - section.getBoundingClientRect().top;
    if (needed > height) faults.push(`${title}: the chart needs ${Math.round(needed)} px of the ${height} px of a page`);
  }
  const scroll = section.querySelector('.scroll');
  if (scroll && scroll.checkVisibility() && (scroll.scrollHeight > scroll.clientHeight + 1 || scroll.scrollWidth > scroll.clientWidth + 1)) {
    faults.push(`${title}: the table is cut, ${scroll.scrollWidth} x ${scroll.scrollHeight} px in ${scroll.clientWidth} x ${scroll.clientHeight}`);
  }
  if (section.getBoundingClientRect().right > innerWidth + 1) faults.push(`${title}: wider than the paper`);
}
if (document.documentElement.scrollWidth > innerWidth) faults.push(`${document.documentElement.scrollWidth} px wide`);
const back = getComputedStyle(document.querySelector('section')).backgroundColor, text = getComputedStyle(document.querySelector('h2')).color;
const light = color => color.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3;
if (light(back) < 200 || light(text) > 100) faults.push(`dark paper: ${text} on ${back}`);
return faults;
"""


def check(checks, document):
    browser = checks.browser
    checks.count += 1
    faults = checks.open(document)
    for scheme in ("light", "dark"):
        for is_open in (False, True):
            browser.prefer(scheme, media="print")
            browser.resize(WIDTH, HEIGHT)
            browser.run("for (const part of document.querySelectorAll('details')) part.open = arguments[0]", is_open)
            faults += [f"{scheme}, numbers {'open' if is_open else 'closed'}: {fault}" for fault in browser.run(GEOMETRY, HEIGHT)]
    browser.run("for (const part of document.querySelectorAll('details')) part.open = false")
    browser.prefer("light")
    paper = browser.pdf()
    if not paper.startswith(b"%PDF") or not 1 <= paper.count(b"/Type /Page\n") <= 30:
        faults.append(f"a PDF of {len(paper)} bytes and {paper.count(b'/Type /Page' + bytes([10]))} pages")
    if checks.kept:
        document.path.with_suffix(".pdf").write_bytes(paper)
    checks.report(document.name, faults, shown=30)
