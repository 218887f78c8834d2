"""Tests of the test server itself: that it answers as ClickHouse's HTTP interface does.

    python3 -m unittest test_server        (in this folder, with chdb installed)
"""

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))


class Running:
    """A server in a process of its own."""

    def __init__(self, *options):
        self.directory = tempfile.mkdtemp()
        self.log = os.path.join(self.directory, "requests.ndjson")
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "server.py"), "--port", "0", "--log", self.log, *options], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", line).group(1))
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.directory)

    def connect(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def ask(self, body="", method="POST", headers={}, path="/", **parameters):
        connection = self.connect()
        target = path + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
        connection.request(method, target, body=body or None, headers={"Content-Length": "0", **headers} if not body and method == "POST" else headers)
        answer = connection.getresponse()
        try:
            answer.data = answer.read()
            answer.cut = False
        except (http.client.IncompleteRead, ConnectionError) as error:
            answer.data, answer.cut = getattr(error, "partial", b""), True
        connection.close()
        return answer

    def raw(self, text):
        """The bytes of an answer, to the end of the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(text)
            data = b""
            try:
                while piece := connection.recv(1 << 16):
                    data += piece
            except ConnectionResetError:
                data += b"(reset)"
            return data

    def fault(self, name, **more):
        answer = self.ask(method="GET", path="/_test/fault", name=name, **more)
        assert answer.status == 200, answer.data

    def requests(self):
        with open(self.log, encoding="utf-8") as file:
            return [json.loads(line) for line in file]


class ServerTest(unittest.TestCase):
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Running(*cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def tearDown(self):
        self.server.fault("none")

    def ask(self, *arguments, **more):
        return self.server.ask(*arguments, **more)

    def rows(self, body, **parameters):
        answer = self.ask(body, **parameters)
        self.assertEqual(answer.status, 200, answer.data)
        return answer.data.decode()


class Queries(ServerTest):
    def test_a_query_comes_in_the_address_or_the_body_or_both(self):
        self.assertEqual(self.rows("SELECT 1"), "1\n")
        self.assertEqual(self.rows("", query="SELECT 1"), "1\n")
        self.assertEqual(self.rows("+ 1", query="SELECT 1"), "2\n")
        self.assertEqual(self.ask(method="GET", query="SELECT 1").data, b"1\n")
        self.assertEqual(self.ask(gzip.compress(b"SELECT 3"), headers={"Content-Encoding": "gzip"}).data, b"3\n")

    def test_ping_and_the_root_answer_without_a_password(self):
        for path in ("/", "/ping", "/replicas_status"):
            self.assertEqual(self.ask(method="GET", path=path).data, b"Ok.\n")

    def test_headers_name_the_format_the_query_and_its_costs(self):
        answer = self.ask("SELECT 1 AS a FORMAT JSONCompactEachRow", query_id="q-1")
        self.assertEqual(answer.getheader("X-ClickHouse-Query-Id"), "q-1")
        self.assertEqual(answer.getheader("X-ClickHouse-Format"), "JSONCompactEachRow")
        self.assertEqual(answer.getheader("Transfer-Encoding"), "chunked")
        self.assertEqual(json.loads(answer.getheader("X-ClickHouse-Summary"))["read_rows"], "1")
        self.assertRegex(answer.getheader("X-ClickHouse-Exception-Tag"), "^[a-z]{16}$")

    def test_the_default_format_and_the_database_are_parameters(self):
        self.assertEqual(self.rows("SELECT 1 AS a", default_format="JSONEachRow"), '{"a":1}\n')
        self.assertEqual(self.rows("SELECT currentDatabase()", database="umami"), "umami\n")
        self.assertEqual(self.ask("SELECT currentDatabase()", headers={"X-ClickHouse-Database": "umami"}).data, b"umami\n")
        self.assertEqual(self.rows("SELECT currentDatabase()"), "default\n")

    def test_parameters_are_read_in_the_escaped_form_of_tsv(self):
        for sent, read in (("it's", b"it's"), ("a\\tb", b"a\tb"), ("a\\\\b", b"a\\b"), ("{y:String}", b"{y:String}"), ("a\\'); DROP", b"a'); DROP")):
            self.assertEqual(self.rows("SELECT hex({x:String})", param_x=sent), read.hex().upper() + "\n")
        self.assertEqual(self.rows("SELECT {x:Array(String)}", param_x="['a','b\\'c']"), "['a','b\\'c']\n")

    def test_a_raw_tab_in_a_parameter_is_an_error(self):
        answer = self.ask("SELECT {x:String}", param_x="a\tb")
        self.assertEqual(answer.getheader("X-ClickHouse-Exception-Code"), "457")

    def test_bytes_that_are_not_utf8_reach_the_engine(self):
        connection = self.server.connect()
        connection.request("POST", "/?param_x=%FF%C3%A9%80", body="SELECT hex({x:String})")
        self.assertEqual(connection.getresponse().read(), b"FFC3A980\n")
        connection.close()

    def test_a_parameter_over_128_kib_fails_in_the_address_and_in_a_form(self):
        self.assertEqual(self.rows("SELECT length({x:String})", param_x="a" * (128 << 10)), "131072\n")
        self.assertEqual(self.ask("SELECT 1", param_x="a" * ((128 << 10) + 1)).status, 500)
        self.assertIn(b"400 Bad Request", self.server.raw(b"GET /?query=" + b"a" * (1 << 20) + b" HTTP/1.1\r\n\r\n"))

    def test_a_form_may_hold_the_query_and_parameters(self):
        body = ('--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT {x:String}\r\n'
                '--b\r\nContent-Disposition: form-data; name="param_x"\r\n\r\nv\r\n--b--\r\n')
        answer = self.ask(body, headers={"Content-Type": "multipart/form-data; boundary=b"})
        self.assertEqual(answer.data, b"v\n")

    def test_settings_hold_for_one_request(self):
        self.assertEqual(self.rows("SELECT getSetting('max_threads')", max_threads=1), "1\n")
        self.assertNotEqual(self.rows("SELECT getSetting('log_comment')", log_comment="x"), self.rows("SELECT getSetting('log_comment')"))
        answer = self.ask("SELECT 1", nosuch=1)
        self.assertEqual((answer.status, answer.getheader("X-ClickHouse-Exception-Code")), (404, "115"))

    def test_get_is_read_only(self):
        answer = self.ask(method="GET", query="CREATE TABLE umami.no (a Int8) ENGINE = Memory")
        self.assertEqual((answer.status, answer.getheader("X-ClickHouse-Exception-Code")), (500, "164"))

    def test_errors_have_a_status_a_code_and_a_text_with_the_version(self):
        for query, status, code in (("SELECT nope", 404, 47), ("SELEKT 1", 400, 62), ("SELECT * FROM nope", 404, 60), ("SELECT throwIf(1)", 500, 395)):
            answer = self.ask(query)
            self.assertEqual((answer.status, answer.getheader("X-ClickHouse-Exception-Code")), (status, str(code)), answer.data)
            self.assertRegex(answer.data.decode(), rf"^Code: {code}\. DB::Exception: .*\(version [0-9.]+ \(official build\)\)\n$")

    def test_limits_of_time_and_memory(self):
        slow = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))"
        answer = self.ask(slow, max_execution_time=0.2)
        self.assertEqual((answer.status, answer.getheader("X-ClickHouse-Exception-Code")), (408, "159"))
        answer = self.ask("SELECT uniqExact(number) FROM numbers(10000000)", max_memory_usage=10_000_000)
        self.assertEqual((answer.status, answer.getheader("X-ClickHouse-Exception-Code")), (500, "241"))

    def test_headings_come_once_in_long_answers_and_in_empty_ones(self):
        lines = self.rows("SELECT number AS n FROM numbers(200000) FORMAT JSONCompactEachRowWithNamesAndTypes").splitlines()
        self.assertEqual((lines[:3], len(lines)), (['["n"]', '["UInt64"]', "[0]"], 200002))
        self.assertEqual(self.rows("SELECT 1 AS n WHERE 0 FORMAT TSVWithNames"), "n\n")
        self.assertEqual(len(self.ask("SELECT number AS n FROM numbers(200000) FORMAT RowBinaryWithNamesAndTypes").data), 1 + 2 + 7 + 8 * 200000)
        self.assertEqual(self.rows("SELECT 1 WHERE 0"), "")

    def test_answers_are_compressed_if_the_client_accepts_it(self):
        answer = self.ask("SELECT repeat('a', 1000)", headers={"Accept-Encoding": "gzip, deflate"}, enable_http_compression=1)
        self.assertEqual(answer.getheader("Content-Encoding"), "gzip")
        self.assertEqual(gzip.decompress(answer.data), b"a" * 1000 + b"\n")
        answer = self.ask("SELECT 1", headers={"Accept-Encoding": "gzip"}, enable_http_compression=0)
        self.assertIsNone(answer.getheader("Content-Encoding"))
        answer = self.ask("SELECT nope", headers={"Accept-Encoding": "gzip"}, enable_http_compression=1)
        self.assertIn(b"Code: 47", gzip.decompress(answer.data))

    def test_one_connection_serves_many_requests_and_many_run_at_once(self):
        connection = self.server.connect()
        for number in range(5):
            connection.request("POST", "/", body=f"SELECT {number}")
            self.assertEqual(connection.getresponse().read(), f"{number}\n".encode())
        connection.close()
        began = time.time()
        threads = [threading.Thread(target=self.ask, args=("SELECT sleep(0.5)",)) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.assertLess(time.time() - began, 1.5)

    def test_a_query_can_be_killed_by_its_id(self):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(self.ask("SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))", query_id="long")))
        thread.start()
        deadline = time.time() + 5
        while "long" not in json.loads(self.ask(method="GET", path="/_test/state").data)["running"] and time.time() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.ask("SELECT 1", query_id="long").getheader("X-ClickHouse-Exception-Code"), "216")
        while thread.is_alive() and time.time() < deadline:
            self.rows("KILL QUERY WHERE query_id = {id:String} ASYNC", param_id="long")
            thread.join(0.1)
        self.assertEqual(answers[0].getheader("X-ClickHouse-Exception-Code"), "394")

    def test_a_query_ends_when_its_client_goes_away_if_it_asked_for_that(self):
        connection = self.server.connect()
        connection.request("POST", "/?query_id=gone&cancel_http_readonly_queries_on_client_close=1",
                           body="SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))")
        running = lambda: "gone" in json.loads(self.ask(method="GET", path="/_test/state").data)["running"]
        deadline = time.time() + 5
        while not running() and time.time() < deadline:
            time.sleep(0.02)
        connection.close()
        while running() and time.time() < deadline:
            time.sleep(0.02)
        self.assertFalse(running())

    def test_data_can_be_sent_with_an_insert(self):
        self.rows("CREATE TABLE umami.sent (a UInt8, b String) ENGINE = MergeTree ORDER BY a")
        self.rows('1,"x\ny"\n2,z\n', query="INSERT INTO umami.sent FORMAT CSV")
        self.rows("7,q\n", query="INSERT INTO umami.sent SELECT a + 1, b FROM input('a UInt8, b String') FORMAT CSV")
        self.assertEqual(self.rows("SELECT * FROM umami.sent ORDER BY a"), "1\tx\\ny\n2\tz\n8\tq\n")

    def test_the_log_shows_what_was_sent(self):
        self.ask("SELECT {x:String} -- marked", param_x="'; DROP TABLE x", password="", user="default")
        entry = [entry for entry in self.server.requests() if "-- marked" in entry["body"]][-1]
        self.assertEqual(entry["parameters"], {"param_x": "'; DROP TABLE x", "password": "(secret)", "user": "default"})
        self.assertEqual((entry["method"], entry["path"], entry["body"]), ("POST", "/", "SELECT {x:String} -- marked"))


class Faults(ServerTest):
    long = "SELECT number FROM numbers(300000) FORMAT JSONCompactEachRow"

    def test_an_answer_cut_short(self):
        for name in ("cut", "cut-clean"):
            self.server.fault(name, after=1000)
            answer = self.ask(self.long)
            self.assertEqual((answer.status, answer.cut), (200, True))
            self.assertLessEqual(len(answer.data), 1000)

    def test_an_exception_after_the_first_rows_has_the_marker_and_the_tag(self):
        self.server.fault("exception-late", after=6)
        data = self.server.raw(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(self.long), self.long.encode()))
        tag = re.search(rb"X-ClickHouse-Exception-Tag: (\w+)", data).group(1)
        text = re.search(rb"Code: 241[^\n]*\n", data).group(0)
        block = b"\r\n__exception__\r\n%b\r\n%b%d %b\r\n__exception__\r\n" % (tag, text, len(text), tag)
        self.assertTrue(data.startswith(b"HTTP/1.1 200 OK"))
        self.assertTrue(data.endswith(b"6\r\n[0]\n[1\r\n" + b"%x\r\n%b\r\n" % (len(block), block)), data[-600:])

    def test_a_real_exception_after_the_first_mebibyte(self):
        answer = self.ask("SELECT throwIf(number = 1900000), repeat('x', 100) FROM system.numbers", max_threads=1, max_block_size=10000)
        self.assertEqual((answer.status, answer.cut), (200, True))
        self.assertIn(b"__exception__", answer.data)

    def test_waiting_for_the_end_of_the_query_gives_a_late_exception_its_status(self):
        answer = self.ask("SELECT throwIf(number = 190000), repeat('x', 100) FROM system.numbers", max_threads=1, max_block_size=10000, wait_end_of_query=1)
        self.assertEqual((answer.status, answer.cut), (500, False))

    def test_a_restart_in_the_middle_of_an_answer(self):
        self.server.fault("restart", after=100, times=1, away=300)
        idle = self.server.connect()
        answer = self.ask(self.long)
        self.assertTrue(answer.cut)
        self.assertEqual(idle.sock.recv(1), b"")
        idle.close()
        with self.assertRaises(ConnectionRefusedError):
            self.ask("SELECT 1")
        deadline = time.time() + 5
        while True:
            try:
                self.assertEqual(self.rows("SELECT 1"), "1\n")
                break
            except ConnectionRefusedError:
                self.assertLess(time.time(), deadline)
                time.sleep(0.05)

    def test_refused_connections_for_a_while(self):
        self.server.fault("refuse", after=300)
        with self.assertRaises(ConnectionRefusedError):
            self.ask("SELECT 1")
        time.sleep(0.6)
        self.assertEqual(self.rows("SELECT 1"), "1\n")

    def test_a_slow_answer(self):
        self.server.fault("slow", after=300)
        began = time.time()
        self.rows("SELECT 1")
        self.assertGreater(time.time() - began, 0.3)

    def test_errors_on_demand_and_only_for_matching_queries(self):
        self.server.fault("memory", match="website_event")
        self.assertEqual(self.rows("SELECT 1"), "1\n")
        answer = self.ask("SELECT 1 -- website_event")
        self.assertEqual((answer.status, answer.getheader("X-ClickHouse-Exception-Code")), (500, "241"))
        self.server.fault("error", code=202, text="Too many simultaneous queries", times=1)
        self.assertEqual(self.ask("SELECT 1").getheader("X-ClickHouse-Exception-Code"), "202")
        self.assertEqual(self.rows("SELECT 1"), "1\n")

    def test_what_is_not_clickhouse(self):
        self.server.fault("status", status=502)
        answer = self.ask("SELECT 1")
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (502, "text/html"))
        self.server.fault("garbage")
        self.assertNotIn(b"HTTP", self.server.raw(b"GET /ping HTTP/1.1\r\n\r\n"))
        self.server.fault("empty")
        self.assertEqual(self.server.raw(b"GET /ping HTTP/1.1\r\n\r\n"), b"")


class BeforeVersion2411(ServerTest):
    options = ("--version", "23.8")

    def test_the_text_follows_the_rows_and_the_answer_ends_regularly(self):
        self.server.fault("exception-late", after=4)
        answer = self.ask("SELECT number FROM numbers(10) FORMAT JSONCompactEachRow")
        self.assertFalse(answer.cut)
        self.assertTrue(answer.data.startswith(b"[0]\nCode: 241. DB::Exception: "), answer.data)
        self.assertIsNone(answer.getheader("X-ClickHouse-Exception-Tag"))


class Version253(ServerTest):
    options = ("--version", "25.3")

    def test_the_error_is_a_row_or_follows_a_marker(self):
        self.server.fault("exception-late", after=4)
        answer = self.ask("SELECT number FROM numbers(10) FORMAT JSONCompactEachRow")
        self.assertFalse(answer.cut)
        self.assertRegex(json.loads(answer.data.splitlines()[-1])[0], r"^Code: 241\. ")
        answer = self.ask("SELECT number FROM numbers(10) FORMAT JSONCompactEachRow", http_write_exception_in_output_format=0)
        self.assertTrue(answer.cut)
        self.assertTrue(answer.data.startswith(b"[0]\n__exception__\r\nCode: 241. "), answer.data)


class Users(ServerTest):
    options = ("--user", "umami", "--password", "se:cret", "--readonly", "1")

    def code(self, headers={}, **parameters):
        answer = self.ask("SELECT 1", headers=headers, **parameters)
        return answer.status, answer.getheader("X-ClickHouse-Exception-Code")

    def test_passwords_in_headers_basic_or_parameters(self):
        self.assertEqual(self.code({"X-ClickHouse-User": "umami", "X-ClickHouse-Key": "se:cret"}), (200, None))
        self.assertEqual(self.code({"Authorization": "Basic dW1hbWk6c2U6Y3JldA=="}), (200, None))
        self.assertEqual(self.code(user="umami", password="se:cret"), (200, None))

    def test_wrong_ones_are_refused(self):
        self.assertEqual(self.code(), (403, "516"))
        self.assertEqual(self.code({"X-ClickHouse-User": "umami", "X-ClickHouse-Key": "no"}), (403, "516"))
        self.assertEqual(self.code({"X-ClickHouse-User": "umami", "X-ClickHouse-Key": "se:cret"}, user="umami"), (403, "516"))
        self.assertEqual(self.code({"Authorization": "Bearer x"}), (403, "516"))

    def test_a_user_with_readonly_1_may_not_change_settings(self):
        headers = {"X-ClickHouse-User": "umami", "X-ClickHouse-Key": "se:cret"}
        self.assertEqual(self.code(headers, max_threads=1), (500, "164"))
        self.assertEqual(self.code(headers, wait_end_of_query=1), (200, None))

    def test_secrets_are_not_in_the_log(self):
        self.code({"X-ClickHouse-User": "umami", "X-ClickHouse-Key": "se:cret"})
        self.code(user="umami", password="se:cret")
        with open(self.server.log) as file:
            self.assertNotIn("se:cret", file.read())


@unittest.skipUnless(shutil.which("openssl"), "openssl makes the certificate")
class Encrypted(unittest.TestCase):
    def test_tls_with_a_certificate_that_the_client_must_trust(self):
        with tempfile.TemporaryDirectory() as directory:
            certificate, key = os.path.join(directory, "c.pem"), os.path.join(directory, "k.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
            server = Running("--tls", certificate, key)
            try:
                trusting = ssl.create_default_context(cafile=certificate)
                connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=trusting, timeout=10)
                connection.request("POST", "/", body="SELECT 1")
                self.assertEqual(connection.getresponse().read(), b"1\n")
                connection.close()
                with self.assertRaises(ssl.SSLCertVerificationError):
                    http.client.HTTPSConnection("127.0.0.1", server.port, context=ssl.create_default_context(), timeout=10).request("GET", "/ping")
            finally:
                server.stop()


class Loading(ServerTest):
    def load(self, *options):
        return subprocess.run([sys.executable, os.path.join(HERE, "load.py"), "--url", self.server.url, *options], check=True, capture_output=True, text=True).stdout

    def file(self, name, text):
        path = os.path.join(self.server.directory, name)
        with open(path, "wb") as file:
            file.write(text)
        return path

    def test_both_schemas_take_a_file_that_lacks_columns(self):
        events = self.file("few.csv", b"session_id,created_at,url_path\nann,2026-03-01 10:00:00.5,/\nann,2026-03-01 10:00:00.4,/\xff\n")
        for schema in ("2", "3"):
            self.assertIn("website_event: 2 rows", self.load("--schema", schema, "--events", events))
            self.assertEqual(self.rows("SELECT session_id, visit_id, hex(url_path), event_type, created_at FROM umami.website_event ORDER BY event_id"),
                             "ann\tann\t2F\t1\t2026-03-01 10:00:00\nann\tann\t2FFF\t1\t2026-03-01 10:00:00\n")
            vitals = self.rows("SELECT count() FROM system.columns WHERE database = 'umami' AND table = 'website_event' AND name IN ('lcp', 'ttfb')")
            self.assertEqual(vitals, {"2": "0\n", "3": "2\n"}[schema])

    def test_a_comparison_keeps_milliseconds_and_the_order_of_arrival(self):
        events = self.file("ties.csv", b"session_id,event_id,created_at\n" + b"".join(b"s%d,e%d,2026-03-01 10:00:00.001\n" % (n % 2, 9 - n) for n in range(9)))
        self.load("--compare", "--events", events)
        self.assertEqual(self.rows("SELECT groupArray(event_id) FROM (SELECT event_id FROM umami.website_event ORDER BY created_at, arrival)"),
                         "['e9','e8','e7','e6','e5','e4','e3','e2','e1']\n")
        self.assertEqual(self.rows("SELECT DISTINCT toUnixTimestamp64Milli(created_at) % 1000 FROM umami.website_event"), "1\n")

    def test_a_sqlite_store_is_loaded_in_the_order_of_its_rows(self):
        path = os.path.join(self.server.directory, "store.db")
        store = sqlite3.connect(path)
        store.execute("CREATE TABLE website_event (session_id TEXT, event_id TEXT, event_type INTEGER, url_path TEXT, created_at INTEGER)")
        store.execute("CREATE TABLE event_data (session_id TEXT, event_id TEXT, data_key TEXT, string_value TEXT, number_value, created_at INTEGER)")
        store.executemany("INSERT INTO website_event VALUES ('s', ?, 1, ?, ?)", [("b", 'a"b,\n', -1), ("a", None, 1772323200123)])
        store.executemany("INSERT INTO event_data VALUES ('s', 'a', ?, ?, ?, 1772323200123)", [("k", "", "0.1234"), ("l", None, 7)])
        store.commit()
        store.close()
        self.load("--compare", "--store", path)
        self.assertEqual(self.rows("SELECT event_id, url_path, toUnixTimestamp64Milli(created_at) FROM umami.website_event ORDER BY arrival"),
                         'b\ta"b,\\n\t-1\na\t\t1772323200123\n')
        self.assertEqual(self.rows("SELECT data_key, string_value, number_value FROM umami.event_data ORDER BY arrival"), "k\t\t0.1234\nl\t\\N\t7\n")

    def test_revenue_rows_come_from_the_view(self):
        data = self.file("data.csv", b"session_id,event_id,event_name,data_key,string_value,number_value,data_type,created_at\n"
                                     b"s,e,buy,revenue,9.9999,9.9999,2,2026-03-01 10:00:00\ns,e,buy,currency,EUR,,1,2026-03-01 10:00:00\n"
                                     b"s,f,buy,revenue,none,,1,2026-03-01 10:00:00\ns,f,buy,currency,EUR,,1,2026-03-01 10:00:00\n")
        self.load("--event-data", data)
        self.assertEqual(self.rows("SELECT event_id, currency, revenue FROM umami.website_revenue"), "e\tEUR\t9.99\n")

    def test_shards_in_one_engine_are_read_as_one_by_a_user_who_may_only_read(self):
        events = self.file("split.csv", b"session_id,event_id,created_at\n" + b"".join(b"s,e%d,2026-03-01 10:00:0%d\n" % (n, n) for n in range(9)))
        self.load("--database", "parts", "--split", "2", "--compare", "--events", events)
        self.assertEqual(self.rows("SELECT count(), (SELECT count() FROM parts_0.website_event) FROM parts.website_event", readonly=1), "9\t5\n")

    def test_two_shards_with_split_sessions_are_read_as_one(self):
        events = self.file("split.csv", b"session_id,event_id,created_at\n" + b"".join(b"s,e%d,2026-03-01 10:00:0%d\n" % (n, n) for n in range(9)))
        shards = [Running(), Running()]
        try:
            for number, shard in enumerate(shards):
                subprocess.run([sys.executable, os.path.join(HERE, "load.py"), "--url", shard.url, "--compare", "--shard", f"{number}/2", "--events", events],
                               check=True, capture_output=True)
            self.assertEqual([shard.ask("SELECT count() FROM umami.website_event").data for shard in shards], [b"5\n", b"4\n"])
            self.load("--shards", *[shard.url for shard in shards])
            rows = self.rows("SELECT session_id, groupArray(event_id) FROM (SELECT * FROM umami.website_event ORDER BY created_at, arrival) GROUP BY 1")
            self.assertEqual(rows, "s\t['e0','e1','e2','e3','e4','e5','e6','e7','e8']\n")
            shards[1].stop()
            began = time.time()
            self.assertEqual(self.ask("SELECT count() FROM umami.website_event").status, 500)
            self.assertLess(time.time() - began, 5)
        finally:
            [shard.stop() for shard in shards if shard.process.poll() is None]


if __name__ == "__main__":
    unittest.main()
