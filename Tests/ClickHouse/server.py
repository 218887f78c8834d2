#!/usr/bin/env python3
"""Serves ClickHouse's HTTP interface over chdb, ClickHouse's engine in a process.

    python3 server.py --port 0 --data DIR --user umami --password secret

The first line on stdout is `listening on 127.0.0.1:PORT`. Only the standard library and chdb are needed.

What it copies from the real server, and where that is written down:

- Requests: the query is the URL parameter `query`, a line break and the body; `param_NAME` are query parameters; `database`
  and `default_format` are read; every other URL parameter is a setting. GET and HEAD set `readonly=2`.
  (ClickHouse `src/Server/HTTPHandler.cpp`: `processQuery`, `getQuery`, `customizeQueryParam`)
- `http_max_uri_size` 1 MiB, `http_max_field_value_size` 128 KiB for every URL parameter, counted before percent-decoding;
  the same limit for parts of `multipart/form-data`. (`src/Server/HTTP/HTMLForm.cpp`, `src/Core/Settings.cpp`)
- Authentication: headers `X-ClickHouse-User` and `-Key`, Basic, or URL parameters; two of them at once is an error.
  (`src/Server/HTTP/authenticateUserByHTTP.cpp`)
- The status of an error follows its code. (`src/Server/HTTP/exceptionCodeToHTTPStatus.cpp`)
- The first MiB of an answer is held back, so an error in it still has its own status. Later errors come inside a 200 answer,
  in three forms, chosen by `--version`:
    - before 24.11: the text of the error after the rows, and a regular end of the answer;
    - 24.11 to 25.10: a line `__exception__`, the text, and the connection is closed without the last chunk (pull request 68800);
    - since 25.11: `__exception__`, a tag, the text, its length, the tag, `__exception__`, also without the last chunk
      (pull request 88818; the tag is in the header `X-ClickHouse-Exception-Tag` of every answer).
  (`src/Server/HTTP/WriteBufferFromHTTPServerResponse.cpp`, later `HTTP1/HTTP1ServerResponse.cpp`: `cancelWithException`)
- `http_write_exception_in_output_format=1` (the default from 23.9 to 25.10): JSON formats end with the error as a row, and the
  answer ends regularly. Implemented for JSONEachRow and JSONCompactEachRow.
- `enable_http_compression` is 0 by default before 26.x, 1 in 26.9.

Each request runs on a chdb connection of its own, so that settings and the database do not leak and queries run side by side.

Not implemented: `compress=1` and `decompress=1` (ClickHouse's own frames), `session_id`, external tables, roles, quotas,
X-ClickHouse-Progress, HTTP/2, and queries that are not UTF-8 (chdb takes text; parameters may hold any bytes).
"""

import argparse
import base64
import contextlib
import gzip
import hmac
import json
import random
import re
import select
import socket
import ssl
import string
import struct
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
import zlib
from email.utils import formatdate
from http import HTTPStatus

import chdb

MAXIMUM_REQUEST_LINE_BYTES = 1 << 20
MAXIMUM_FIELD_BYTES = 128 << 10
MAXIMUM_FIELDS = 1000
RESPONSE_BUFFER_BYTES = 1 << 20
MAXIMUM_EXCEPTION_BYTES = 16 << 10
SOCKET_WRITE_BYTES = 64 << 10

