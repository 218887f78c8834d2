#!/usr/bin/env python3
"""Creates Umami's ClickHouse tables and fills them from Footfall's CSV files or SQLite store.

    python3 load.py --data DIR --schema 3 --events website_event.csv --event-data event_data.csv
    python3 load.py --url http://127.0.0.1:PORT --compare --events website_event.csv
    python3 load.py --url http://127.0.0.1:PORT --shards http://127.0.0.1:P1 http://127.0.0.1:P2

The tables are those of Umami's `db/clickhouse/schema.sql`: `--schema 2` of 2.18.0, `--schema 3` of 3.1.0. Tests/README.md says which
options change them so that answers can be compared with those from files.
"""

import argparse
import csv
import os
import re
import sqlite3
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ZERO_UUID = "00000000-0000-0000-0000-000000000000"
ID_COLUMNS = ("website_id", "session_id", "visit_id", "event_id")
VITALS = ("lcp", "inp", "cls", "fcp", "ttfb")


def tables(options, ids):
    """The columns of each table, as (name, type), and what follows them in CREATE TABLE."""
    id = {name: "String" if name in ids else "UUID" for name in ID_COLUMNS}
    time = "DateTime64(3, 'UTC')" if options.milliseconds else "DateTime('UTC')"
    number = "Nullable(Decimal(22, 4))" if options.schema == 3 else "Nullable(Decimal64(4))"
    low = [(name, "LowCardinality(String)") for name in "hostname browser os device screen language country region".split()]
    text = lambda names: [(name, "String") for name in names.split()]
    vitals = [(name, f"Nullable(Decimal(10, {4 if name == 'cls' else 1}))") for name in VITALS] if options.schema == 3 else []
    arrival = [("arrival", "UInt64")] if options.arrival else []
    values = [("string_value", "Nullable(String)"), ("number_value", number), ("date_value", "Nullable(DateTime('UTC'))"), ("data_type", "UInt32")]
    result = {
        "website_event": (
            [(name, id[name]) for name in ID_COLUMNS] + low
            + text("city url_path url_query utm_source utm_medium utm_campaign utm_content utm_term referrer_path referrer_query "
                   "referrer_domain page_title gclid fbclid msclkid ttclid li_fat_id twclid")
            + vitals + [("event_type", "UInt32")] + text("event_name tag distinct_id")
            + [("created_at", time), ("job_id", "Nullable(UUID)")] + arrival,
            "ENGINE = MergeTree PARTITION BY toYYYYMM(created_at) "
            "ORDER BY (toStartOfHour(created_at), website_id, session_id, visit_id, created_at) "
            "PRIMARY KEY (toStartOfHour(created_at), website_id, session_id, visit_id) SETTINGS index_granularity = 8192"),
        "event_data": (
            [(name, id[name]) for name in ("website_id", "session_id", "event_id")] + text("url_path event_name data_key") + values
            + [("created_at", time), ("job_id", "Nullable(UUID)")] + arrival,
            "ENGINE = MergeTree ORDER BY (website_id, event_id, data_key, created_at) SETTINGS index_granularity = 8192"),
        "session_data": (
            [(name, id[name]) for name in ("website_id", "session_id")] + text("data_key") + values
            + [("distinct_id", "String"), ("created_at", time), ("job_id", "Nullable(UUID)")] + arrival,
            "ENGINE = ReplacingMergeTree ORDER BY (website_id, session_id, data_key) SETTINGS index_granularity = 8192"),
    }
    if options.schema == 3:
        result["website_revenue"] = (
            [(name, id[name]) for name in ("website_id", "session_id", "event_id")] + text("event_name currency")
            + [("revenue", "Decimal(18, 4)"), ("created_at", time)],
            "ENGINE = MergeTree PARTITION BY toYYYYMM(created_at) ORDER BY (website_id, session_id, created_at) SETTINGS index_granularity = 8192")
    return result


