#!/usr/bin/env python3
"""Measures the base reports of Footfall against Umami's own queries, on one ClickHouse engine in one run.

    python3 benchmark.py --program ../../.build/release/footfall-clickhouse --events /tmp/events

`--events` is a directory with website_event.csv and event_data.csv. Without it, the `benchmark` next to the program makes one
million events of a year. They are loaded once, into the tables of Umami 3.1 (load.py), of a server.py that this program starts.

Per report it asks Umami's statements and Footfall's request in turn, `--runs` times after one that is not counted, and prints
medians in milliseconds. `--umami` is the version whose statements and requests are compared: 3.1, 2.18 or both (default). In 2.18
some reports are other ones: UTM parameters are read from query strings, and goals count events.

What is counted:

- Umami: its statements as its server sends them (POST, JSONEachRow, typed parameters, a connection that stays open), until the
  last byte has arrived. Those that it starts together with Promise.all run side by side here, the others one after the other.
  What Node makes of the rows is not counted.
- Footfall: from the write of the request to the process that is already running until the reply has arrived.
- CPU: the processor time of the server for one run, which other programs disturb less than the other times (Linux).
- Statements, rest: three more runs go through a relay, which adds up how long the server took from each statement to the end of
  its answer; `rest` is the remaining time of the request, the relay's (about 1 ms for each statement) included.
- First reply: from the spawn of a process to its first reply, through the relay as well.

Both pay for each statement what server.py and chdb need to start one, a few milliseconds (`SELECT 1` at the bottom).
"""

import argparse
import concurrent.futures
import http.client
import http.server
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "umami"
ZONE = "Europe/Berlin"
START, END = 1717200000, 1748735999  # 2024-06-01T00:00:00Z to 2025-05-31T23:59:59Z
YEAR = END + 1 - START
RELAYED_RUNS = 3

# Umami's statements. `in_range` are the conditions that all of them begin with.

IN_RANGE = "website_id = {websiteId:UUID} AND created_at BETWEEN {startDate:DateTime64} AND {endDate:DateTime64}"
DAY = "toDateTime(date_trunc('day', %s, '" + ZONE + "'), '" + ZONE + "')"
UTM = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"]
CLICK_IDS = ("multiIf(gclid != '', 'Google Ads', fbclid != '', 'Facebook / Meta', msclkid != '', 'Microsoft Ads', "
             "ttclid != '', 'TikTok Ads', li_fat_id != '', 'LinkedIn Ads', twclid != '', 'Twitter Ads (X)', '')")


def insights(fields, order):
    """Pageviews by fields: stays of (session, visit) first, then the sums over them."""
    names = ", ".join(f'"{name}"' for name in fields)
    columns = ", ".join(f'{column} AS "{name}"' for name, column in fields.items())
    return f"""SELECT sum(t.c) AS "views", count(DISTINCT t.session_id) AS "visitors", count(DISTINCT t.visit_id) AS "visits",
        sum(if(t.c = 1, 1, 0)) AS "bounces", sum(max_time - min_time) AS "totaltime", {names}
        FROM (SELECT {columns}, session_id, visit_id, count(*) c, min(created_at) min_time, max(created_at) max_time
              FROM website_event WHERE {IN_RANGE} AND event_type IN (1) GROUP BY {names}, session_id, visit_id) AS t
        GROUP BY {names} ORDER BY {order} LIMIT 500"""


def funnel(steps, minutes, version):
    """Levels 1 to n: events of the step, each joined to those of the level before within the window."""
    id = "event_id, " if version == "3.1" else ""
    tests = [f"{column} = {{step{index}:String}}" for index, column in enumerate(steps)]
    parts = [f"""level0 AS (SELECT DISTINCT {id}session_id, url_path, referrer_path, event_name, created_at FROM website_event
        WHERE ({" OR ".join(tests)}) AND {IN_RANGE})""", f"level1 AS (SELECT * FROM level0 WHERE {tests[0]})"]
    for level, test in list(enumerate(tests, 1))[1:]:
        parts.append(f"""level{level} AS (SELECT DISTINCT y.session_id AS session_id, y.url_path AS url_path,
            y.referrer_path AS referrer_path, y.event_name, {id and "y.event_id, "}y.created_at AS created_at
            FROM level{level - 1} x JOIN level0 y ON x.session_id = y.session_id
            WHERE y.created_at BETWEEN x.created_at AND x.created_at + INTERVAL {minutes} MINUTE AND y.{test})""")
    counts = " UNION ALL ".join(f"SELECT {level} AS level, count(DISTINCT(session_id)) AS count FROM level{level}"
                                for level in range(1, len(steps) + 1))
    return f"WITH {', '.join(parts)} SELECT * FROM ({counts}) ORDER BY level"