# src/Server/HTTP/exceptionCodeToHTTPStatus.cpp; numbers from src/Common/ErrorCodes.cpp.
STATUS_OF_CODE = {
    **dict.fromkeys([194], 401),
    **dict.fromkeys([192, 193, 497, 516, 512], 403),
    **dict.fromkeys([36, 427, 6, 25, 26, 38, 41, 72, 440, 441, 27, 376, 15, 44, 8, 66, 167, 168, 62, 117, 53, 69, 162, 47001], 400),
    **dict.fromkeys([60, 46, 47, 50, 56, 81, 115, 78, 30, 63, 73, 336, 511], 404),
    381: 411,
    159: 408,
    223: 413,
    48: 501,
    **dict.fromkeys([209, 76, 439], 503),
}
RESERVED_PARAMETERS = {
    "compress", "decompress", "user", "password", "quota_key", "query_id", "stacktrace", "role", "buffer_size",
    "wait_end_of_query", "session_id", "session_timeout", "session_check", "client_protocol_version", "close_session",
    "database", "default_format", "query", "",
}
SECRET_HEADERS = {"authorization", "x-clickhouse-key"}
SECRET_PARAMETERS = {"password"}
# Formats whose output is the same whether it is written block by block or at once, with the number of heading lines that chdb
# repeats for each block. RowBinaryWithNamesAndTypes has a binary heading (-1).
STREAMED_FORMATS = {
    "TabSeparated": 0, "TSV": 0, "TSVRaw": 0, "TabSeparatedRaw": 0, "TabSeparatedWithNames": 1, "TSVWithNames": 1,
    "TabSeparatedWithNamesAndTypes": 2, "TSVWithNamesAndTypes": 2, "CSV": 0, "CSVWithNames": 1, "CSVWithNamesAndTypes": 2,
    "JSONEachRow": 0, "JSONLines": 0, "NDJSON": 0, "JSONCompactEachRow": 0, "JSONCompactEachRowWithNames": 1,
    "JSONCompactEachRowWithNamesAndTypes": 2, "JSONStringsEachRow": 0, "JSONCompactStringsEachRow": 0,
    "JSONCompactStringsEachRowWithNamesAndTypes": 2, "RowBinary": 0, "RowBinaryWithNamesAndTypes": -1, "Native": 0,
    "LineAsString": 0, "RawBLOB": 0,
}
CONTENT_TYPES = [
    (re.compile(r"^(JSON|JSONCompact|JSONStrings|JSONColumns.*|JSONCompactColumns)$"), "application/json; charset=UTF-8"),
    (re.compile(r"^(JSON.*EachRow.*|JSONLines|NDJSON)$"), "application/x-ndjson; charset=UTF-8"),
    (re.compile(r"^CSV"), "text/csv; charset=UTF-8; header="),
    (re.compile(r"^(TSV|TabSeparated)"), "text/tab-separated-values; charset=UTF-8"),
    (re.compile(r"^(RowBinary|Native|RawBLOB|Parquet|Arrow)"), "application/octet-stream"),
]
FORMAT_CLAUSE = re.compile(r"\bFORMAT\s+([A-Za-z][A-Za-z0-9]*)\s*(?:SETTINGS\b[^;]*)?;?\s*$", re.IGNORECASE)
READS = re.compile(r"^(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:SELECT|WITH)\b", re.IGNORECASE | re.DOTALL)
INSERTS_INPUT = re.compile(rb"^\s*INSERT\b.*\binput\s*\(\s*('(?:[^'\\]|\\.)*')\s*\).*\bFORMAT\s+(\w+)\s*$", re.IGNORECASE | re.DOTALL)
KILLS = re.compile(r"^\s*KILL\s+QUERY\b", re.IGNORECASE)
ERROR = re.compile(r"Code: (\d+)\. DB::")