def revenue_query(database, conversion):
    """Umami's view website_revenue_mv. Its toDecimal64 fails on a text that is no number, so the first fill uses the OrNull form."""
    return f"""SELECT DISTINCT ed.website_id, ed.session_id, ed.event_id, ed.event_name, c.currency,
        coalesce(toDecimal64(ed.number_value, 2), {conversion}(ed.string_value, 2)) AS revenue, ed.created_at
        FROM {database}.event_data ed
        JOIN (SELECT event_id, string_value AS currency FROM {database}.event_data WHERE positionCaseInsensitive(data_key, 'currency') > 0) c
            ON c.event_id = ed.event_id
        WHERE positionCaseInsensitive(data_key, 'revenue') > 0"""


class Engine:
    """chdb in a directory."""

    def __init__(self, path):
        import chdb
        self.connection = chdb.connect(path)

    def run(self, statement, path=None):
        if path:
            statement = statement.replace("input(", f"file({quoted(os.path.abspath(path))}, 'CSV', ").replace(" FORMAT CSV", "")
        return self.connection.query(statement, "TSV").bytes().decode()


class Service:
    """A server with ClickHouse's HTTP interface: server.py, or a real one."""

    def __init__(self, url, user, password):
        self.url, self.headers = url, {"X-ClickHouse-User": user, "X-ClickHouse-Key": password}

    def run(self, statement, path=None):
        if path:
            with open(path, "rb") as file:
                body = file.read()
            url = f"{self.url}/?" + urllib.parse.urlencode({"query": statement})
        else:
            url, body = self.url + "/", statement.encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, self.headers)) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            sys.exit(f"load.py: {error.read().decode(errors='replace').strip()}\n  in: {statement[:400]}")


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def header_of(path):
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file))


def text_ids(paths):
    """The id columns that hold a text that is not a UUID in lower case."""
    found = set()
    for path in paths:
        with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
            csv.field_size_limit(1 << 30)
            for row in csv.DictReader(file):
                for name in ID_COLUMNS:
                    value = row.get(name)
                    if value and not UUID_TEXT.fullmatch(value):
                        found.add(name)
                        if name == "session_id" and "visit_id" not in row:
                            found.add("visit_id")
    return found


def expression(name, type, given, first):
    """How a column is made of the file's text; what the file lacks gets what Umami writes for nothing."""
    row = f"({first} + rowNumberInAllBlocks())"
    if name == "arrival":
        return row
    if name not in given:
        if name == "event_id":
            return f"toString({row})" if type == "String" else f"toUUID(concat('00000000-0000-4000-8000-', leftPad(hex({row}), 12, '0')))"
        if name == "visit_id" and "session_id" in given:
            name = "session_id"
        elif name == "event_type":
            return "if(ifNull(f_event_name, '') = '', 1, 2)" if "event_name" in given else "1"
        else:
            return "NULL" if type.startswith("Nullable") else f"toUUID('{ZERO_UUID}')" if type == "UUID" else "''" if "String" in type else "0"
    value = f"f_{name}"
    if type == "Nullable(String)":
        return value
    if type == "UUID":
        return f"toUUIDOrZero(ifNull({value}, ''))"
    if type == "Nullable(UUID)":
        return f"toUUIDOrNull({value})"
    if "Decimal" in type:
        scale = re.search(r"(\d+)\)+$", type).group(1)
        return f"toDecimal{'128' if '22' in type else '64'}OrNull({value}, {scale})"
    if "DateTime" in type:
        moment = f"parseDateTime64BestEffortOrNull({value}, 3, 'UTC')"
        if type.startswith("Nullable"):
            return f"toDateTime({moment}, 'UTC')"
        return f"ifNull({moment}, toDateTime64(0, 3, 'UTC'))" if "64" in type else f"toDateTime(ifNull({moment}, toDateTime64(0, 3, 'UTC')), 'UTC')"
    if type.startswith("UInt"):
        return f"toUInt32OrZero(ifNull({value}, '0'))"
    return f"ifNull({value}, '')"


def numbered(path, directory):
    """A copy of a CSV file with one more column in front: the engine drops spaces at the start of a row, which may be part of a text."""
    with open(path, "rb") as file:
        parts = file.read().split(b'"')
    # What is outside of quotes, where a line ends a row.
    parts[::2] = [part.replace(b"\n", b"\n0,") for part in parts[::2]]
    text = b'"'.join(parts)
    copy = os.path.join(directory, "numbered.csv")
    with open(copy, "wb") as file:
        file.write(b"0," + text.removesuffix(b"0,"))
    return copy