def journey(steps):
    """The first items of each visit, one column for each step."""
    items = ", ".join(f"max(CASE WHEN event_number = {step} THEN event ELSE NULL END) AS e{step}" for step in range(1, steps + 1))
    names = ", ".join(f"s.e{step}" for step in range(1, steps + 1))
    return f"""WITH events AS (SELECT DISTINCT visit_id, coalesce(nullIf(event_name, ''), url_path) event,
            row_number() OVER (PARTITION BY visit_id ORDER BY created_at) AS event_number FROM website_event WHERE {IN_RANGE}),
        sequences AS (SELECT {names}, count(*) count FROM (SELECT visit_id, {items} FROM events GROUP BY visit_id) s GROUP BY {names})
        SELECT * FROM sequences WHERE 1 = 1 ORDER BY count DESC LIMIT 100"""


def retention(version):
    """Cohorts by the first day, joined to the days on which their visitors came, joined to their sizes."""
    days = f"({DAY % 'created_at'} - c.cohort_date) / 86400"
    return f"""WITH cohort_items AS (SELECT min({DAY % 'created_at'}) AS cohort_date, session_id FROM website_event WHERE {IN_RANGE}
            GROUP BY session_id),
        user_activities AS (SELECT DISTINCT w.session_id AS session_id, {f"toInt32({days})" if version == "3.1" else days} AS day_number
            FROM website_event w JOIN cohort_items c ON w.session_id = c.session_id WHERE {IN_RANGE}),
        cohort_size AS (SELECT cohort_date, count(*) AS visitors FROM cohort_items GROUP BY 1 ORDER BY 1),
        cohort_date AS (SELECT c.cohort_date, a.day_number, count(*) AS visitors FROM user_activities a
            JOIN cohort_items c ON a.session_id = c.session_id GROUP BY 1, 2)
        SELECT c.cohort_date AS date, c.day_number AS day, s.visitors AS visitors, c.visitors returnVisitors,
            c.visitors * 100 / s.visitors AS percentage
        FROM cohort_date c JOIN cohort_size s ON c.cohort_date = s.cohort_date WHERE c.day_number <= 31 ORDER BY 1, 2"""


def attribution(version):
    """Seven lists, each with the conversions and the touches found again; then the total. Umami awaits one after the other."""
    events = f"(SELECT * FROM website_event WHERE {IN_RANGE})" if version == "3.1" else "website_event"
    touched = "true" if version == "3.1" else IN_RANGE.replace("website_id", "we.website_id", 1).replace("created_at", "we.created_at")
    conversion = f"{IN_RANGE} AND event_name = {{step:String}} AND event_type IN (2)"

    def list(name, condition):
        return f"""WITH events AS (SELECT DISTINCT session_id, max(created_at) max_dt FROM website_event WHERE {conversion} GROUP BY 1),
            model AS (SELECT e.session_id, max(we.created_at) created_at FROM events e JOIN {events} we ON we.session_id = e.session_id
                WHERE {touched} AND we.created_at < e.max_dt GROUP BY e.session_id)
            SELECT {name} name, uniqExact(we.session_id) value FROM model m
            JOIN {events} we ON we.created_at = m.created_at AND we.session_id = m.session_id
            WHERE {touched} AND {condition} GROUP BY 1 ORDER BY 2 DESC LIMIT 20"""

    lists = [list("we.referrer_domain", "we.referrer_domain != hostname AND we.referrer_domain != ''"), list(CLICK_IDS, "name != ''")]
    lists += [list(f"we.{column}", f"we.{column} != ''") for column in UTM]
    return lists + [f"""SELECT count(*) AS "pageviews", uniqExact(session_id) AS "visitors", uniqExact(visit_id) AS "visits"
        FROM website_event WHERE {conversion}"""]


