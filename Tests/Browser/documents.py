"""The documents that the checks look at: pages, and every report and traffic method as HTML and as SVG."""

import csv
import json
import pathlib

import event_sets

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
STORE = [EXAMPLES / "website_event.csv", EXAMPLES / "event_data.csv"]

# They change the store, or have no result to draw.
UNDRAWN = ("reports.create", "reports.update", "reports.delete", "reports.get", "reports.list", "reports.run", "events.append")


def example_requests():
    """The requests of the examples that have a result to draw, by name."""
    refused = [json.loads(line).get("id") for line in (EXAMPLES / "replies.ndjson").read_text().splitlines() if '"error":' in line]
    requests = {}
    for line in (EXAMPLES / "requests.ndjson").read_text().splitlines():
        request = json.loads(line)
        if "id" not in request or request["id"] in refused or request["method"] in UNDRAWN:
            continue
        params = request.get("params") or {name: value for name, value in request.items() if name not in ("jsonrpc", "id", "method")}
        requests[f"{request['method']} ({request['id']})"] = (request["method"], params)
    return requests


def range_of(first, last):
    return {"startDate": first, "endDate": last}


def shape_requests():
    """Requests whose charts have no point, one, two, 400 and 10,000, only zeros, negative sums, one bucket, long labels and
    labels written from right to left, by name."""
    base = {"websiteId": event_sets.WEBSITE}
    nothing = {"filters": [{"name": "country", "operator": "eq", "value": "none"}]}
    whole = range_of("2026-01-01", "2027-02-21")
    requests = {
        "10,000 points": ("websites.series", base | whole | {"unit": "hour", "metrics": ["pageviews", "visitors"]}),
        "3,000 points of three values": ("websites.series", base | range_of("2026-01-01", "2026-05-05") | {
            "unit": "hour", "metrics": ["visitors"], "by": {"name": "country", "limit": 3}}),
        "400 points": ("websites.series", base | range_of("2026-01-01", "2027-02-04") | {"unit": "day", "metrics": ["visitors"]}),
        "400 points compared": ("websites.series", base | range_of("2026-01-15", "2027-02-18") | {
            "unit": "day", "metrics": ["visitors"], "compare": {"mode": "shift", "unit": "week", "count": 1}}),
        "2 points": ("websites.series", base | range_of("2026-02-01", "2026-02-02") | {"unit": "day"}),
        "1 point": ("websites.series", base | range_of("2026-02-01", "2026-02-01") | {"unit": "day"}),
        "1 point, not complete": ("websites.series", base | range_of("2026-02-03", "2026-02-09") | {"unit": "month"}),
        "zeros": ("websites.series", base | range_of("2026-02-01", "2026-02-20") | {"unit": "day"} | nothing),
        "1 zero": ("websites.series", base | range_of("2025-02-01", "2025-02-01") | {"unit": "day"}),
        "rates": ("websites.series", base | range_of("2026-02-01", "2026-02-20") | {"metrics": ["bounceRate", "averageTime"]}),
        "series of long labels": ("websites.series", base | range_of("2026-02-01", "2026-03-20") | {
            "metrics": ["visitors"], "by": {"name": "path", "limit": 8, "rest": True}}),
        "no values": ("websites.metrics", base | range_of("2025-02-01", "2025-02-01") | {"type": "path"}),
        "long labels": ("websites.metrics", base | whole | {"type": "path"}),
        "long labels compared": ("websites.metrics", base | whole | {
            "type": "path", "compare": {"mode": "shift", "unit": "week", "count": 1}}),
        "long labels expanded": ("websites.metrics.expanded", base | whole | {"type": "path"}),
        "no hours": ("websites.sessions.weekly", base | range_of("2025-02-01", "2025-02-01")),
        "no totals": ("websites.stats", base | range_of("2025-02-01", "2025-02-01")),
        "totals from nothing": ("websites.stats", base | range_of("2026-01-01", "2026-02-01") | {"compare": "prev"}),
    }
    dates = {"dateRange": whole}
    early = {"dateRange": range_of("2025-02-01", "2025-02-03")}
    steps = [{"type": "url", "value": "/" + "very-long*"}, {"type": "url", "value": "שלום עולם"}, {"type": "event", "value": "purchase"}]
    reports = {
        "reports.revenue": [dates | {"currency": "EUR"}, {"dateRange": whole | {"unit": "year"}, "currency": "EUR"},
                            early | {"currency": "EUR"}],
        "reports.goals": [range | {"goals": [
            {"type": "event-data", "value": "refund", "property": "revenue", "operator": "sum", "goal": 100},
            {"type": "url", "value": "שלום עולם", "goal": 3}, {"type": "url", "value": "/short", "goal": 100_000},
        ]} for range in (dates, early)],
        "reports.funnel": [range | {"window": 60, "steps": steps} for range in (dates, early)]
                          + [dates | {"window": 60, "steps": steps[:2] * 4, "breakdown": {"name": "country"}}],
        "reports.journey": [range | graph | {"steps": 5} for range in (dates, early) for graph in (
            {}, {"output": "graph", "nodes": 3}, {"output": "graph", "nodes": 40})],
        "reports.retention": [range | unit for range in (dates, early) for unit in (
            {"unit": "month", "periods": 12}, {"unit": "week", "periods": 52, "dense": True})]
                             + [{"dateRange": range_of("2026-01-01", "2026-07-19"), "unit": "day"}],
        "reports.attribution": [range | {"model": "firstClick", "steps": steps[2:]} | currency for range in (dates, early)
                                for currency in ({}, {"currency": "EUR"})],
        "reports.utm": [dates, early],
        "reports.insights": [range | {"fields": fields} for range in (dates, early) for fields in (
            [{"name": "path"}], [{"name": "path"}, {"name": "title"}, {"name": "country"}], [{"name": "weekday"}, {"name": "hour"}],
            [{"name": "time:month"}])],
        "reports.currencies": [range_of("2025-02-01", "2025-02-03")],
    }
    for method, list_of_params in reports.items():
        for number, params in enumerate(list_of_params):
            requests[f"{method} {number}"] = (method, base | params)
    return requests