def fill(engine, options, table, columns, path, first):
    header = header_of(path)
    if header[0] not in ID_COLUMNS:
        with tempfile.TemporaryDirectory() as directory:
            return fill_from(engine, options, table, columns, numbered(path, directory), ["row"] + header, first)
    return fill_from(engine, options, table, columns, path, header, first)


def fill_from(engine, options, table, columns, path, header, first):
    structure = ", ".join(f"f_{re.sub('[^A-Za-z0-9_]', '_', name)} Nullable(String)" for name in header)
    values = ", ".join(f"{expression(name, type, header, first)} AS {name}" for name, type in columns)
    shard, shards = options.shard
    names = ", ".join(name for name, _ in columns)
    where = f" WHERE modulo(row_of_file, {shards}) = {shard}" if shards > 1 else ""
    engine.run(
        f"INSERT INTO {options.database}.{table} ({names}) SELECT {names} FROM (SELECT {values}, "
        f"{first} + rowNumberInAllBlocks() AS row_of_file FROM input({quoted(structure)})){where} "
        "SETTINGS max_threads = 1, max_insert_threads = 1, input_format_parallel_parsing = 0, input_format_csv_skip_first_lines = 1, "
        "input_format_csv_trim_whitespaces = 0, input_format_csv_allow_variable_number_of_columns = 1, "
        "date_time_overflow_behavior = 'saturate', max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0 FORMAT CSV",
        path)
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        return first + sum(1 for _ in csv.reader(file)) - 1