# Goals of 2.18: one statement for each kind of goal, awaited one after the other.
GOALS_218 = [
    f"""SELECT countIf(url_path = {{url0:String}}) AS URL0, countIf(url_path = {{url1:String}}) AS URL1 FROM website_event
    WHERE {IN_RANGE} AND url_path IN ({{url0:String}}, {{url1:String}})""",
    f"SELECT countIf(event_name = {{event0:String}}) AS EVENT0 FROM website_event WHERE {IN_RANGE} AND event_name IN ({{event0:String}})",
    f"""SELECT sumIf(number_value, event_name = {{data0:String}} AND data_key = {{property0:String}}) AS EVENT_DATA0 FROM event_data
    WHERE {IN_RANGE} AND event_name IN ({{data0:String}}) AND data_key IN ({{property0:String}})""",
]
# The goal of 3.1: sessions with it, and all sessions as a sub-query.
ZONED_RANGE = ("website_id = {websiteId:UUID} AND created_at BETWEEN toTimezone({startDate:DateTime64}, {timezone:String}) "
               "AND toTimezone({endDate:DateTime64}, {timezone:String})")
GOAL_31 = f"""SELECT count(DISTINCT session_id) AS num, (SELECT count(DISTINCT session_id) FROM website_event WHERE {IN_RANGE}) AS total
    FROM website_event WHERE {IN_RANGE} AND url_path = {{value:String}} AND event_type IN (1)"""

# Revenue of 2.18: from properties, joined to those that name the currency; chart, countries, total, table, one after the other.
AMOUNT_218 = "sum(coalesce(toDecimal64({0}number_value, 2), toDecimal64({0}string_value, 2)))"
NAMES_CURRENCY = f"""SELECT event_id FROM event_data
    WHERE {IN_RANGE} AND positionCaseInsensitive(data_key, 'currency') > 0 AND string_value = {{currency:String}}"""
IS_AMOUNT = "positionCaseInsensitive(data_key, 'revenue') > 0"
REVENUE_218 = [
    f"""SELECT event_name x, {DAY % 'created_at'} t, {AMOUNT_218.format('')} y FROM event_data
    JOIN ({NAMES_CURRENCY}) currency ON currency.event_id = event_data.event_id WHERE {IN_RANGE} AND {IS_AMOUNT} GROUP BY x, t ORDER BY t""",
    f"""SELECT s.country AS name, {AMOUNT_218.format('ed.')} AS value FROM event_data ed
    JOIN ({NAMES_CURRENCY}) c ON c.event_id = ed.event_id
    JOIN (SELECT DISTINCT website_id, session_id, country FROM website_event_stats_hourly WHERE website_id = {{websiteId:UUID}}) s
        ON ed.website_id = s.website_id AND ed.session_id = s.session_id
    WHERE ed.website_id = {{websiteId:UUID}} AND ed.created_at BETWEEN {{startDate:DateTime64}} AND {{endDate:DateTime64}}
        AND {IS_AMOUNT} GROUP BY s.country""",
    f"""SELECT {AMOUNT_218.format('')} AS sum, uniqExact(event_id) AS count, uniqExact(session_id) AS unique_count FROM event_data
    JOIN ({NAMES_CURRENCY}) currency ON currency.event_id = event_data.event_id WHERE {IN_RANGE} AND {IS_AMOUNT}""",
    f"""SELECT c.currency, {AMOUNT_218.format('ed.')} AS sum, uniqExact(ed.event_id) AS count, uniqExact(ed.session_id) AS unique_count
    FROM event_data ed JOIN (SELECT event_id, string_value AS currency FROM event_data
        WHERE {IN_RANGE} AND positionCaseInsensitive(data_key, 'currency') > 0) c ON c.event_id = ed.event_id
    WHERE {IN_RANGE} AND {IS_AMOUNT} GROUP BY c.currency ORDER BY sum DESC""",
]