class QueryError(Exception):
    """An error of ClickHouse: its code and its text without the version."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
        self.text = text

    @staticmethod
    def named(code, name, message):
        return QueryError(code, f"Code: {code}. DB::Exception: {message}. ({name})")

    @staticmethod
    def of(exception):
        text = str(exception).removeprefix("Streaming query failed: ")
        found = ERROR.search(text)
        return QueryError(int(found.group(1)), text) if found else QueryError(1002, f"Code: 1002. DB::Exception: {text} (UNKNOWN_EXCEPTION)")


class Fault:
    """What the next requests meet: set through `/_test/fault?name=NAME&after=N&times=N&match=TEXT`."""

    NAMES = {
        "none", "cut", "cut-clean", "slow", "slow-rows", "exception-late", "restart", "refuse", "memory", "error", "hang", "empty",
        "status", "garbage",
    }

    def __init__(self, name="none", after=0, times=0, match="", code=0, text="", status=502, away=1000):
        self.name, self.after, self.times, self.match = name, after, times, match
        self.code, self.text, self.status, self.away = code, text, status, away
        self.met = 0


class Server:
    def __init__(self, options):
        self.options = options
        self.fault = Fault(options.fault, options.after)
        self.lock = threading.Lock()
        self.connections = set()
        self.running = {}
        self.requests = 0
        self.queries = 0
        self.log = open(options.log, "a", encoding="utf-8") if options.log else None
        self.version = tuple(int(part) for part in options.version.split(".")[:2])
        self.context = None
        if options.tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*options.tls)
        # The engine ends with its last connection, and tables in memory with it: this one stays.
        self.engine = chdb.connect(options.data)
        self.engine_version, self.timezone = self.engine.query("SELECT version(), timezone()", "TSV").bytes().decode().split()
        self.engine.query(f"CREATE DATABASE IF NOT EXISTS {quoted_name(options.database)}")
        self.listener = None
        self.listen(options.port)

    # Sockets

    def listen(self, port):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.options.host, port))
        listener.listen(128)
        self.port = listener.getsockname()[1]
        self.listener = listener

    def serve(self):
        number = 0
        while True:
            listener = self.listener
            if listener is None:
                time.sleep(0.005)
                continue
            try:
                connection, _ = listener.accept()
            except OSError:
                listener.close()
                continue
            number += 1
            threading.Thread(target=self.run, args=(connection, number), daemon=True).start()

    def run(self, connection, number):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with self.lock:
                self.connections.add(connection)
            Connection(self, connection, number).run()
        except (OSError, ssl.SSLError):
            pass
        finally:
            with self.lock:
                self.connections.discard(connection)
            connection.close()

    def away(self, milliseconds, before=lambda: None):
        """Stops listening, does `before`, closes every connection, and listens again on the same port after a while."""
        with self.lock:
            listener, self.listener = self.listener, None
            connections = list(self.connections)
        if listener is None:
            return
        # shutdown refuses connections and wakes accept, whose thread closes the socket.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        before()
        for connection in connections:
            # As the kernel does for a process that ends; the threads that wait for requests see the end, too.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

        def back():
            time.sleep(milliseconds / 1000)
            while True:
                try:
                    return self.listen(self.port)
                except OSError:
                    time.sleep(0.01)

        threading.Thread(target=back, daemon=True).start()

    def take_fault(self, text):
        with self.lock:
            fault = self.fault
            if fault.name == "none" or (fault.match and fault.match not in text) or (fault.times and fault.met >= fault.times):
                return Fault()
            fault.met += 1
            return fault

    def record(self, entry):
        if not self.log:
            return
        with self.lock:
            self.log.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self.log.flush()


class Request:
    """One parsed HTTP request. `fields` are the URL parameters with their bytes; the first of a name counts."""

    def __init__(self, method, target, version, headers, body):
        self.method, self.target, self.version, self.headers, self.body = method, target, version, headers, body
        self.path, _, query = target.partition("?")
        self.raw_fields = [pair.partition("=")[::2] for pair in query.split("&")] if query else []
        self.fields = {}
        for name, value in self.raw_fields:
            self.fields.setdefault(text_of(unquote(name)), unquote(value))

    def text(self, name, default=""):
        return text_of(self.fields[name]) if name in self.fields else default

    def flag(self, name, default=False):
        return self.text(name, "1" if default else "0") not in ("0", "", "false")

    def header(self, name, default=""):
        return self.headers.get(name.lower(), default)


class Connection:
    def __init__(self, server, connection, number):
        self.server, self.socket, self.number = server, connection, number
        self.options = server.options
        self.input = connection.makefile("rb", buffering=1 << 16)

    def run(self):
        while True:
            self.socket.settimeout(self.options.keep_alive)
            try:
                request = self.read()
            except socket.timeout:
                return
            if request is None:
                return
            self.socket.settimeout(None)
            if not self.answer(request):
                return

    def read(self):
        line = self.input.readline(MAXIMUM_REQUEST_LINE_BYTES + 64)
        if not line:
            return None
        parts = line.rstrip(b"\r\n").split(b" ")
        if not line.endswith(b"\n") or len(parts) != 3 or len(parts[1]) > MAXIMUM_REQUEST_LINE_BYTES:
            self.socket.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: Close\r\n\r\n")
            return None
        headers = {}
        while True:
            line = self.input.readline(MAXIMUM_FIELD_BYTES)
            if line in (b"\r\n", b"\n", b""):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self.input.readline(1 << 10).split(b";")[0], 16):
                body += self.input.read(size)
                self.input.readline(1 << 10)
            while self.input.readline(1 << 16) not in (b"\r\n", b"\n", b""):
                pass
        else:
            body = self.input.read(int(headers.get("content-length", 0)))
        return Request(parts[0].decode("latin-1"), parts[1].decode("latin-1"), parts[2].decode("latin-1"), headers, body)

    # Answers

    def answer(self, request):
        """Answers one request; false closes the connection."""
        if request.path.startswith("/_test/"):
            return self.control(request)
        self.record(request)
        answer = Answer(self, request)
        fault = self.server.take_fault(request.text("query") + request.body.decode("utf-8", "replace"))
        if fault.name in ("slow", "slow-rows"):
            time.sleep(fault.after / 1000 if fault.name == "slow" else 0)
        elif fault.name == "hang":
            self.input.read(1)
            return False
        elif fault.name == "empty":
            return False
        elif fault.name == "garbage":
            self.socket.sendall(b"\x15\x03\x01\x00\x02\x02\x46")
            return False
        elif fault.name == "refuse" or (fault.name == "restart" and fault.after == 0):
            self.server.away(fault.away if fault.name == "restart" else fault.after)
            return False
        elif fault.name == "status":
            page = fault.text.encode() or b"<html><body><h1>Bad Gateway</h1></body></html>"
            return answer.plain(fault.status, page, "text/html")
        answer.fault = fault
        if request.method in ("GET", "HEAD") and request.path in ("/ping", "/replicas_status"):
            return answer.plain(200, b"Ok.\n", "text/html; charset=UTF-8")
        if request.method in ("GET", "HEAD") and request.path == "/" and "query" not in request.fields:
            return answer.plain(200, b"Ok.\n", "text/html; charset=UTF-8")
        if request.path not in ("/", "/query"):
            return answer.plain(404, f"There is no handle {request.path}\n".encode(), "text/plain; charset=UTF-8")
        try:
            return self.query(request, answer)
        except QueryError as error:
            return answer.fail(error)

    def control(self, request):
        answer = Answer(self, request)
        if request.path == "/_test/fault":
            name = request.text("name", "none")
            if name not in Fault.NAMES:
                return answer.plain(400, f"no fault {name}; there are {', '.join(sorted(Fault.NAMES))}\n".encode(), "text/plain")
            number = lambda field, default=0: int(request.text(field, str(default)))
            self.server.fault = Fault(
                name, number("after"), number("times"), request.text("match"), number("code"), request.text("text"), number("status", 502),
                number("away", 1000))
            if name == "refuse":
                # At once, not at the next request: what is tested is a connection that nobody accepts.
                self.server.fault = Fault()
                answer.keep = False
                self.server.away(number("after") or 1000, lambda: answer.plain(200, b"Ok.\n", "text/plain") or self.finish())
                return False
            return answer.plain(200, b"Ok.\n", "text/plain")
        if request.path == "/_test/state":
            with self.server.lock:
                state = {
                    "fault": self.server.fault.name, "met": self.server.fault.met, "connections": len(self.server.connections),
                    "running": sorted(self.server.running), "requests": self.server.requests, "queries": self.server.queries,
                }
            return answer.plain(200, json.dumps(state).encode(), "application/json")
        return answer.plain(404, b"there are /_test/fault and /_test/state\n", "text/plain")

    def finish(self):
        """Waits until the client has read the answer and closed, so that a reset does not take the answer away."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(1)
            self.socket.recv(1)

    def record(self, request):
        with self.server.lock:
            self.server.requests += 1
        secret = lambda name, value, names: "(secret)" if name.lower() in names else value
        self.server.record({
            "connection": self.number, "method": request.method, "path": request.path,
            "parameters": {name: secret(name, text_of(value), SECRET_PARAMETERS) for name, value in request.fields.items()},
            "headers": {name: secret(name, value, SECRET_HEADERS) for name, value in request.headers.items()},
            "body": text_of(decoded_body(request, lenient=True)),
        })

    # Queries

    def authenticate(self, request):
        user, password = request.header("X-ClickHouse-User"), request.header("X-ClickHouse-Key")
        by_header = bool(user or password)
        basic = request.header("Authorization")
        by_parameter = "user" in request.fields or "password" in request.fields
        if by_header + bool(basic) + by_parameter > 1:
            ways = [way for way, used in (("X-ClickHouse HTTP headers", by_header), ("Authorization HTTP header", basic),
                                          ("authentication via parameters", by_parameter)) if used]
            raise QueryError.named(516, "AUTHENTICATION_FAILED",
                                   f"Invalid authentication: it is not allowed to use {ways[0]} and {ways[1]} simultaneously")
        if basic:
            scheme, _, value = basic.partition(" ")
            if scheme.lower() != "basic":
                raise QueryError.named(516, "AUTHENTICATION_FAILED",
                                       f"Invalid authentication: '{scheme}' HTTP Authorization scheme is not supported")
            try:
                user, _, password = base64.b64decode(value).decode("utf-8", "surrogateescape").partition(":")
            except ValueError:
                user = ""
        elif not by_header:
            user, password = request.text("user", "default"), request.text("password")
        same = hmac.compare_digest(password.encode("utf-8", "surrogateescape"), self.options.password.encode())
        if user != self.options.user or not same:
            raise QueryError.named(
                516, "AUTHENTICATION_FAILED",
                f"{user}: Authentication failed: password is incorrect, or there is no user with such name")

    def query(self, request, answer):
        if request.method not in ("GET", "HEAD", "POST", "PUT"):
            raise QueryError.named(48, "NOT_IMPLEMENTED", f"HTTP method {request.method} is not supported by this test server")
        if request.method == "POST" and "content-length" not in request.headers and "transfer-encoding" not in request.headers:
            raise QueryError.named(381, "HTTP_LENGTH_REQUIRED",
                                   "The Transfer-Encoding is not chunked and there is no Content-Length header for POST request")
        check_fields(request.raw_fields)
        self.authenticate(request)
        answer.query_id = request.text("query_id") or request.header("X-ClickHouse-Query-Id") or str(uuid.uuid4())
        answer.compress(request)
        fields, body = dict(request.fields), decoded_body(request)
        if request.header("Content-Type").startswith("multipart/form-data"):
            for name, value in multipart_fields(request, body):
                if name == "query":
                    fields["query"] = fields.get("query", b"") + value
                else:
                    fields.setdefault(name, value) if name.startswith("param_") else None
            body = b""
        for name in ("compress", "decompress"):
            if request.flag(name):
                raise QueryError.named(48, "NOT_IMPLEMENTED", f"{name}=1 is not supported by this test server")
        text = fields.get("query", b"")
        with contextlib.ExitStack() as files:
            if text and INSERTS_INPUT.search(text) and body:
                text, body = of_file(text, body, files), b""
            return self.statement(request, answer, fields, text + b"\n" + body if text else body)

    def statement(self, request, answer, fields, text):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError:
            raise QueryError.named(48, "NOT_IMPLEMENTED", "a query that is not UTF-8 is not supported by this test server; send a parameter")
        if not text.strip():
            raise QueryError.named(62, "SYNTAX_ERROR", "Syntax error: failed at position 1 (end of query): Empty query")
        if answer.fault.name == "memory":
            raise QueryError.named(
                241, "MEMORY_LIMIT_EXCEEDED", "(total) memory limit exceeded: would use 10.06 GiB (attempt to allocate chunk of "
                "4.00 MiB bytes), maximum: 9.31 GiB: While executing AggregatingTransform")
        if answer.fault.name == "error":
            raise QueryError.named(answer.fault.code or 1000, "TEST_FAULT", answer.fault.text or "an error that a test asked for")
        return self.execute(request, answer, fields, text)

    def execute(self, request, answer, fields, text):
        parameters = {name[6:]: parameter_text(value) for name, value in fields.items() if name.startswith("param_")}
        settings = {name: text_of(value) for name, value in request.fields.items()
                    if name not in RESERVED_PARAMETERS and not name.startswith("param_")}
        with self.server.lock:
            self.server.queries += 1
            if answer.query_id in self.server.running:
                raise QueryError.named(216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
                                       f"Query with id = {answer.query_id} is already running")
            self.server.running[answer.query_id] = time.time()
        finished = threading.Event()
        engine = chdb.connect(self.options.data)
        try:
            database = request.header("X-ClickHouse-Database") or text_of(fields.get("database", b"")) or self.options.default_database
            # chdb gives a query no id of the client's choice: log_comment carries it, and KILL QUERY looks there.
            # http_max_tries: views over url() (load.py --shards) shall fail at once, not after minutes of retries.
            opening = [f"SET log_comment = {quoted(answer.query_id)}, http_max_tries = 1", f"USE {quoted_name(database)}"]
            if self.options.readonly:
                opening.append(f"SET readonly = {self.options.readonly}")
            elif request.method in ("GET", "HEAD"):
                opening.append("SET readonly = 2")
            for name in settings:
                if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name):
                    raise QueryError.named(115, "UNKNOWN_SETTING", f"Unknown setting '{name}'")
            if settings:
                opening.append("SET " + ", ".join(f"{name} = {quoted(value)}" for name, value in settings.items()))
            with engine_errors():
                engine.query("; ".join(opening))
            if KILLS.match(text):
                text = re.sub(r"\b(?:initial_)?query_id\b(?![^{]*\})", "Settings['log_comment']", text)
            if settings.get("cancel_http_readonly_queries_on_client_close") in ("1", "true"):
                threading.Thread(target=self.watch, args=(answer.query_id, finished), daemon=True).start()
            named = FORMAT_CLAUSE.search(text)
            format = named.group(1) if named else text_of(fields.get("default_format", b"")) or request.header("X-ClickHouse-Format") or "TabSeparated"
            answer.format = format
            whole = request.flag("wait_end_of_query") or settings.get("http_wait_end_of_query") in ("1", "true")
            in_format = settings.get("http_write_exception_in_output_format", "1" if (23, 9) <= self.server.version < (25, 11) else "0")
            answer.exception_in_format = in_format in ("1", "true")
            answer.hold = None if whole else RESPONSE_BUFFER_BYTES
            if READS.match(text) and format in STREAMED_FORMATS:
                self.stream(engine, text, format, parameters, answer)
            else:
                with engine_errors():
                    result = engine.query(text, format, params=parameters)
                answer.progress(result)
                answer.write(result.bytes())
            return answer.end()
        finally:
            finished.set()
            engine.close()
            with self.server.lock:
                self.server.running.pop(answer.query_id, None)

    def stream(self, engine, text, format, parameters, answer):
        with engine_errors():
            result = engine.send_query(text, format, params=parameters)
        heading = None
        with result:
            while True:
                with engine_errors():
                    block = next(result, None)
                if block is None:
                    break
                data = block.bytes()
                answer.progress(block)
                if heading is None:
                    heading = data[:heading_length(data, STREAMED_FORMATS[format])]
                elif heading and data.startswith(heading):
                    data = data[len(heading):]
                answer.write(data)
        if heading is None:
            # An answer without rows has no blocks, but a format may write a heading.
            with engine_errors():
                answer.write(engine.query(text, format, params=parameters).bytes())

    def watch(self, query_id, finished):
        """Kills the query when its client goes away (`cancel_http_readonly_queries_on_client_close`)."""
        while not finished.wait(0.02):
            try:
                ready, _, _ = select.select([self.socket], [], [], 0)
                if ready and not self.socket.recv(1, socket.MSG_PEEK):
                    with chdb.connect(self.options.data) as engine:
                        engine.query(f"KILL QUERY WHERE Settings['log_comment'] = {quoted(query_id)} ASYNC")
                    return
            except (OSError, ValueError):
                return


