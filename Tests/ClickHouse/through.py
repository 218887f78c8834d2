#!/usr/bin/env python3
"""Serves CSV files or a store of Footfall through ClickHouse: copies them into a server first, then runs Footfall on it.

    FOOTFALL_TEST_CLICKHOUSE=http://127.0.0.1:8123 python3 through.py PROGRAM serve website_event.csv event_data.csv

PROGRAM is the built footfall-clickhouse. So whatever starts `footfall serve FILES` can ask the same of a server: the oracle, the
golden requests, the examples. Without the variable, it starts a server.py of its own. Options of Footfall may follow the files.
"""

import os
import re
import subprocess
import sys
import urllib.parse
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))


def start_server():
    """A server of our own, and its address."""
    server = subprocess.Popen([sys.executable, os.path.join(HERE, "server.py"), "--port", "0"], stdout=subprocess.PIPE, text=True)
    address = re.search(r"127\.0\.0\.1:\d+", server.stdout.readline())
    return server, "http://" + address.group()


def load(url, database, files):
    """Copies the files into a database of the server."""
    arguments = []
    for path in files:
        if path.endswith((".db", ".sqlite")):
            arguments += ["--store", path]
            continue
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            header = file.readline()
        arguments += ["--event-data" if "data_key" in header else "--events", path]
    command = [sys.executable, os.path.join(HERE, "load.py"), "--url", url, "--database", database, "--compare"]
    outcome = subprocess.run(command + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if outcome.returncode != 0:
        sys.exit(outcome.stdout)


def main():
    program, command, *rest = sys.argv[1:]
    files = [word for word in rest if os.path.isfile(word)]
    others = [word for word in rest if not os.path.isfile(word)]
    server, url = None, os.environ.get("FOOTFALL_TEST_CLICKHOUSE")
    if not url:
        server, url = start_server()
    database = "f" + uuid.uuid4().hex
    try:
        load(url, database, files)
        address = f"clickhouse://default@{urllib.parse.urlsplit(url).netloc}/{database}?secure=false&arrival=arrival"
        return subprocess.run([program, command, address] + [word for word in others if word not in ("--no-cache",)]).returncode
    finally:
        if server:
            server.terminate()
        else:
            subprocess.run(
                [sys.executable, "-c", "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], sys.argv[2].encode()).read()",
                 url + "/", f"DROP DATABASE IF EXISTS {database}"], stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