# Revenue of 3.1: from website_revenue, which a view fills; joined to the event, and to the session's first event.
OF_CURRENCY = "upper(currency) = {currency:String}"
REVENUE_ROWS = (IN_RANGE.replace("website_id", "website_revenue.website_id", 1).replace("created_at", "website_revenue.created_at")
                + " AND upper(website_revenue.currency) = {currency:String}")
WITH_EVENT = f"""ANY LEFT JOIN (SELECT * FROM website_event WHERE {IN_RANGE} AND event_type = 2) website_event
    ON website_event.website_id = website_revenue.website_id AND website_event.session_id = website_revenue.session_id
    AND website_event.event_id = website_revenue.event_id"""
BY_SESSION = f"""WITH events AS (SELECT DISTINCT website_id, session_id, sum(revenue) AS "value" FROM website_revenue
        WHERE {IN_RANGE} AND {OF_CURRENCY} GROUP BY 1, 2),
    revenue AS (SELECT e.website_id, e.session_id, e.value, we.min_date AS created_at FROM events e
        JOIN (SELECT session_id, min(created_at) min_date FROM website_event WHERE {IN_RANGE} GROUP BY 1) we ON we.session_id = e.session_id)"""
ON_FIRST = """ON website_event.website_id = revenue.website_id AND website_event.session_id = revenue.session_id
    AND website_event.created_at = revenue.created_at"""
PAID = """ad_id= aid= dclid= epik= fbclid= gclid= li_fat_id= msclkid= ob_click_id= pc_id= rdt_cid= scid= ttclid= twclid=
    utm_medium=cpc utm_medium=paid utm_medium=paid_social utm_source=google"""
SEARCH = "baidu.com bing.com chatgpt.com duckduckgo.com ecosia.org google. msn.com perplexity.ai search.brave.com yandex."
SOCIAL = """bsky.app facebook.com fb.com ig.com instagram.com linkedin. news.ycombinator.com pinterest. reddit. snapchat. t.co
    threads.net tiktok. twitter.com x.com"""
MAIL = "gmail. hotmail. mail.yahoo. outlook. proton.me protonmail."
SHOPS = "alibaba.com aliexpress.com amazon. bestbuy.com ebay.com etsy.com newegg.com target.com walmart.com"


def has_any(column, words):
    return f"multiSearchAny(lower({column}), [{', '.join(repr(word) for word in words.split())}]) != 0"


def has(column, word):
    return f"position(lower({column}), '{word}') > 0"


CHANNEL = f"""CASE WHEN referrer_domain = '' AND url_query = '' THEN 'direct' WHEN {has_any('url_query', PAID)} THEN 'paidAds'
    WHEN {has_any('utm_medium', 'referral app link')} THEN 'referral' WHEN {has('utm_medium', 'affiliate')} THEN 'affiliate'
    WHEN {has('utm_medium', 'sms')} OR {has('utm_source', 'sms')} THEN 'sms'
    WHEN {has_any('referrer_domain', SEARCH)} OR {has('utm_medium', 'organic')} THEN concat(prefix, 'Search')
    WHEN {has_any('referrer_domain', SOCIAL)} THEN concat(prefix, 'Social')
    WHEN {has_any('referrer_domain', MAIL)} OR {has('utm_medium', 'mail')} THEN 'email'
    WHEN {has_any('referrer_domain', SHOPS)} OR {has('utm_medium', 'shop')} THEN concat(prefix, 'Shopping')
    WHEN {has_any('referrer_domain', 'twitch. youtube.')} OR {has('utm_medium', 'video')} THEN concat(prefix, 'Video')
    WHEN referrer_domain != hostname AND referrer_domain != '' THEN 'referral' ELSE 'Unknown' END"""
CHART_31 = f"""SELECT website_revenue.event_name x, {DAY % 'website_revenue.created_at'} t, sum(website_revenue.revenue) y,
    count(website_revenue.event_id) count FROM website_revenue WHERE {REVENUE_ROWS} GROUP BY x, t ORDER BY t"""
STATS_31 = f"""SELECT sum(website_revenue.revenue) AS sum, uniqExact(website_revenue.event_id) AS count,
    uniqExact(website_revenue.session_id) AS unique_count,
    (SELECT uniqExact(session_id) FROM website_event WHERE {IN_RANGE}) AS total_sessions FROM website_revenue WHERE {REVENUE_ROWS}"""
