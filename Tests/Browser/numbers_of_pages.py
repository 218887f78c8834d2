"""Numbers of tables are those of the JSON results: cell by cell for each section of a page, and for each report's document that
every number of its result is in its tables."""

import json
import re
import shlex

import documents
import using

METRICS = {
    "visitors": "visitors", "visits": "visits", "pageviews": "pageviews", "pageviews per visit": "viewsPerVisit",
    "bounces": "bounces", "bounce rate": "bounceRate", "time per visit": "averageTime", "custom events": "events",
}
WEEK = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
# Members of results that documents leave out: details of options, places of a page of a list, and codes that have a name.
LEFT_OUT = {
    "reports.journey": {"paths", "visits"},
    "reports.retention": {"day", "period", "returnVisitors", "sum", "cumulative", "perVisitor", "cohorts"},
    "reports.insights": {"weekday", "count"},
    "reports.funnel": {"dropoff", "dropped", "remaining", "visits", "minWait", "maximum", "median", "average", "minimum", "p90", "continued", "count"},
    "reports.goals": {"visitRate"},
    "websites.stats": {"totaltime"},
    "GET /api/websites/6abed004-6a21-4968-9a30-6f409f07267c/stats": {"totaltime"},
    "websites.eventData.events": {"dataType"},
    "websites.events.list": {"total", "page", "pageSize"},
    "umami.reports": {"page", "pageSize"},
}
RANGE = {"startDate": "2026-04-01", "endDate": "2026-04-30", "timezone": "Europe/Berlin"}
WEBSITE = "6abed004-6a21-4968-9a30-6f409f07267c"
SAVED = [
    ("funnel", "Way to the cart", {"window": 60, "steps": [{"type": "url", "value": "/"}, {"type": "event", "value": "add-to-cart"}]}),
    ("goals", "Goals of the spring", {"goals": [{"type": "event", "value": "signup", "goal": 25}]}),
    ("insights", "Countries and devices", {"fields": [{"name": "country"}, {"name": "device"}]}),
]
SEGMENT = [{"name": "country", "operator": "eq", "value": "DE"}]


def shown_number(cell):
    """The number of a cell: the exact one, or that of its text. None for a text."""
    text, exact = cell
    try:
        return float(exact if exact is not None else text.replace(",", ""))
    except ValueError:
        return None


def decimals(cell):
    text, exact = cell
    return 15 if exact is not None else len(text.partition(".")[2])


def is_same(cell, expected):
    """Whether a cell shows what is expected: a text, None for nothing, or a number, which texts may round."""
    if expected is None:
        return cell[0] == ""
    if isinstance(expected, str):
        return cell[0] == expected
    number = shown_number(cell)
    if number is None:
        return False
    return abs(number - expected) <= max(0.5000001 * 10 ** -decimals(cell) if cell[1] is None and "." in cell[0] else 0, 1e-12 * abs(expected))


def compare(title, columns, rows, tables):
    """What differs between the table with a title and the expected columns and rows."""
    found = [table for table in tables if table["title"] == title]
    if len(found) != 1:
        return [f"{len(found)} tables are named {title!r}"]
    table = found[0]
    if table["columns"] != columns:
        return [f"{title} has the columns {table['columns']}, not {columns}"]
    if len(table["rows"]) != len(rows):
        return [f"{title} has {len(table['rows'])} rows, not {len(rows)}"]
    return [
        f"{title}, row {number}, {column}: {cell[0]!r} ({cell[1]}) is not {expected!r}"
        for number, (row, expected_row) in enumerate(zip(table["rows"], rows))
        for column, cell, expected in zip(columns, row, expected_row, strict=True) if not is_same(cell, expected)
    ]


def change(now, before):
    """The share by which a number has changed; `new` from zero, and nothing from nothing."""
    if now is None or before is None:
        return None
    if before == 0:
        return "new" if now else None
    return (now - before) / abs(before)


def name(text):
    return text or "(none)"


def day_texts(points):
    """The local days of points that begin at midnight in Berlin in summer, or in the March before it."""
    import datetime
    import zoneinfo
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    return [f"{datetime.datetime.fromisoformat(point.replace('Z', '+00:00')).astimezone(zone):%Y-%m-%d}" for point in points]


