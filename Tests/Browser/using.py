"""What a reader does with a page: points at charts, hides series, sorts tables, and all of it with the keyboard alone."""

import unicodedata

# The tables of a page: their titles, the names of their columns, and the text and the number of each cell.
TABLES = """
return [...document.querySelectorAll('section')].filter(section => section.querySelector('table')).map(section => ({
  title: section.querySelector('h2').textContent,
  columns: [...section.querySelectorAll('thead th')].map(cell => cell.textContent),
  rows: [...section.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => [cell.textContent, cell.dataset.n ?? null])),
}))
"""

# What makes a document again.
SOURCE = "return document.querySelector('footer code').textContent"

TIP = "const tip = document.getElementById('tip'); return tip.hidden ? null : tip.textContent.replace(/[\\u2068\\u2069]/g, '')"


def displayable(text):
    """A text as the program shows it: characters that control a display or the direction of writing are replaced."""
    return "".join(
        "\ufffd" if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character not in "\u200c\u200d"
        or ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF else character for character in text)


def links_faults(browser, pages):
    """Links are those of the index, and lead to the pages next to it."""
    names = [page.name for page in pages]
    links = browser.run("return [...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    is_index = browser.run("return location.pathname").endswith("hostile.html")
    expected = sorted(name for name in names if name != "hostile.html") if is_index else []
    return [] if sorted(links) == expected else [f"links to {links}, and should have {expected}"]


def text_faults(browser, document):
    """The values of a report stand in the page's table as they are, apart from characters that are not shown."""
    if document.method != "websites.metrics":
        return []
    expected = [displayable(row["x"]) or "(none)" for row in document.result]
    shown = [row[0][0] for table in browser.run(TABLES) for row in table["rows"]]
    return [] if shown == expected else [f"the table shows {set(shown) - set(expected)} in place of {set(expected) - set(shown)}"]


def check(checks, page, drawn):
    browser = checks.browser
    # One document of each method.
    for document in [page] + list({each.method: each for each in drawn if each.is_page}.values()):
        browser.prefer("light")
        browser.resize(1200, 900)
        checks.count += 1
        faults = checks.open(document)
        faults += use_faults(browser)
        checks.report(document.name, faults)
    checks.open(page)
    checks.report(page.name, keyboard_faults(browser))


def use_faults(browser):
    return tip_faults(browser) + series_faults(browser) + sorting_faults(browser) + structure_faults(browser)


def tip_faults(browser):
    """Resting on a chart shows the row of the table to which its place belongs, with all its numbers."""
    faults = []
    targets = browser.run("""
      return [...document.querySelectorAll('section')].filter(section => section.querySelector('svg.chart')).flatMap((section, index) => {
        const hover = section.querySelector('.hover'), marks = [...section.querySelectorAll('svg [data-row]')];
        const count = hover ? +hover.dataset.count : marks.length;
        const places = [...new Set([0, count - 1])].filter(place => place >= 0);
        return places.map(place => [index, place]);
      })""")
    for index, place in targets:
        x, y, expected, title = browser.run("""
          const [index, place] = arguments, section = [...document.querySelectorAll('section')].filter(each => each.querySelector('svg.chart'))[index];
          const hover = section.querySelector('.hover'), mark = section.querySelectorAll('svg [data-row]')[place];
          const svg = section.querySelector('svg.chart');
          svg.scrollIntoView({ block: 'center' });
          const box = (hover || mark).getBoundingClientRect();
          const row = hover ? place : +mark.dataset.row, column = hover ? undefined : mark.dataset.column;
          const texts = [...section.querySelectorAll('tbody tr')[row].cells].map(cell => cell.textContent);
          let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
          if (hover) x = box.left + box.width * (place + 0.5) / +hover.dataset.count;
          // A band is not where the middle of its box is; a covered mark cannot be pointed at.
          if (!hover && document.elementFromPoint(x, y) !== mark) x = -1;
          return [x, y, column ? [texts[0], texts[column]] : texts, section.querySelector('h2').textContent]""", index, place)
        if x < 0:
            continue
        browser.settle()
        browser.move(x, y)
        tip = browser.run(TIP)
        missing = [text for text in expected[:13] if text and text not in (tip or "")]
        if tip is None or missing:
            faults.append(f"{title}: the tip of place {place} is {tip!r}, without {missing}")
        box = browser.run("const box = document.getElementById('tip').getBoundingClientRect(); return [box.left, box.top, box.right - innerWidth, box.bottom - innerHeight]")
        if box[0] < 0 or box[1] < 0 or box[2] > 0 or box[3] > 0:
            faults.append(f"{title}: the tip of place {place} extends out of the window: {box}")
    browser.move(2, 2)
    if targets and browser.run(TIP) is not None:
        faults.append("a tip stays when the pointer leaves the chart")
    return faults


def series_faults(browser):
    """A button of the legend hides its series, and shows it again."""
    faults = []
    for number in range(browser.run("return document.querySelectorAll('.legend button').length")):
        states = browser.run("""
          const button = document.querySelectorAll('.legend button')[arguments[0]], section = button.closest('section');
          const series = section.querySelector(`svg [data-series="${button.dataset.series}"]`);
          const state = () => [button.getAttribute('aria-pressed'), getComputedStyle(series).display !== 'none',
            getComputedStyle(series).color === getComputedStyle(button.querySelector('i')).color,
            [...section.querySelectorAll('svg [data-series]')].filter(each => getComputedStyle(each).display === 'none').length];
          const before = state(); button.click(); const off = state(); button.click();
          return [before, off, state()]""", number)
        if states != [["true", True, True, 0], ["false", False, True, 1], ["true", True, True, 0]]:
            faults.append(f"button {number} of a legend: {states}")
    return faults


def sorting_faults(browser):
    """A head of a table sorts its rows, by number where the column has numbers, and sorts them the other way when it is used
    again. No row is lost."""
    return browser.run("""
      const faults = [];
      for (const section of document.querySelectorAll('section')) {
        const table = section.querySelector('table');
        if (!table) continue;
        const rows = () => [...table.tBodies[0].rows], title = section.querySelector('h2').textContent, before = rows();
        [...table.tHead.rows[0].cells].slice(0, 8).forEach((head, column) => {
          const button = head.querySelector('button');
          if (!button) return faults.push(`${title}: the head "${head.textContent}" is no button`);
          const isNumber = head.classList.contains('n');
          // An empty cell has the place of the smallest number.
          const number = cell => cell.textContent === '' ? -Infinity : +(cell.dataset.n ?? cell.textContent.replaceAll(',', ''));
          for (const time of [1, 2]) {
            button.click();
            const now = rows(), order = head.getAttribute('aria-sort');
            if (new Set([...now, ...before]).size !== before.length || now.length !== before.length) faults.push(`${title}: sorting loses rows`);
            if (table.querySelectorAll('[aria-sort]').length !== 1) faults.push(`${title}: several heads say that they sort`);
            const expected = time === 1 ? (isNumber ? 'descending' : 'ascending') : (isNumber ? 'ascending' : 'descending');
            if (order !== expected) faults.push(`${title}, ${head.textContent}: sorted ${order}, not ${expected}`);
            for (let i = 1; i < now.length; i++) {
              const [a, b] = [now[i - 1], now[i]].map(row => row.cells[column]);
              const difference = isNumber ? number(a) - number(b) : a.textContent.localeCompare(b.textContent);
              if (isNumber && (Number.isNaN(number(a)) || Number.isNaN(number(b)))) { faults.push(`${title}, ${head.textContent}: "${a.textContent}" or "${b.textContent}" is no number`); break; }
              if (order === 'ascending' ? difference > 0 : difference < 0) { faults.push(`${title}, ${head.textContent}: ${order}, but "${a.textContent}" comes before "${b.textContent}"`); break; }
            }
          }
        });
        table.tBodies[0].append(...before);
      }
      return faults""")


def structure_faults(browser):
    """What programs that read the page aloud need: names of charts and tables, and ids that are there once."""
    return browser.run("""
      const faults = [], ids = [...document.querySelectorAll('[id]')].map(element => element.id);
      ids.filter((id, index) => ids.indexOf(id) !== index).forEach(id => faults.push(`several elements have the id ${id}`));
      for (const element of document.querySelectorAll('[aria-labelledby],[aria-describedby]')) {
        for (const id of [element.getAttribute('aria-labelledby'), element.getAttribute('aria-describedby')].join(' ').split(/ +/)) {
          if (id && !document.getElementById(id)?.textContent.trim()) faults.push(`no text with the id ${id}`);
        }
      }
      for (const svg of document.querySelectorAll('section svg.chart')) {
        if (svg.getAttribute('role') !== 'img' && svg.getAttribute('role') !== 'group') faults.push('a chart without a role');
        for (const name of ['title', 'desc']) if (!svg.querySelector(':scope > ' + name)?.textContent) faults.push(`a chart without ${name}`);
        if (!svg.closest('section').querySelector('details table')) faults.push('a chart without its numbers as a table');
      }
      if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
      if (!document.documentElement.lang || !document.title) faults.push('no language or no title');
      let level = 0;
      for (const title of document.querySelectorAll('h1,h2,h3,h4')) {
        const now = +title.tagName[1];
        if (now > level + 1) faults.push(`a title of level ${now} after one of level ${level}: ${title.textContent.slice(0, 40)}`);
        level = now;
      }
      return faults""")


def keyboard_faults(browser):
    """Everything can be reached with Tab, shows that it has the focus, and is used with Enter, Space and arrows."""
    faults = []
    browser.run("scrollTo(0, 0); document.activeElement.blur()")
    browser.move(2, 2)
    reached = []
    for _ in range(600):
        browser.press("Tab")
        now = browser.run("""
          const element = document.activeElement;
          if (element === document.body) return null;
          element.dataset.reached = +(element.dataset.reached || 0) + 1;
          const style = getComputedStyle(element);
          return [element.localName, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1, element.dataset.reached,
            element.getAttribute('aria-label') || element.textContent.slice(0, 30)]""")
        if now is None or now[2] != "1":
            break
        reached.append(now[0])
        if not now[1]:
            faults.append(f"the focus on {now[0]} {now[3]!r} cannot be seen")
    else:
        faults.append("Tab does not come to an end")
    unreached = browser.run("""
      return [...document.querySelectorAll('summary,button,a,section svg.chart')]
        .filter(element => element.checkVisibility() && !element.dataset.reached).map(element => element.outerHTML.slice(0, 80))""")
    faults += [f"Tab does not reach {element}" for element in unreached]

    def focus(script):
        browser.run(f"window.target = {script}; target.scrollIntoView({{ block: 'center' }}); target.focus()")
        browser.settle()

    focus("document.querySelector('.legend button').closest('section').querySelector('summary')")
    browser.press("Enter")
    if not browser.run("return target.parentElement.open"):
        faults.append("Enter does not open the numbers of a chart")
    focus("document.querySelector('details[open] th.n button')")
    for key, order in (("Enter", "descending"), (" ", "ascending")):
        browser.press(key)
        if browser.run("return target.closest('th').getAttribute('aria-sort')") != order:
            faults.append(f"{key!r} does not sort a table {order}")
    focus("document.querySelector('.legend button')")
    for key, state in ((" ", "false"), ("Enter", "true")):
        browser.press(key)
        if browser.run("return target.getAttribute('aria-pressed')") != state:
            faults.append(f"{key!r} does not switch a series")
    for title in browser.run("return [...document.querySelectorAll('section svg.chart')].map(svg => svg.closest('section').querySelector('h2').textContent)"):
        focus(f"[...document.querySelectorAll('section')].find(section => section.querySelector('h2').textContent === {title!r}).querySelector('svg.chart')")
        browser.press("ArrowRight")
        first = browser.run(TIP)
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
            browser.press(key)
        if not first or browser.run(TIP) != first:
            faults.append(f"{title}: two steps to the right and back lead from {first!r} to {browser.run(TIP)!r}")
        browser.press("Escape")
        if browser.run(TIP) is not None:
            faults.append(f"{title}: Escape leaves the tip")
    return faults