def of_store(path, directory):
    """The tables of a SQLite store of Footfall as CSV files, in the order of their rows."""
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    store.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    result = {}
    present = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in ("website_event", "event_data", "session_data"):
        if table not in present:
            continue
        rows = store.execute(f"SELECT * FROM {table} ORDER BY rowid")
        names = [column[0] for column in rows.description]
        result[table] = os.path.join(directory, table + ".csv")
        with open(result[table], "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(",".join(names) + "\n")
            for row in rows:
                cells = [iso(value) if name in ("created_at", "date_value") and isinstance(value, int) else value for name, value in zip(names, row)]
                # An empty text is quoted, NULL is not.
                file.write(",".join("" if v is None else '"' + str(v).replace('"', '""') + '"' for v in cells) + "\n")
    return result


def iso(milliseconds):
    seconds, part = divmod(milliseconds, 1000)
    return (datetime(1970, 1, 1) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S") + f".{part:03}"


def create(engine, options, ids):
    engine.run(f"CREATE DATABASE IF NOT EXISTS {options.database}")
    for table, (columns, rest) in tables(options, ids).items():
        engine.run(f"DROP TABLE IF EXISTS {options.database}.{table}")
        engine.run(f"CREATE TABLE {options.database}.{table} ({', '.join(f'{name} {type}' for name, type in columns)}) {rest}")


def load(engine, options):
    with tempfile.TemporaryDirectory() as directory:
        files = {"website_event": options.events, "event_data": options.event_data, "session_data": options.session_data}
        for store in options.store:
            for table, path in of_store(store, directory).items():
                files[table] = files[table] + [path]
        paths = [path for list in files.values() for path in list]
        ids = set(ID_COLUMNS) if options.ids == "string" else set() if options.ids == "uuid" else text_ids(paths)
        engine.run(f"DROP VIEW IF EXISTS {options.database}.website_revenue_mv")
        create(engine, options, ids)
        for table, list in files.items():
            first = 0
            for path in list:
                first = fill(engine, options, table, tables(options, ids)[table][0], path, first)
        if options.schema == 3:
            engine.run(f"INSERT INTO {options.database}.website_revenue SELECT * FROM ({revenue_query(options.database, 'toDecimal64OrNull')}) "
                       "WHERE revenue IS NOT NULL")
            engine.run(f"CREATE MATERIALIZED VIEW {options.database}.website_revenue_mv TO {options.database}.website_revenue AS "
                       + revenue_query(options.database, "toDecimal64"))
    for table in tables(options, ids):
        print(f"{table}: {engine.run(f'SELECT count() FROM {options.database}.{table}').strip()} rows")
    print("ids: " + (", ".join(sorted(ids)) + " are String" if ids else "UUID"))


def join_shards(engine, options):
    """Views that read every shard over HTTP: the nearest thing to a Distributed table that chdb has."""
    engine.run(f"CREATE DATABASE IF NOT EXISTS {options.database}")
    shards = [Service(url, options.user, options.password) for url in options.shards]
    for table in ("website_event", "event_data", "session_data"):
        described = shards[0].run(f"SELECT name, type FROM system.columns WHERE database = '{options.database}' AND table = '{table}' ORDER BY position")
        columns = [line.split("\t") for line in described.replace("\\'", "'").splitlines()]
        structure = ", ".join(f"{name} {type}" for name, type in columns)
        reads = []
        for url in options.shards:
            query = urllib.parse.urlencode({"query": f"SELECT * FROM {options.database}.{table} FORMAT Native", "user": options.user, "password": options.password})
            reads.append(f"SELECT * FROM url({quoted(url + '/?' + query)}, 'Native', {quoted(structure)})")
        engine.run(f"DROP TABLE IF EXISTS {options.database}.{table}")
        engine.run(f"CREATE VIEW {options.database}.{table} AS " + " UNION ALL ".join(reads))
        print(f"{table}: {engine.run(f'SELECT count() FROM {options.database}.{table}').strip()} rows on {len(shards)} shards")


def load_split(engine, options):
    """Databases NAME_0, NAME_1, … with every Nth row each, and views in NAME that read all: shards in one engine, also for readonly=1."""
    name, parts = options.database, options.split
    for part in range(parts):
        options.database, options.shard = f"{name}_{part}", (part, parts)
        load(engine, options)
    engine.run(f"CREATE DATABASE IF NOT EXISTS {name}")
    for table in ("website_event", "event_data", "session_data"):
        engine.run(f"DROP TABLE IF EXISTS {name}.{table}")
        engine.run(f"CREATE VIEW {name}.{table} AS " + " UNION ALL ".join(f"SELECT * FROM {name}_{part}.{table}" for part in range(parts)))


def arguments(list=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--data", metavar="DIR", help="directory of chdb; no server may have it open")
    target.add_argument("--url", help="a running server.py, or a ClickHouse server")
    parser.add_argument("--user", default="default")
    parser.add_argument("--password", default="")
    parser.add_argument("--database", default="umami")
    parser.add_argument("--schema", type=int, choices=[2, 3], default=3)
    parser.add_argument("--events", action="append", default=[], metavar="CSV")
    parser.add_argument("--event-data", action="append", default=[], metavar="CSV")
    parser.add_argument("--session-data", action="append", default=[], metavar="CSV")
    parser.add_argument("--store", action="append", default=[], metavar="SQLITE", help="a SQLite store of Footfall")
    parser.add_argument("--milliseconds", action="store_true", help="created_at is DateTime64(3), not whole seconds")
    parser.add_argument("--arrival", action="store_true", help="a column with the number of each row in its files")
    parser.add_argument("--ids", choices=["auto", "uuid", "string"], default="auto", help="auto: String for the columns that hold other texts than UUIDs")
    parser.add_argument("--compare", action="store_true", help="--milliseconds --arrival")
    parser.add_argument("--shard", default="0/1", metavar="I/N", help="load only every Nth row, so that sessions are split over shards")
    parser.add_argument("--shards", nargs="+", metavar="URL", help="create views that read these servers instead of tables")
    parser.add_argument("--split", type=int, default=0, metavar="N", help="N databases with every Nth row, and views that read all of them")
    options = parser.parse_args(list)
    if options.compare:
        options.milliseconds = options.arrival = True
    if not re.fullmatch(r"\d+/\d+", options.shard) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", options.database):
        parser.error("--shard takes I/N and --database a plain name")
    options.shard = tuple(int(part) for part in options.shard.split("/"))
    return options


def main():
    options = arguments()
    engine = Engine(options.data) if options.data else Service(options.url.rstrip("/"), options.user, options.password)
    (join_shards if options.shards else load_split if options.split else load)(engine, options)


if __name__ == "__main__":
    main()
