import Engine
import Testing

@testable import EventStore

/// Dumps of databases, read as files.
struct DumpTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The events of a dump, as session, time, title and name, and its properties, as event, key and text.
  private func check(
    _ dump: String, _ expected: [String], said: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let seen = try SeenRows(csv: [try folder.write("dump.sql", dump)])
    let events = seen.events.map { event in
      let texts = ["page_title", "event_name", "url_path"].compactMap { event.texts[$0] }
      return ([event.sessionID, "\(event.createdAt / 1000)"] + texts).joined(separator: "|")
    }
    let properties = seen.properties.map { "\($0.eventID)|\($0.key)|\($0.string)" }
    #expect(events + properties == expected, sourceLocation: sourceLocation)
    let diagnostics = seen.diagnostics.map { $0.replacing("\(folder.path)/", with: "") }
    #expect(diagnostics == said, sourceLocation: sourceLocation)
  }

  private func refused(_ dump: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let path = try folder.write("dump.sql", dump)
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try SeenRows(csv: [path]) }
    let text = error.map { "\($0)".replacing("\(folder.path)/", with: "") }
    #expect(text == message, sourceLocation: sourceLocation)
  }

  private static let header = "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n\n"

  private func copy(_ rows: String, columns: String = "session_id, created_at, page_title") -> String {
    "\(Self.header)COPY public.website_event (\(columns)) FROM stdin;\n\(rows)\\.\n\n"
  }

  @Test func `rows of COPY are read, with time zones and fractions`() throws {
    try check(
      copy("a\t2026-03-10 09:15:00.123456+00\tHome\nb\t2026-03-10 09:15:00+00\t\\N\n"),
      ["a|1773134100|Home", "b|1773134100"])
    try check(copy(""), [])
    try check(copy("a\t1500000000\tx\r\n"), ["a|1500000000|x"])
    try check("COPY website_event (session_id, created_at) FROM stdin;\na\t1500000000\n\\.", ["a|1500000000"])
  }

  @Test func `escape sequences of COPY are undone`() throws {
    try check(
      copy("a\t1500000000\tx\\ty\\nz\\\\w\\b\\f\\r\\v\n"), ["a|1500000000|x\ty\nz\\w\u{8}\u{c}\r\u{b}"])
    try check(copy("a\t1500000000\t\\x41\\102\\7\\q\\xg\n"), ["a|1500000000|AB\u{7}qxg"])
    try check(copy("a\t1500000000\t\\N \n"), ["a|1500000000|N "])
    try check(copy("a\t1500000000\t\\\\N\n"), ["a|1500000000|\\N"])
    try check(copy("a\t1500000000\t\\\\.\n"), ["a|1500000000|\\."])
  }

  @Test func `a row of COPY that cannot be read is named by its line`() throws {
    try check(
      copy(
        "a\t1500000000\nb\t1500000000\tx\ty\nc\t1500000000\t\\000\nd\t1500000000\t\\xff\ne\t1500000000\tz\n"),
      ["e|1500000000|z"],
      said: [
        "dump.sql, line 8: the row has 2 fields, the header has 3",
        "dump.sql, line 9: the row has 4 fields, the header has 3",
        "dump.sql, line 10: the row contains a NUL byte", "dump.sql, line 11: \(RowDefect.notUTF8)",
      ])
  }

  @Test func `tables without events are passed over`() throws {
    let dump =
      Self.header
        + """
        CREATE TABLE public."user" (
            user_id uuid NOT NULL
        );
        COPY public."user" (user_id, username) FROM stdin;
        1\tCOPY public.website_event (session_id, created_at) FROM stdin;
        COPY public.website_event (session_id, created_at) FROM stdin;
        \\.
        COPY public.event_data (event_data_id, website_event_id, data_key, string_value) FROM stdin;
        d\te\tprice\t1
        \\.
        COPY umami.website_event ("session_id", "created_at", event_name) FROM stdin;
        a\t1500000005\tbuy
        \\.

        """
    try check(dump, ["a|1500000005|buy", "e|price|1"])
  }

  @Test func `a dump of Umami 1 has pageviews and events in tables of their own`() throws {
    let dump =
      Self.header
        + """
        COPY public.event (event_id, website_id, session_id, created_at, url, event_name) FROM stdin;
        1\t1\t7\t1500000005\t/x\tbuy
        \\.
        COPY public.event_data (event_data_id, event_id, event_data) FROM stdin;
        1\t1\t{"price": 5}
        \\.
        COPY public.pageview (view_id, website_id, session_id, created_at, url, referrer) FROM stdin;
        1\t1\t7\t1500000004\t/x?a=b\t
        \\.

        """
    try check(dump, ["7|1500000005|buy|/x", "7|1500000004|/x"])
  }

  @Test func `a dump that is cut off, or has no events, is refused`() throws {
    try refused(
      String(copy("a\t1500000000\tx\nb\t1500000000\tx\n").dropLast(4)),
      "dump.sql is truncated: the COPY of table website_event on line 7 has no end; make the dump again")
    try refused(
      Self.header + "CREATE TABLE public.account (id integer);\n",
      "dump.sql is an SQL dump without rows of Umami's tables website_event or pageview; its tables are: account"
    )
    try refused(
      "INSERT INTO `website_event` VALUES (1,2);\n",
      "dump.sql does not name the columns of table website_event, whose rows begin on line 1; dump the table "
        + "definitions as well, or use pg_dump --column-inserts or mysqldump --complete-insert")
    try refused(
      "INSERT INTO website_event (session_id, created_at) VALUES ('a;",
      "dump.sql is truncated: the INSERT statement on line 1 has no end; make the dump again")
  }

  private static let mySQL = """
    -- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
    /*!40101 SET NAMES utf8mb4 */;
    DROP TABLE IF EXISTS `website_event`;
    CREATE TABLE `website_event` (
      `event_id` varchar(36) NOT NULL,
      `session_id` varchar(36) NOT NULL DEFAULT 'a,b)',
      `created_at` timestamp NULL DEFAULT CURRENT_TIMESTAMP,
      `page_title` varchar(500) DEFAULT NULL COMMENT 'it''s \\') a title',
      PRIMARY KEY (`event_id`),
      KEY `website_event_created_at_idx` (`created_at`,`session_id`)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
    LOCK TABLES `website_event` WRITE;

    """

  @Test func `rows of MySQL's INSERT are read by the columns of CREATE TABLE`() throws {
    try check(
      Self.mySQL
        + "INSERT INTO `website_event` VALUES ('1','a','2026-03-10 09:15:00','Home'),('2','b','2026-03-10 09:15:00',NULL);\n"
        + "INSERT INTO `website_event` VALUES ('3','c',1500000005,'x');\nUNLOCK TABLES;\n",
      ["a|1773134100|Home", "b|1773134100", "c|1500000005|x"])
  }

  @Test func `literals of MySQL are decoded`() throws {
    func check(_ literal: String, _ text: String?, sourceLocation: SourceLocation = #_sourceLocation) throws {
      try self.check(
        Self.mySQL + "INSERT INTO `website_event` VALUES ('1','a',1500000000,\(literal));\n",
        ["a|1500000000" + (text.map { "|\($0)" } ?? "")], sourceLocation: sourceLocation)
    }
    try check("'it\\'s'", "it's")
    try check("'it''s'", "it's")
    try check("'a\\nb\\tc\\\\d\\\"e\\%f\\_g\\Zh\\qi'", "a\nb\tc\\d\"e\\%f\\_g\u{1A}hqi")
    try check("'),('", "),(")
    try check("';\nINSERT INTO `website_event` VALUES ('", ";\nINSERT INTO `website_event` VALUES (")
    try check("\"it's\"", "it's")
    try check("_binary 'x'", "x")
    try check("_utf8mb4'größer'", "größer")
    try check("0x4142", "AB")
    try check("X'00112233445566778899aabbccddeeff'", "00112233-4455-6677-8899-aabbccddeeff")
    try check("b'101'", "5")
    try check("-1.5e3", "-1.5e3")
    try check("null", nil)
    try check(" 'x' ", "x")
  }

  @Test func `values that are no literals make a bad row`() throws {
    func check(_ value: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      try self.check(
        Self.mySQL
          + "INSERT INTO `website_event` VALUES ('1','a',1500000000,\(value)),('2','b',1500000000,'y');\n",
        ["b|1500000000|y"],
        said: ["dump.sql, line 13: \(message)"], sourceLocation: sourceLocation)
    }
    let expression = "value 4 of the row is an expression; only literals are read"
    try check("concat('a),(',(1),\"b\")", expression)
    try check("'a' 'b'", expression)
    try check("0x123", expression)
    try check("b'12'", expression)
    try check("", expression)
    try check("'\\0'", "the row contains a NUL byte")
    try check("0xff", "\(RowDefect.notUTF8)")
    try check("'x',1", "the row has 5 fields, the header has 4")
  }

  @Test func `INSERT with a list of columns, in several spellings and among others`() throws {
    try check(
      """
      -- phpMyAdmin SQL Dump
      INSERT INTO `website_event` (`session_id`, `created_at`, `page_title`) VALUES
      ('a', 1500000001, 'x'),
      ('b', 1500000002, 'y');
      INSERT INTO `session` (`session_id`, `created_at`) VALUES ('s;
      INSERT INTO `website_event` (`session_id`, `created_at`, `page_title`) VALUES (''no'')', 1);
      INSERT IGNORE INTO `website_event` (`created_at`, `session_id`) VALUES (1500000003, 'c') ON DUPLICATE KEY UPDATE `tag` = ';';
      INSERT INTO `website_event` (`session_id`, `created_at`, `page_title`) VALUES
      ('d', 1500000004, 'z');

      """, ["a|1500000001|x", "b|1500000002|y", "d|1500000004|z", "c|1500000003"])
  }

  @Test func `pg_dump --inserts and SQLite's .dump have standard literals`() throws {
    try check(
      Self.header
        + """
        CREATE TABLE public.website_event (
            session_id uuid NOT NULL,
            created_at timestamp(6) with time zone DEFAULT CURRENT_TIMESTAMP,
            page_title character varying(500)
        );
        INSERT INTO public.website_event VALUES ('a', '2026-03-10 09:15:00+00', 'it''s \\');
        INSERT INTO public.website_event VALUES ('b', '1970-01-01 00:00:01+00', 'two
        INSERT INTO public.website_event VALUES (''x'', lines');
        INSERT INTO public.website_event VALUES ('c', '1970-01-01 00:00:02+00', E'\\n');

        """,
      ["a|1773134100|it's \\", "b|1|two\nINSERT INTO public.website_event VALUES ('x', lines", "c|2|\n"])
    try check(
      """
      PRAGMA foreign_keys=OFF;
      BEGIN TRANSACTION;
      CREATE TABLE website_event(session_id TEXT, created_at INTEGER, "page_title" TEXT);
      INSERT INTO website_event VALUES('a',1500000001,'x');
      COMMIT;

      """, ["a|1500000001|x"])
  }

  @Test func `a CSV file is not taken for a dump`() throws {
    try check(
      "session_id,created_at,page_title\nCOPY x (a) FROM stdin;,1500000001,x\n",
      ["COPY x (a) FROM stdin;|1500000001|x"])
  }

  /// However many threads read however small chunks, the columns are those of one thread.
  @Test func `pieces of a dump are read as one thread reads it whole`() throws {
    func check(_ dump: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let path = try folder.write("dump.sql", dump)
      let expected = try events(path, threads: 1, chunkBytes: 1 << 30)
      #expect(expected.count > 1, sourceLocation: sourceLocation)
      for (threads, chunkBytes) in [(1, 1), (1, 7), (2, 64), (3, 333), (7, 50)] {
        let seen = try events(path, threads: threads, chunkBytes: chunkBytes)
        #expect(
          seen == expected, "\(threads) threads, chunks of \(chunkBytes)", sourceLocation: sourceLocation)
      }
    }
    let rows = (0..<60).map { number in
      let title = ["x", "a\\\\tb", "),(''s'',1,''", "\\\\N", ";", "it''s", "größer"][number % 7]
      return "('s\(number % 5)',\(1_500_000_000 + number),'\(title)')"
    }
    let insert = "INSERT INTO `website_event` (session_id,created_at,page_title) VALUES "
    try check(insert + rows.joined(separator: ",") + ";\n")
    try check(rows.map { insert + $0 + ";\n" }.joined())
    try check(insert + "\n" + rows.joined(separator: ",\n") + ";\n")
    try check(
      rows.map { insert + $0 + ";\nINSERT INTO `other` VALUES " + $0 + ",('a;\nb');\n(\n" + $0 + ",\n" }
        .joined())
    try check(copy(rows.map { $0.split(separator: ",").prefix(3).joined(separator: "\t") + "\n" }.joined()))
  }

  private func events(_ path: String, threads: Int, chunkBytes: Int) throws -> [String] {
    let lines = Lines()
    var options = OpenOptions()
    (options.threads, options.chunkBytes) = (threads, chunkBytes)
    let snapshot = try EventStore.open([path], options: options, diagnostics: lines.add).snapshot()
    let columns = try snapshot.columns(of: ReadingRules.nilUUID)
    let partitions = columns?.partitions ?? []
    let sections = (columns?.dictionarySections ?? []) + partitions.flatMap(\.sections)
    return lines.all + sections.map { section in "\(section.name) \(Array(section.bytes))" }
  }
}