class Answer:
    """Writes one answer in chunks, holding back its first MiB as the real server does."""

    def __init__(self, connection, request):
        self.connection, self.request, self.socket = connection, request, connection.socket
        self.server, self.options = connection.server, connection.options
        self.fault = Fault()
        self.hold = RESPONSE_BUFFER_BYTES
        self.pending, self.pending_bytes = [], 0
        self.started, self.body_bytes = False, 0
        self.encoder, self.encoding = None, ""
        self.query_id, self.format = "", ""
        self.exception_in_format = False
        self.read_rows = self.read_bytes = 0
        self.began = time.perf_counter()
        self.keep = request.version == "HTTP/1.1" and request.header("Connection").lower() != "close"
        self.tag = "".join(random.choices(string.ascii_lowercase, k=16))

    def compress(self, request):
        default = self.server.version >= (26, 1)
        if not request.flag("enable_http_compression", default):
            return
        accepted = request.header("Accept-Encoding").lower()
        for name, bits in (("gzip", 31), ("deflate", 15)):
            if name in accepted:
                self.encoding = name
                self.encoder = zlib.compressobj(3, zlib.DEFLATED, bits)
                return

    def progress(self, block):
        self.read_rows += block.rows_read() or 0
        self.read_bytes += block.bytes_read() or 0

    # Writing

    def head(self, status, length=None, type="text/plain; charset=UTF-8", code=0):
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else 'Unknown'}",
                 f"Date: {formatdate(usegmt=True)}", f"Connection: {'Keep-Alive' if self.keep else 'Close'}", f"Content-Type: {type}",
                 f"X-ClickHouse-Server-Display-Name: {self.options.display_name}"]
        if length is None and self.request.version == "HTTP/1.1":
            lines.append("Transfer-Encoding: chunked")
        elif length is not None:
            lines.append(f"Content-Length: {length}")
        if self.query_id:
            lines.append(f"X-ClickHouse-Query-Id: {self.query_id}")
        if self.format and not code:
            lines.append(f"X-ClickHouse-Format: {self.format}")
            lines.append(f"X-ClickHouse-Timezone: {self.server.timezone}")
        if code:
            lines.append(f"X-ClickHouse-Exception-Code: {code}")
        if self.encoding and length is None:
            lines.append(f"Content-Encoding: {self.encoding}")
        if self.server.version >= (25, 11):
            lines.append(f"X-ClickHouse-Exception-Tag: {self.tag}")
        if self.keep:
            lines.append(f"Keep-Alive: timeout={self.options.keep_alive}")
        lines.append("X-ClickHouse-Summary: " + json.dumps({
            "read_rows": str(self.read_rows), "read_bytes": str(self.read_bytes), "written_rows": "0", "written_bytes": "0",
            "total_rows_to_read": "0", "result_rows": "0", "result_bytes": str(self.pending_bytes),
            "elapsed_ns": str(int((time.perf_counter() - self.began) * 1e9))}, separators=(",", ":")))
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")

    def plain(self, status, body, type):
        data = self.head(status, len(body), type)
        self.socket.sendall(data if self.request.method == "HEAD" else data + body)
        return self.keep

    def content_type(self):
        for pattern, type in CONTENT_TYPES:
            if pattern.match(self.format):
                return type + ("present" if "WithNames" in self.format else "absent") if type.endswith("header=") else type
        return "text/plain; charset=UTF-8"

    def write(self, data):
        if not data:
            return
        self.pending.append(data)
        self.pending_bytes += len(data)
        late = self.fault.name in ("exception-late", "cut", "cut-clean", "restart", "slow-rows") and self.pending_bytes >= self.fault.after
        if self.started or late or (self.hold is not None and self.pending_bytes >= self.hold):
            self.flush()

    def flush(self):
        data = b"".join(self.pending)
        self.pending, self.pending_bytes = [], 0
        head = b"" if self.started else self.head(200, type=self.content_type())
        self.started = True
        self.send(head, data)

    def send(self, head, data):
        if self.fault.name == "slow-rows":
            self.socket.sendall(head)
            for start in range(0, len(data), 1 << 10):
                self.socket.sendall(self.chunk(data[start:start + (1 << 10)]))
                time.sleep(self.fault.after / 1000)
            return
        room = self.fault.after - self.body_bytes
        if self.fault.name in ("exception-late", "cut", "cut-clean", "restart") and len(data) >= room:
            self.socket.sendall(head + self.chunk(data[:room], flush=True))
            self.body_bytes += room
            self.happen()
        self.body_bytes += len(data)
        self.socket.sendall(head + self.chunk(data))

    def happen(self):
        """The fault in the middle of an answer."""
        if self.fault.name == "exception-late":
            raise QueryError.named(self.fault.code or 241, "MEMORY_LIMIT_EXCEEDED" if self.fault.code in (0, 241) else "TEST_FAULT",
                                   self.fault.text or "(for query) memory limit exceeded: would use 9.32 GiB, maximum: 9.31 GiB")
        if self.fault.name == "restart":
            self.server.away(self.fault.away)
        elif self.fault.name == "cut":
            reset_on_close(self.socket)
        else:
            self.socket.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    def chunk(self, data, flush=False, end=False):
        if self.request.method == "HEAD":
            return b""
        if self.encoder:
            data = self.encoder.compress(data)
            if flush:
                data += self.encoder.flush(zlib.Z_SYNC_FLUSH)
            if end:
                data += self.encoder.flush()
        if self.request.version != "HTTP/1.1":
            return data
        parts = [b"%x\r\n%b\r\n" % (len(data), data)] if data else []
        if end:
            parts.append(b"0\r\n\r\n")
        return b"".join(parts)

    def end(self):
        if self.fault.name == "restart" and not self.started or self.fault.name in ("exception-late", "cut", "cut-clean") and not self.started:
            # The answer is shorter than `after`: the fault comes at its end.
            self.fault.after = self.pending_bytes
            self.flush()
        data = b"".join(self.pending)
        head = b"" if self.started else self.head(200, type=self.content_type())
        if not data and not self.encoder or not (data or self.body_bytes):
            self.encoding = ""
        if self.fault.name == "slow-rows":
            self.send(head, data)
            head, data = b"", b""
        self.socket.sendall(head + self.chunk(data, end=True))
        return self.keep

    def fail(self, error):
        text = f"{error.text} (version {self.options.version_text or self.server.engine_version} (official build))\n".encode("utf-8", "replace")
        if not self.started:
            self.pending, self.pending_bytes = [], 0
            status = STATUS_OF_CODE.get(error.code, 500)
            head = self.head(status, code=error.code)
            if status == 401:
                head = head[:-2] + b'WWW-Authenticate: Basic realm="ClickHouse server HTTP API"\r\n\r\n'
            self.socket.sendall(head + self.chunk(text, end=True))
            return self.keep
        if self.pending:
            data = b"".join(self.pending)
            self.pending = []
            self.socket.sendall(self.chunk(data, flush=True))
        line = text.decode("utf-8").rstrip("\n")
        if self.exception_in_format and self.format in ("JSONEachRow", "JSONCompactEachRow"):
            row = json.dumps([line] if "Compact" in self.format else {"exception": line}, ensure_ascii=False) + "\n"
            self.socket.sendall(self.chunk(row.encode(), end=True))
            return self.keep
        if self.server.version < (24, 11):
            self.socket.sendall(self.chunk(text, end=True))
            return self.keep
        if self.server.version < (25, 11):
            block = b"__exception__\r\n" + text
        else:
            tag = self.tag.encode()
            text = text[:MAXIMUM_EXCEPTION_BYTES - 77]
            block = b"\r\n__exception__\r\n%b\r\n%b%d %b\r\n__exception__\r\n" % (tag, text, len(text), tag)
        # No last chunk: the client must not take the answer for a whole one.
        self.socket.sendall(self.chunk(block, flush=True))
        return False


