"""Event sets whose pages are hard to draw: hostile texts, long labels, few and many points, negative sums."""

import csv
import datetime
import json
import sqlite3
import uuid

WEBSITE = "00000000-0000-4000-8000-000000000001"

# What a browser would run or load if a page took it for anything but a text. `__x` is what the scripts would set.
HOSTILE_TEXTS = [
    "</script><img src=x onerror=__x=1>",
    "<script>__x=2</script>",
    '"><svg onload=__x=3>',
    "' onmouseover='__x=4' x='",
    "javascript:__x=5",
    "</style><style>*{display:none!important}</style>",
    "</title></desc></text></svg><b id=__x>",
    "]]>--><!--<![CDATA[<?xml",
    "&#60;i&#62;&amp;&lt;script&gt;__x=6&lt;/script&gt;",
    '<a href="https://evil.example/">here</a>',
    "https://evil.example/?a=1&b=2",
    "url(https://evil.example/x.png)}*{background:url(https://evil.example/y.png)",
    "data:text/html,<script>__x=7</script>",
    "</table></details><iframe srcdoc='<script>parent.__x=8</script>'>",
    "\u202egnp.exe\u202c \u2066isolated\u2069 \u200e\u200f\u061c",
    "\x01\x1b[31mred\x7f\x85",
    "\u2028line\u2029paragraph\ufeff\ufffe\U0001ffff",
    "__proto__",
    "constructor",
    "\\u003cscript\\u003e__x=9\\n${__x=10}`{{__x=11}}",
    "%3Cscript%3E__x=12%3C/script%3E",
    "a" * 3000,
    "עברית ארוכה (12)",
    "مرحبا بالعالم 34%",
    "漢字" * 30,
    "👩‍👩‍👧 z̸̡̢̛̛̗a̴l̵g̷o",
]

EVENT_COLUMNS = [
    "website_id", "session_id", "visit_id", "event_id", "hostname", "browser", "os", "device", "language", "country", "region",
    "city", "url_path", "url_query", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "referrer_domain",
    "page_title", "gclid", "event_type", "event_name", "tag", "distinct_id", "created_at",
]
TEXT_COLUMNS = [
    "hostname", "browser", "os", "device", "language", "country", "region", "city", "url_path", "url_query", "utm_source",
    "utm_medium", "utm_campaign", "utm_content", "utm_term", "referrer_domain", "page_title", "gclid", "tag", "distinct_id",
]
DATA_COLUMNS = [
    "website_id", "session_id", "event_id", "event_name", "data_key", "string_value", "number_value", "data_type", "created_at",
]