def check(checks, footfall, folder, drawn):
    store = folder / "numbers.db"
    footfall.run("import", store, *documents.STORE)
    base = {"websiteId": WEBSITE}
    dates = {"dateRange": {name: RANGE[name] for name in ("startDate", "endDate")}, "timezone": RANGE["timezone"]}
    saved = [("reports.create", base | {"type": kind, "name": name, "description": "", "parameters": params | {"dateRange": dates["dateRange"]}})
             for kind, name, params in SAVED]
    saved.append(("reports.create", base | {"type": "segment", "name": "Germany", "description": "", "parameters": {"filters": SEGMENT}}))
    footfall.replies(saved, store)
    path = folder / "numbers.html"
    footfall.run("page", store, "--no-cache", "-o", path, "--from", RANGE["startDate"], "--to", RANGE["endDate"], "--timezone", RANGE["timezone"],
                 "--title", "Bob's \"shop\" & <i>$HOME</i> `x`", "--filter", "url!=/a b'c,/d")
    checks.count += 1
    page = documents.Document("numbers of a page", path)
    checks.report(page.name, checks.open(page))
    tables = checks.browser.run(using.TABLES)
    faults, compared = section_faults(footfall, store, tables)
    saved_titles = {table["title"] for table in tables} - compared
    faults += saved_faults(footfall, store, tables, saved_titles)
    checks.report(page.name, faults + command_faults(footfall, checks.browser, page))
    sources = []
    for document in drawn:
        if document.is_page:
            if document.tables is None:
                checks.open(document)
                document.tables, document.source = checks.browser.run(using.TABLES), checks.browser.run(using.SOURCE)
            checks.report(document.name, result_faults(document, document.tables))
            sources.append((document, document.source))
    checks.report("foot", origin_faults(footfall, sources))


def section_faults(footfall, store, tables):
    base, dates = {"websiteId": WEBSITE}, {"dateRange": {name: RANGE[name] for name in ("startDate", "endDate")}, "timezone": RANGE["timezone"]}
    tops = {
        "Pages": "path", "Entry pages": "entry", "Exit pages": "exit", "Sources": "referrer", "Channels": "channel",
        "Campaigns": "utmCampaign", "Countries": "country", "Devices": "device", "Browsers": "browser", "Events": "event",
    }
    requests = [
        ("websites.stats", base | RANGE | {"compare": "prev", "metrics": True}),
        ("websites.series", base | RANGE | {"metrics": ["visitors", "pageviews"], "unit": "day", "compare": {"mode": "previous"}}),
        ("websites.sessions.weekly", base | RANGE),
        ("reports.retention", base | dates | {"unit": "week", "periods": 12, "dense": True}),
        ("reports.journey", base | dates | {"output": "graph", "steps": 3, "nodes": 6}),
        ("websites.stats", base | RANGE | {"filters": SEGMENT, "metrics": True}),
        ("reports.currencies", base | RANGE),
    ] + [("websites.metrics", base | RANGE | {"type": type, "limit": 10}) for type in tops.values()]
    stats, series, weekly, retention, journey, segment, currencies, *tops_results = footfall.replies(requests, store)
    faults, titles = [], set()

    def expect(title, columns, rows):
        titles.add(title)
        faults.extend(compare(title, columns, rows, tables))

    expect("Summary", ["number", "now", "before", "change"], [
        [title, stats[member], stats["comparison"].get(member), change(stats[member], stats["comparison"].get(member))]
        for title, member in METRICS.items()])
    now, before = series["result"], series["comparison"]
    expect("Visitors and pageviews", ["day", "visitors", "pageviews", "visitors before", "change"], [
        [day, point["visitors"], point["pageviews"], earlier["visitors"], change(point["visitors"], earlier["visitors"])]
        for day, point, earlier in zip(day_texts(point["t"] for point in now), now, before, strict=True)])
    for (title, type), rows in zip(tops.items(), tops_results, strict=True):
        expect(title, [type, "events" if type == "event" else "visitors"], [[name(row["x"]), row["y"]] for row in rows])
    expect("Visitors by weekday and hour", ["weekday"] + [f"{hour}:00" for hour in range(24)],
           [[WEEK[day % 7], *weekly[day % 7]] for day in range(1, 8)])
    cohorts = {}
    for cell in retention:
        cohorts.setdefault(cell["date"], {})[cell["period"]] = cell
    periods = max(max(cells) for cells in cohorts.values())
    expect("Retention", ["week", "visitors"] + [f"week {period}" for period in range(1, periods + 1)], [
        [day, cells[0]["visitors"]] + [cells[period]["percentage"] if period in cells else None for period in range(1, periods + 1)]
        for day, cells in zip(day_texts(cohorts), cohorts.values())])
    nodes = sorted(journey["nodes"], key=lambda node: (node["step"], node["item"] is None))
    item = lambda text: "(others)" if text is None else name(text)
    expect("Journeys", ["step", "item", "next item", "visits", "ended here"], [
        [node["step"], item(node["item"]), None, node["count"], node["exits"]] for node in nodes
    ] + [[link["step"], item(link["from"]), item(link["to"]), link["count"], None] for link in journey["links"]])
    columns = ["visitors", "visits", "pageviews", "bounce rate", "time per visit"]
    expect("Segments", ["segment"] + columns, [["Germany"] + [segment[METRICS[column]] for column in columns]])
    for currency in [row["currency"] for row in currencies]:
        faults += revenue_faults(footfall, store, currency, base | dates, expect)
    return faults, titles


