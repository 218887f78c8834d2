import Foundation
import TestSupport
import Testing

/// What real servers write: dumps of PostgreSQL and MariaDB, and a log of nginx. Each test starts a server of its own,
/// if it is installed.
@Suite struct RealServerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let hasPostgreSQL = FileManager.default.fileExists(atPath: "/usr/lib/postgresql")
  private static let hasMariaDB = isInstalled("mariadbd") && isInstalled("mariadb-dump")
  private static let hasNginx = isInstalled("nginx") && isInstalled("curl")

  private static func isInstalled(_ program: String) -> Bool {
    ["/usr/bin", "/usr/sbin", "/usr/local/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  private func start(_ server: String, _ arguments: String...) throws {
    let script = BuiltBinary.checkout.appendingPathComponent("Tests/Servers/\(server).sh")
    let outcome = try BuiltBinary.run([folder.url.path] + arguments, executable: script)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
  }

  private func example(_ name: String) -> String {
    BuiltBinary.checkout.appendingPathComponent("examples/\(name)").path
  }

  /// The replies to the examples' requests that read events and change nothing.
  private func replies(_ paths: String...) throws -> [String] {
    let requests = try String(contentsOfFile: example("requests.ndjson"), encoding: .utf8)
      .split(separator: "\n").filter { line in
        ![
          "websites.list", "reports.create", "reports.list", "reports.get", "reports.update", "reports.run",
          "reports.delete",
        ]
        .contains { line.contains("\"\($0)\"") }
      }
    let input = Data((requests.joined(separator: "\n") + "\n").utf8)
    let outcome = try BuiltBinary.run(["serve", "--no-cache"] + paths, input: input)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == requests.count && requests.count > 10)
    return outcome.lines
  }

  @Test(.enabled(if: hasPostgreSQL), arguments: ["2", "3"])
  func `dumps of Umami's database in PostgreSQL give the answers of its export`(major: String) throws {
    let (events, data) = (example("website_event.csv"), example("event_data.csv"))
    try start("postgresql", events, data, major)
    let expected = try replies(events, data)
    #expect(try replies(folder.path("copy.sql")) == expected)
    #expect(try replies(folder.path("inserts.sql")) == expected)
    let imported = try BuiltBinary.run(["import", folder.path("store.db"), folder.path("copy.sql")])
    #expect(imported.exitCode == 0, "\(imported.errors)")
    #expect(try replies(folder.path("store.db")) == expected)
    let websites = try BuiltBinary.run(["websites", folder.path("copy.sql"), "--format", "csv"])
    #expect(String(decoding: websites.output, as: UTF8.self).contains(",Shop,shop.example,"))
  }

  @Test(.enabled(if: hasMariaDB))
  func `a dump of Umami's database in MariaDB gives the answers of its export`() throws {
    let (events, data) = (example("website_event.csv"), example("event_data.csv"))
    try start("mariadb", events, data)
    #expect(try replies(folder.path("dump.sql")) == replies(events, data))
  }

  @Test(.enabled(if: hasNginx)) func `a log of nginx gives the answers of the requests that it logged`()
    throws
  {
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    let safari =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
    let bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    let requests: [(agent: String, referrer: String, target: String, counts: Bool)] = [
      (firefox, "https://www.google.com/", "/?utm_source=mail&utm_medium=a%20b", true),
      (firefox, "", "/caf%C3%A9?x=%22quoted%22", true), (firefox, "", "/style.css", false),
      (firefox, "", "/missing", false), (safari, "https://news.example/item?id=1", "/caf%C3%A9", true),
      (safari, "", "/\"quotes\"\\and\\x", true), (bot, "", "/", false),
    ]
    _ = try folder.file(
      "requests.txt",
      requests.map { "\($0.agent)|\($0.referrer)|\($0.target)\n" }.joined())
    try start("nginx")
    var rows = "session_id,created_at,url,referrer\n"
    for request in requests where request.counts {
      let fields = [request.agent == firefox ? "a" : "b", "2025-03-05", request.target, request.referrer]
      rows += fields.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\n"
    }
    let csv = try folder.file("rows.csv", rows)
    func insights(_ path: String) throws -> [[String]] {
      try ["url", "referrer", "query"].map { field in
        let outcome = try BuiltBinary.run(["report", "insights", path, "--field", field, "--format", "csv"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let lines = String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isNewline)
        #expect(lines.count > 2)
        // Without the time between the requests of a visit.
        return lines.map { line in
          var fields = line.split(separator: ",", omittingEmptySubsequences: false)
          fields.remove(at: 4)
          return fields.joined(separator: ",")
        }
      }
    }
    let (logged, expected) = (try insights(folder.path("access.log")), try insights(csv))
    #expect(logged == expected)
  }
}