# Pieces


@contextlib.contextmanager
def engine_errors():
    """Turns chdb's errors, which are RuntimeErrors or of a class of its own, into errors of ClickHouse."""
    try:
        yield
    except Exception as error:
        raise QueryError.of(error)


def unquote(text):
    return urllib.parse.unquote_to_bytes(text.replace("+", " ").encode("latin-1"))


def text_of(data):
    """Bytes as text; bytes that are not UTF-8 become \\xNN."""
    return data.decode("utf-8", "backslashreplace")


def parameter_text(data):
    """A parameter for chdb, which takes text. ClickHouse reads parameters in the escaped form of TSV, where \\xNN is a byte."""
    return "".join(f"\\x{ord(c) - 0xDC00:02X}" if 0xDC80 <= ord(c) <= 0xDCFF else c for c in data.decode("utf-8", "surrogateescape"))


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quoted_name(text):
    return "`" + text.replace("\\", "\\\\").replace("`", "\\`") + "`"


def check_fields(fields):
    if len(fields) > MAXIMUM_FIELDS:
        raise QueryError.named(1000, "POCO_EXCEPTION", "Poco::Exception. Code: 1000, e.code() = 0, HTML Form Exception: Too many form fields")
    for name, value in fields:
        if len(value) > MAXIMUM_FIELD_BYTES:
            raise QueryError.named(1000, "POCO_EXCEPTION", "Poco::Exception. Code: 1000, e.code() = 0, HTML Form Exception: Field value too long")