def revenue_faults(footfall, store, currency, params, expect):
    result, days = footfall.replies([
        ("reports.revenue", params | {"currency": currency, "dateRange": params["dateRange"] | {"unit": "day"}}),
        ("websites.series", {"websiteId": WEBSITE} | RANGE | {"unit": "day"}),
    ], store)
    names = list(dict.fromkeys(row["x"] for row in result["chart"]))
    amounts = {(row["x"], row["t"]): row["y"] for row in result["chart"]}
    starts = [point["t"] for point in days]
    if not {time for _, time in amounts} <= set(starts):
        return [f"revenue in {currency} at times outside of the days"]
    expect(f"Revenue: {result['total']['sum']:,.2f} {currency}", ["day"] + names,
           [[day] + [amounts.get((name, start), 0) for name in names] for day, start in zip(day_texts(starts), starts)])
    expect(f"Revenue by country, {currency}", ["country", currency], [[name(row["name"]), row["value"]] for row in result["country"]])
    expect("Currencies", ["currency", "sum", "events", "visitors"],
           [[row["currency"], row["sum"], row["count"], row["unique_count"]] for row in result["table"]])
    return []


def saved_faults(footfall, store, tables, titles):
    faults = []
    own = {report["name"]: report["id"] for report in footfall.replies([("reports.list", {"websiteId": WEBSITE})], store)[0]["data"]}
    for _, name, _ in SAVED:
        of_report = [table for table in tables if table["title"] in titles and table["title"].startswith(name)]
        params = {"reportId": own[name], "dateRange": {name: RANGE[name] for name in ("startDate", "endDate")}, "timezone": RANGE["timezone"]}
        result = footfall.replies([("reports.run", params)], store)[0]
        if not of_report:
            faults.append(f"no table of the saved report {name}")
        faults += [f"{name}: {fault}" for fault in missing_numbers(result, of_report)]
        titles = titles - {table["title"] for table in of_report}
    return faults + [f"a table that no request explains: {title}" for title in titles]


def numbers_in(value):
    """The numbers of a result, with the name of the member that has each."""
    stack, found = [("", value)], []
    while stack:
        place, part = stack.pop()
        if isinstance(part, dict):
            # All come in their first period.
            if part.get("period") != 0 and part.get("day") != 0:
                stack += part.items()
        elif isinstance(part, list):
            stack += [(place, element) for element in part]
        elif isinstance(part, (int, float)) and not isinstance(part, bool):
            found.append((place, part))
    return found


def missing_numbers(result, tables, left_out=()):
    titles = [[text, None] for table in tables for text in re.findall(r"[\d,.]+", table["title"])]
    cells = [cell for cell in titles if shown_number(cell) is not None] + [cell for table in tables for row in table["rows"] for cell in row if shown_number(cell) is not None]
    exact = {shown_number(cell) for cell in cells}
    rounded = [cell for cell in cells if cell[1] is None and "." in cell[0]]
    missing = {}
    for place, number in numbers_in(result):
        # Rates are shown in percent, whether a result has them as shares or in percent.
        if number in exact or number / 100 in exact or number * 100 in exact or number == 0 or place in left_out:
            continue
        if any(is_same(cell, number) for cell in rounded):
            continue
        missing.setdefault(place, []).append(number)
    return [f"{len(numbers)} numbers {place} are not in the tables, such as {numbers[0]}" for place, numbers in missing.items()]


def result_faults(document, tables):
    """Every number of a result is in the tables of its document."""
    left_out = LEFT_OUT.get(document.method.partition("?")[0], set())
    # Lines of several values are drawn of the first metric.
    if document.method == "websites.series" and document.params.get("by"):
        left_out = left_out | set(document.params["metrics"][1:])
    return missing_numbers(document.result, tables, left_out)


def origin_faults(footfall, sources):
    """The foot of a document has the request that makes it again."""
    requests = [json.loads(source) for _, source in sources]
    results = footfall.replies([(request["method"], request["params"]) for request in requests], *documents.STORE)
    return [f"{document.name} is made with {source}, which has another result"
            for (document, source), result in zip(sources, results, strict=True) if result != document.result]


def command_faults(footfall, browser, document):
    """The foot of a page has the command that makes it again, as a shell takes it."""
    words = shlex.split(browser.run(using.SOURCE))
    again = footfall.run(*words[1:], "-o", "-")
    return [] if words[0] == "footfall" and again == document.text else [f"{words} makes another page"]