SOURCES_31 = [
    f"""SELECT website_event.country AS "name", sum(website_revenue.revenue) AS "value" FROM website_revenue {WITH_EVENT}
    WHERE {REVENUE_ROWS} GROUP BY website_event.country ORDER BY value DESC""",
    f"""SELECT website_event.country, website_event.region AS "name", sum(website_revenue.revenue) AS "value" FROM website_revenue
    {WITH_EVENT} WHERE {REVENUE_ROWS} GROUP BY 1, 2 ORDER BY value DESC""",
    f"""{BY_SESSION} SELECT website_event.referrer_domain AS "name", sum(revenue.value) AS "value" FROM revenue
    ANY LEFT JOIN (SELECT website_id, session_id, referrer_domain, created_at FROM website_event WHERE {IN_RANGE}) website_event
    {ON_FIRST} GROUP BY 1 ORDER BY value DESC""",
    f"""{BY_SESSION}, channels AS (SELECT CASE WHEN {has_any('utm_medium', 'cp ppc retargeting paid')} THEN 'paid' ELSE 'organic' END prefix,
        {CHANNEL} AS "name", sum(revenue.value) AS "value" FROM revenue
        ANY LEFT JOIN (SELECT * FROM website_event WHERE {IN_RANGE}) website_event {ON_FIRST} GROUP BY 1, 2)
    SELECT name, sum(value) value FROM channels GROUP BY 1 ORDER BY value DESC""",
]

RANGE = {"startDate": str(START), "endDate": f"{END}.999"}
BEFORE = {"startDate": str(START - YEAR), "endDate": f"{START - 1}.999"}


class Report:
    """A report: Umami's statements and the request for it.

    `umami` is a list of rounds, one after the other; a round is a list of sequences, side by side; a sequence is a list of
    statements, one after the other.
    """

    def __init__(self, version, name, umami, method, values=None, **parameters):
        self.version, self.name, self.method = version, name, method
        self.rounds = [[umami]] if isinstance(umami[0], str) else umami
        self.values = values or {}
        self.parameters = parameters

    def request(self, website):
        if self.version == "3.1":
            instants = {"startDate": START * 1000, "endDate": END * 1000 + 999, "timezone": ZONE}
            return {"websiteId": website, "type": self.method.removeprefix("umami."), "filters": {}, "parameters": instants | self.parameters}
        instants = {"startDate": START * 1000, "endDate": END * 1000 + 999}
        return {"websiteId": website, "dateRange": instants, "timezone": ZONE} | self.parameters


def steps(kind):
    return [{"type": kind, "value": "/"}, {"type": kind, "value": "/pricing"}, {"type": "event", "value": "signup"}]