def decoded_body(request, lenient=False):
    encoding = request.header("Content-Encoding").lower()
    try:
        if encoding == "gzip":
            return gzip.decompress(request.body)
        if encoding == "deflate":
            return zlib.decompress(request.body)
    except (OSError, EOFError, zlib.error) as error:
        if lenient:
            return request.body
        raise QueryError.named(354, "ZLIB_INFLATE_FAILED", f"inflate failed: {error}")
    return request.body


def multipart_fields(request, body):
    found = re.search(r'boundary="?([^";]+)"?', request.header("Content-Type"))
    if not found:
        raise QueryError.named(36, "BAD_ARGUMENTS", "multipart/form-data without a boundary")
    fields = []
    for part in (b"\r\n" + body).split(b"\r\n--" + found.group(1).encode())[1:]:
        if part.startswith(b"--"):
            return fields
        head, _, value = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        if b"filename=" in head:
            raise QueryError.named(48, "NOT_IMPLEMENTED", "external tables are not supported by this test server")
        if len(value) > MAXIMUM_FIELD_BYTES:
            raise QueryError.named(1000, "POCO_EXCEPTION", "Poco::Exception. Code: 1000, e.code() = 0, HTML Form Exception: Field value too long")
        fields.append((text_of(name.group(1)) if name else "", value))
    raise QueryError.named(33, "CANNOT_READ_ALL_DATA",
                           "Unexpected EOF, did not find the last boundary while parsing a multipart HTTP request")