class EventSet:
    def __init__(self, website=WEBSITE):
        self.website, self.events, self.properties = website, [], []

    def add(self, visitor, minutes, name=None, **values):
        """Adds an event at so many minutes after the start of 2026; a pageview if it has no name. Returns its id."""
        time = datetime.datetime(2026, 1, 1) + datetime.timedelta(minutes=minutes)
        event = {
            "website_id": self.website, "session_id": self.id("session", visitor),
            "visit_id": self.id("visit", visitor, int(minutes // 30)), "event_id": self.id("event", len(self.events)),
            "event_type": 2 if name else 1, "event_name": name or "", "created_at": f"{time:%Y-%m-%d %H:%M:%S}",
        }
        self.events.append(event | values)
        return self.events[-1]

    def add_property(self, event, key, value):
        is_text = isinstance(value, str)
        own = {name: event[name] for name in ("website_id", "session_id", "event_id", "event_name", "created_at")}
        self.properties.append(own | {
            "data_key": key, "data_type": 1 if is_text else 2, "string_value": value if is_text else f"{value:.4f}",
            "number_value": "" if is_text else value,
        })

    def id(self, *parts):
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.website} {parts}"))

    def write(self, folder):
        """Writes the files of the set into a folder, and returns their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, columns, rows in [
            ("website_event", EVENT_COLUMNS, self.events), ("event_data", DATA_COLUMNS, self.properties),
        ]:
            paths.append(folder / f"{name}.csv")
            with open(paths[-1], "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns, restval="", quoting=csv.QUOTE_ALL)
                writer.writeheader()
                writer.writerows(rows)
        return paths


def hostile(website=WEBSITE):
    """Every hostile text in every column, in names and values of properties, in event names and currencies."""
    events = EventSet(website)
    count = len(HOSTILE_TEXTS)
    for number in range(count):
        # Each column has every text, and no two columns of an event the same one.
        texts = {column: HOSTILE_TEXTS[(number + place) % count] for place, column in enumerate(TEXT_COLUMNS)}
        text = HOSTILE_TEXTS[number]
        for visit in range(2):
            # The visits of the following days make a retention grid.
            start = number * 97 + visit * 1440
            events.add(number, start, **texts)
            events.add(number, start + 1, **texts | {"url_path": HOSTILE_TEXTS[(number + 7) % count]})
            event = events.add(number, start + 2, text, **texts)
            events.add_property(event, text, HOSTILE_TEXTS[(number + 3) % count])
            events.add_property(event, "revenue", 10.5 + number)
            events.add_property(event, "currency", "EUR" if number % 3 else text)
    return events


def hostile_store(footfall, folder):
    """The hostile events as an SQLite file with a hostile name, two websites, saved reports and segments."""
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "a'\"><img src=x onerror=__x=13>&amp;\u202e.db"
    second = "javascript:__x=14//"
    paths = hostile().write(folder / "first") + hostile(second).write(folder / "second")
    footfall.run("import", store, *paths)
    with sqlite3.connect(store) as database:
        database.execute("DELETE FROM website")
        database.executemany("INSERT INTO website (website_id, name, domain) VALUES (?, ?, ?)", [
            (WEBSITE, HOSTILE_TEXTS[0] + "/../../", HOSTILE_TEXTS[4]), (second, "../" + HOSTILE_TEXTS[6], HOSTILE_TEXTS[10]),
        ])
        saved = []
        for number, text in enumerate(HOSTILE_TEXTS):
            report = {"fields": [{"name": "path"}]} if number % 2 else {"filters": [{"name": "path", "operator": "eq", "value": text}]}
            report |= {"dateRange": {"startDate": "2026-01-01", "endDate": "2026-01-05"}}
            saved.append((str(uuid.UUID(int=number + 1)), WEBSITE, "insights" if number % 2 else "segment", text, text,
                          json.dumps(report), 0, 0))
        database.executemany(
            "INSERT INTO report (report_id, website_id, type, name, description, parameters, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", saved)
    return store


def shapes():
    """Events of 14 months, with long labels and labels that are written from right to left, and negative amounts."""
    events = EventSet()
    labels = [
        "/" + "very-long-label-without-a-place-to-break-" * 15, "/" + "many words " * 30, "שלום עולם", "مرحبا بالعالم",
        "/short", "", "/混合 mixed עברית 12", "/" + "W" * 80,
    ]
    for hour in range(0, 10_000, 7):
        # A course with a season, so that charts have something to show.
        for visitor in range(1 + (hour // 7) % 5 + (hour // 2000) % 3):
            start = hour * 60 + visitor * 7
            label = labels[(hour // 7 + visitor) % len(labels)]
            values = {
                "country": ["DE", "FR", "US", ""][visitor % 4], "url_path": label, "page_title": label, "utm_campaign": label,
                "referrer_domain": ["a.example", "ב.example", "c.example" * 9][visitor % 3], "browser": label[:200],
            }
            events.add(hour % 901 + visitor, start, **values)
            events.add(hour % 901 + visitor, start + 3, **values | {"url_path": labels[(hour + visitor + 1) % len(labels)]})
            if hour % 3 == 0:
                event = events.add(hour % 901 + visitor, start + 5, ["refund", "שלום", "purchase"][hour % 4 % 3], **values)
                events.add_property(event, "revenue", 25.5 if hour % 2 else -1234.25)
                events.add_property(event, "currency", "EUR")
    return events