PATHS = {"step0": "/", "step1": "/pricing", "step2": "signup"}
FUNNEL = ["url_path", "url_path", "event_name"]
FIELDS = {"country": "country", "browser": "browser"}
REPORTS = [
    Report("2.18", "utm", [f"SELECT url_query, count(*) AS num FROM website_event WHERE {IN_RANGE} AND url_query != '' AND event_type = 1 GROUP BY 1"],
           "reports.utm"),
    Report("2.18", "revenue", REVENUE_218, "reports.revenue", {"currency": "USD"}, currency="USD"),
    Report("2.18", "journey", [journey(5)], "reports.journey", steps=5),
    Report("2.18", "retention", [retention("2.18")], "reports.retention"),
    Report("2.18", "insights by country, browser", [insights(FIELDS, "1 DESC, 2 DESC")], "reports.insights",
           fields=[{"name": "country"}, {"name": "browser"}]),
    Report("2.18", "insights by url", [insights({"url": "url_path"}, "1 DESC, 2 DESC")], "reports.insights", fields=[{"name": "url"}]),
    Report("2.18", "goals", GOALS_218, "reports.goals",
           {"url0": "/pricing", "url1": "/docs", "event0": "signup", "data0": "purchase", "property0": "revenue"},
           goals=[{"type": "url", "value": "/pricing", "goal": 1}, {"type": "url", "value": "/docs", "goal": 1},
                  {"type": "event", "value": "signup", "goal": 1},
                  {"type": "event-data", "value": "purchase", "property": "revenue", "operator": "sum", "goal": 1}]),
    Report("2.18", "funnel", [funnel(FUNNEL, 60, "2.18")], "reports.funnel", PATHS, window=60, steps=steps("url")),
    Report("2.18", "attribution", attribution("2.18"), "reports.attribution", {"step": "signup"}, model="lastClick",
           steps=[{"type": "event", "value": "signup"}]),
    Report("3.1", "utm", [f"""SELECT {column} utm, count(*) AS views FROM website_event WHERE {IN_RANGE} AND {column} != ''
           AND event_type IN (1) GROUP BY 1 ORDER BY 2 DESC LIMIT 50""" for column in UTM], "umami.utm"),
    # The chart, the total, and the four lists side by side; then the total of the year before.
    Report("3.1", "revenue", [[[CHART_31], [STATS_31], SOURCES_31], [[(STATS_31, BEFORE)]]], "umami.revenue", {"currency": "USD"},
           currency="USD", unit="day"),
    Report("3.1", "journey", [journey(5)], "umami.journey", steps=5),
    Report("3.1", "retention", [retention("3.1")], "umami.retention"),
    Report("3.1", "breakdown by country, browser", [insights(FIELDS, "2 DESC, 1 DESC")], "umami.breakdown", fields=["country", "browser"]),
    Report("3.1", "breakdown by path", [insights({"path": "url_path"}, "2 DESC, 1 DESC")], "umami.breakdown", fields=["path"]),
    Report("3.1", "goal", [GOAL_31], "umami.goal", {"value": "/pricing"}, type="path", value="/pricing"),
    Report("3.1", "funnel", [funnel(FUNNEL, 60, "3.1")], "umami.funnel", PATHS, window=60, steps=steps("path")),
    Report("3.1", "attribution", attribution("3.1"), "umami.attribution", {"step": "signup"}, model="last-click", type="event", step="signup"),
]