def of_file(text, data, files):
    """`INSERT … SELECT … FROM input(structure) … FORMAT F` with its data in a file: chdb reads no data for input()."""
    file = files.enter_context(tempfile.NamedTemporaryFile(prefix="footfall-"))
    file.write(data)
    file.flush()
    found = INSERTS_INPUT.search(text)
    text = text[:found.start(2)].rstrip()[:-len("FORMAT")]
    source = b"file('%b', '%b', %b)" % (file.name.encode(), found.group(2), found.group(1))
    return re.sub(rb"\binput\s*\(\s*'(?:[^'\\]|\\.)*'\s*\)", lambda _: source, text, flags=re.IGNORECASE)


def heading_length(data, lines):
    if lines >= 0:
        end = 0
        for _ in range(lines):
            end = data.find(b"\n", end) + 1
        return end

    def number(at):
        value = shift = 0
        while True:
            byte = data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at

    columns, end = number(0)
    for _ in range(2 * columns):
        size, end = number(end)
        end += size
    return end


def reset_on_close(connection):
    """Lets the end of a connection be a RST, as of a process that dies with unread data."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def arguments(list=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--data", default=":memory:", metavar="DIR", help="directory of chdb, as load.py fills it; default: in memory")
    parser.add_argument("--user", default="default")
    parser.add_argument("--password", default="")
    parser.add_argument("--database", default="umami", help="database to create")
    parser.add_argument("--default-database", default="default", help="database of a request that names none")
    parser.add_argument("--readonly", type=int, choices=[0, 1, 2], default=0, help="the setting readonly of the user's profile")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--log", metavar="FILE", help="append each request as a JSON line")
    parser.add_argument("--version", default="26.9", help="behave as this version where versions differ: 23.8, 24.8, 25.3, 25.11, 26.9")
    parser.add_argument("--version-text", default="", help="the version in texts of errors; default: the engine's")
    parser.add_argument("--display-name", default="footfall-test")
    parser.add_argument("--keep-alive", type=int, default=10, metavar="SECONDS")
    parser.add_argument("--fault", default="none", choices=sorted(Fault.NAMES))
    parser.add_argument("--after", type=int, default=0, help="bytes of the answer or milliseconds, see Tests/README.md")
    return parser.parse_args(list)


def main():
    server = Server(arguments())
    print(f"listening on {server.options.host}:{server.port}", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