def hostile_requests():
    """A request of each kind over the hostile events, with hostile texts in its params, by name."""
    base = {"websiteId": event_sets.WEBSITE}
    dates = range_of("2026-01-01", "2026-01-08")
    texts = event_sets.HOSTILE_TEXTS
    requests = {}
    for column in ("path", "entry", "exit", "referrer", "domain", "title", "query", "event", "tag", "country", "city", "region",
                   "browser", "os", "device", "language", "hostname", "utmCampaign", "utmTerm"):
        requests[f"hostile {column}"] = ("websites.metrics", base | dates | {"type": column})
    requests |= {
        "hostile expanded": ("websites.metrics.expanded", base | dates | {"type": "path"}),
        "hostile series": ("websites.series", base | dates | {"metrics": ["visitors"], "by": {"name": "event", "limit": 30}}),
        "hostile properties": ("websites.eventData.properties", base | dates),
        "hostile values": ("websites.eventData.values", base | dates | {"event": texts[0], "propertyName": texts[0]}),
        "hostile events": ("websites.events.series", base | dates),
        "hostile list": ("websites.events.list", base | dates),
    }
    for number, text in list(enumerate(texts))[::4]:
        later = texts[(number + 7) % len(texts)]
        requests[f"hostile funnel {number}"] = ("reports.funnel", base | {
            "dateRange": dates, "window": 60, "steps": [{"type": "url", "value": text[:500]}, {"type": "event", "value": later[:500]}]})
    requests |= {
        "hostile goals": ("reports.goals", base | {"dateRange": dates, "goals": [
            {"type": "url", "value": text[:500], "goal": 1} for text in texts]}),
        "hostile attribution": ("reports.attribution", base | {
            "dateRange": dates, "model": "firstClick", "steps": [{"type": "event", "value": texts[0]}]}),
        "hostile utm": ("reports.utm", base | {"dateRange": dates}),
        "hostile journey": ("reports.journey", base | {"dateRange": dates, "steps": 4}),
        "hostile graph": ("reports.journey", base | {"dateRange": dates, "steps": 4, "output": "graph", "nodes": 20}),
        "hostile currencies": ("reports.currencies", base | dates),
        "hostile revenue": ("reports.revenue", base | {"dateRange": dates, "currency": texts[0]}),
        "hostile insights": ("reports.insights", base | {
            "dateRange": dates, "fields": [{"name": "path"}, {"name": f"property:{texts[0]}"}],
            "filters": [{"name": "path", "operator": "dnc", "value": text} for text in texts[1:3]]}),
        "hostile retention": ("reports.retention", base | {
            "dateRange": dates, "unit": "day", "breakdown": {"name": "path", "limit": 4}}),
    }
    return requests


class Document:
    """A file to open. `result` is what the same request returns without a format."""

    def __init__(self, name, path, result=None, method=None, params=None):
        self.name, self.path, self.result, self.method, self.params = name, path, result, method, params
        # What a browser found in it.
        self.tables = self.source = None

    @property
    def is_page(self):
        return self.path.suffix == ".html"

    @property
    def text(self):
        return self.path.read_text(encoding="utf-8")


def drawn(footfall, requests, folder, *stores):
    """Each request as HTML and as SVG, and its result."""
    folder.mkdir(parents=True, exist_ok=True)
    forms = [{}, {"format": "html"}, {"format": "svg"}]
    replies = iter(footfall.replies(
        [(method, params | form) for method, params in requests.values() for form in forms], *stores))
    documents = []
    for number, (name, (method, params)) in enumerate(requests.items()):
        result = next(replies)
        for ending in ("html", "svg"):
            reply = next(replies)
            assert reply["contentType"].startswith("text/html" if ending == "html" else "image/svg+xml"), (name, reply["contentType"])
            path = folder / f"{number}.{ending}"
            path.write_text(reply["text"], encoding="utf-8", newline="")
            documents.append(Document(f"{name} as {ending}", path, result, method, params))
    return documents