class Server:
    """A server.py, with what its statements need on the way of Umami."""

    def __init__(self, directory):
        command = [sys.executable, os.path.join(HERE, "server.py"), "--port", "0", "--user", "default", "--database", DATABASE,
                   "--data", os.path.join(directory, "data"), "--keep-alive", "600"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        found = re.search(r"127\.0\.0\.1:(\d+)", self.process.stdout.readline())
        if not found:
            sys.exit("benchmark.py: server.py did not start")
        self.port = int(found.group(1))
        self.connections = [http.client.HTTPConnection("127.0.0.1", self.port) for _ in range(3)]
        self.threads = concurrent.futures.ThreadPoolExecutor(3)

    def ask(self, body, fields, connection=0):
        """The answer to a statement, on a connection that stays open."""
        fields = {"user": "default", "query_id": str(uuid.uuid4())} | fields
        connection = self.connections[connection]
        connection.request("POST", "/?" + urllib.parse.urlencode(fields), body.encode())
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            sys.exit(f"benchmark.py: {data.decode(errors='replace').strip()}\n  in: {body}")
        return data

    def rows(self, statement):
        return self.ask(statement, {"database": DATABASE, "default_format": "TSV"}).decode().splitlines()

    def umami(self, report, website):
        """Runs Umami's statements of a report; seconds."""
        settings = {"database": DATABASE, "date_time_output_format": "iso", "output_format_json_quote_64bit_integers": "0"}

        def sequence(statements, connection):
            for statement in statements:
                statement, range = statement if isinstance(statement, tuple) else (statement, RANGE)
                values = {"websiteId": website, "timezone": ZONE} | range | report.values
                self.ask(f"{statement} FORMAT JSONEachRow", settings | {f"param_{name}": value for name, value in values.items()
                                                                        if f"{{{name}:" in statement}, connection)

        began = time.perf_counter()
        for sequences in report.rounds:
            if len(sequences) == 1:
                sequence(sequences[0], 0)
            else:
                for done in [self.threads.submit(sequence, statements, index) for index, statements in enumerate(sequences)]:
                    done.result()
        return time.perf_counter() - began

    def processor_seconds(self):
        """The processor time that the server has used; 0 without /proc."""
        try:
            with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Relay:
    """Passes requests on to the server, and keeps the statements with the time that each took."""

    def __init__(self, server):
        self.statements = []
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                self.upstream = http.client.HTTPConnection("127.0.0.1", server.port)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                began = time.perf_counter()
                self.upstream.request("POST", self.path, body, {name: value for name, value in self.headers.items() if name != "Host"})
                answer = self.upstream.getresponse()
                data = answer.read()
                relay.statements.append((time.perf_counter() - began, self.path, body.decode()))
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name not in ("Transfer-Encoding", "Content-Length", "Connection", "Keep-Alive"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.listener.daemon_threads = True
        self.port = self.listener.server_address[1]
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def take(self):
        """The statements since the last call, and how long they took together."""
        statements, self.statements = self.statements, []
        return statements, sum(seconds for seconds, _, _ in statements)


class Footfall:
    """A process that serves requests over the server at a port."""

    def __init__(self, program, port):
        address = f"clickhouse://default@127.0.0.1:{port}/{DATABASE}?secure=false"
        self.process = subprocess.Popen([program, "serve", address], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, report, website):
        """Sends the request of a report; seconds until its reply has arrived."""
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": report.method, "params": report.request(website)}).encode() + b"\n"
        began = time.perf_counter()
        self.process.stdin.write(line)
        self.process.stdin.flush()
        reply = self.process.stdout.readline()
        seconds = time.perf_counter() - began
        if b'"result"' not in reply[:200]:
            sys.exit(f"benchmark.py: {report.method}: {reply.decode(errors='replace').strip() or 'Footfall has ended'}")
        return seconds

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def load(server, events):
    command = [sys.executable, os.path.join(HERE, "load.py"), "--url", f"http://127.0.0.1:{server.port}", "--database", DATABASE,
               "--schema", "3", "--ids", "uuid", "--events", os.path.join(events, "website_event.csv"),
               "--event-data", os.path.join(events, "event_data.csv")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    # What revenue of 2.18 reads of the table with hourly numbers, which load.py does not make.
    server.rows("CREATE TABLE IF NOT EXISTS website_event_stats_hourly (website_id UUID, session_id UUID, visit_id UUID, country "
                "LowCardinality(String), event_type UInt32, created_at DateTime('UTC')) ENGINE = MergeTree PARTITION BY toYYYYMM(created_at) "
                "ORDER BY (website_id, event_type, toStartOfHour(created_at), cityHash64(visit_id), visit_id)")
    server.rows("INSERT INTO website_event_stats_hourly SELECT DISTINCT website_id, session_id, visit_id, country, event_type, "
                "toStartOfHour(created_at) FROM website_event")


class Numbers:
    """What was measured of a report, in milliseconds."""

    def __init__(self, server, relay, footfall, relayed, report, website, runs):
        umami, own = [], []
        self.umami_processor = self.own_processor = 0.0
        for run in range(runs + 1):
            # Whichever comes second finds warmer caches.
            for is_umami in [run % 2 == 0, run % 2 == 1]:
                before = server.processor_seconds()
                if is_umami:
                    umami.append(server.umami(report, website))
                else:
                    own.append(footfall.ask(report, website))
                used = (server.processor_seconds() - before) * 1000 / runs if run > 0 else 0
                if is_umami:
                    self.umami_processor += used
                else:
                    self.own_processor += used
        self.umami, self.own = (statistics.median(times[1:]) * 1000 for times in (umami, own))
        statements, rests = [], []
        relayed.ask(report, website)
        for _ in range(RELAYED_RUNS):
            relay.take()
            whole = relayed.ask(report, website)
            self.asked, seconds = relay.take()
            statements.append(seconds)
            rests.append(whole - seconds)
        self.statements, self.rest = statistics.median(statements) * 1000, statistics.median(rests) * 1000


def first_reply(relay, program, report, website):
    """Milliseconds from the spawn of a process to its reply, those of its statements, and their number."""
    relay.take()
    began = time.perf_counter()
    footfall = Footfall(program, relay.port)
    footfall.ask(report, website)
    whole = time.perf_counter() - began
    asked, seconds = relay.take()
    footfall.stop()
    return whole * 1000, seconds * 1000, len(asked)


def geometric_mean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(HERE, "../../.build/release/footfall-clickhouse"), help="the built footfall-clickhouse")
    parser.add_argument("--events", metavar="DIR", help="website_event.csv and event_data.csv of June 2024 to May 2025")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--umami", choices=["2.18", "3.1", "both"], default="both")
    parser.add_argument("--report", action="append", help="only reports with this name or its beginning")
    parser.add_argument("--statements", metavar="FILE", help="writes Footfall's statements of each report there, with their parameters")
    return parser.parse_args()


def make_events(program, directory):
    maker = os.path.join(os.path.dirname(os.path.abspath(program)), "benchmark")
    events = os.path.join(directory, "events")
    subprocess.run([maker, "make", "1000000", events, "--seed", "1", "--days", "365", "--start", "2024-06-01"], check=True)
    return events


def main():
    options = arguments()
    reports = [report for report in REPORTS if options.umami in (report.version, "both")
               and any(report.name.startswith(name) for name in options.report or [""])]
    with tempfile.TemporaryDirectory() as directory:
        server = Server(directory)
        try:
            run(server, reports, options.events or make_events(options.program, directory), options)
        finally:
            server.stop()


def load_average():
    return " ".join(f"{number:.1f}" for number in os.getloadavg())


def run(server, reports, events, options):
    load(server, events)
    count, website = server.rows("SELECT count(), any(website_id) FROM website_event")[0].split("\t")
    relay = Relay(server)
    footfall, relayed = (Footfall(options.program, port) for port in (server.port, relay.port))
    print(f"{int(count):,} events, medians of {options.runs} runs in milliseconds; {os.cpu_count()} cores, load {load_average()}\n")
    print(f"{'Umami':5} {'report':31} {'Umami':>8} {'Footfall':>8} {'× faster':>8}  {'CPU':>8} {'CPU':>8}  {'statements':>13} {'rest':>6}")
    found, texts = {}, []
    for report in reports:
        numbers = Numbers(server, relay, footfall, relayed, report, website, options.runs)
        found.setdefault(report.version, []).append(numbers)
        umami_statements = sum(len(sequence) for sequences in report.rounds for sequence in sequences)
        print(f"{report.version:5} {report.name:28} {umami_statements:2} {numbers.umami:8.1f} {numbers.own:8.1f} "
              f"{numbers.umami / numbers.own:8.2f}  {numbers.umami_processor:8.0f} {numbers.own_processor:8.0f}  "
              f"{len(numbers.asked):3} {numbers.statements:9.1f} {numbers.rest:6.1f}"
              f"{'   slower' if numbers.own > numbers.umami else ''}", flush=True)
        texts += [{"report": f"{report.version} {report.name}", "milliseconds": round(seconds * 1000, 1), "statement": body,
                   "parameters": dict(urllib.parse.parse_qsl(path.partition("?")[2]))} for seconds, path, body in numbers.asked]
    for version, all in found.items():
        ratios = [numbers.umami / numbers.own for numbers in all]
        print(f"\n{version}: {geometric_mean(ratios):.2f} times faster (geometric mean), {min(ratios):.2f} times at least", end="")
    print(f"\nrest: at most {max(numbers.rest for all in found.values() for numbers in all):.1f} ms")
    firsts = [first_reply(relay, options.program, reports[0], website) for _ in range(RELAYED_RUNS)]
    whole, statements = (statistics.median(times) for times in list(zip(*firsts))[:2])
    rest = statistics.median(whole - statements for whole, statements, _ in firsts)
    print(f"first reply of a process ({reports[0].name}): {whole:.1f} ms, of these its {firsts[0][2]} statements {statements:.1f}, rest {rest:.1f}")
    ones = []
    for _ in range(21):
        began = time.perf_counter()
        server.rows("SELECT 1")
        ones.append((time.perf_counter() - began) * 1000)
    print(f"SELECT 1: {statistics.median(ones):.1f} ms; load {load_average()}")
    footfall.stop()
    relayed.stop()
    if options.statements:
        with open(options.statements, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)


if __name__ == "__main__":
    main()
