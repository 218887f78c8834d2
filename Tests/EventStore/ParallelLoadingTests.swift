import Testing

@testable import Engine
@testable import EventStore

/// However many threads read however small chunks, columns and messages are those of one thread.
struct ParallelLoadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func check(_ paths: [String], isStrict: Bool = false, chunkBytes: [Int] = [1, 2, 7, 64, 333]) {
    let expected = load(paths, threads: 1, chunkBytes: 1 << 30, isStrict: isStrict)
    for threads in [1, 2, 3, 7] {
      for chunkBytes in chunkBytes {
        let loaded = load(paths, threads: threads, chunkBytes: chunkBytes, isStrict: isStrict)
        #expect(loaded == expected, "\(threads) threads, chunks of \(chunkBytes)")
      }
    }
  }

  /// All that is in the columns and all that was said, a line each.
  private func load(_ paths: [String], threads: Int, chunkBytes: Int, isStrict: Bool) -> [String] {
    let lines = Lines()
    var options = OpenOptions()
    options.threads = threads
    options.chunkBytes = chunkBytes
    options.rules.isStrict = isStrict
    do throws(StoreError) {
      let store = try EventStore.open(paths, options: options, diagnostics: lines.add)
      let snapshot = try store.snapshot()
      var websites: [WebsiteColumns] = []
      for website in snapshot.websites {
        if let columns = try snapshot.columns(of: website.id) { websites.append(columns) }
      }
      return websites.flatMap(describe) + lines.all
    } catch {
      return ["\(error)"] + lines.all
    }
  }

  private func describe(_ website: WebsiteColumns) -> [String] {
    var lines = [website.id, describe(website.propertyKeys), describe(website.propertyStrings)]
    lines += TextColumn.allCases.map { describe(website.dictionary($0)) }
    for partition in website.partitions {
      let rows = 0..<partition.rowCount
      lines.append("month \(partition.month)")
      lines.append("\((0..<partition.sessionStarts.count).map { partition.sessionStarts[$0] })")
      lines.append("\(rows.map { partition.times[$0] })")
      lines.append("\(rows.map { partition.visits[$0] })")
      lines.append("\(rows.map { partition.types[$0] }) \(rows.map { partition.clickIDs[$0] })")
      for column in TextColumn.allCases { lines.append("\(rows.map { partition[column][$0] })") }
      for property in 0..<partition.properties.count {
        let properties = partition.properties
        lines.append(
          "\(properties.rows[property]) \(properties.keys[property]) \(properties.strings[property])"
            + " \(properties.numbers[property])")
      }
      for session in 0..<(partition.sessionStarts.count - 1) {
        let shared = (0..<3).map { partition.sharedVisits.number(session: session, ordinal: $0) }
        if shared.contains(where: { $0 != nil }) { lines.append("\(session) shares \(shared)") }
      }
    }
    return lines
  }

  private func describe(_ dictionary: TextDictionary) -> String {
    (0..<dictionary.count).map { dictionary[$0] }.joined(separator: "|")
  }

  private static let header =
    "website_id,session_id,visit_id,event_id,created_at,event_type,page_title,tag,gclid"

  /// Rows of every kind, in a fixed order that looks like none: websites, sessions and ids in turn, ids of
  /// both kinds, ids that repeat, quotes, line ends of both kinds and characters of many bytes.
  private func rows(_ count: Int, seed: UInt64) -> String {
    var random = Generator(state: seed)
    func pick(_ texts: [String]) -> String { texts[Int(random.next() % UInt64(texts.count))] }
    return (0..<count).map { _ in
      let number = random.next() % 60
      let uuid = "0a6010b6-42df-4f63-a735-66394cbe67\(10 + number)"
      return [
        pick(["a", "b", ""]), pick(["s\(number % 9)", uuid]), pick(["v\(number % 5)", "", uuid]),
        pick(["", "e\(number)", uuid, "\(random.next())", "\(random.next())"]),
        "\(1_740_000_000 + random.next() % 9_000_000)", pick(["1", "2", ""]),
        pick(["\"two\nlines\"", "\"a,\"\"b\"\"\r\n\n,c\"", "größer 😀", "5\" wide", ""]),
        pick(["", "t\(number)", "\\N"]), pick(["", "click"]),
      ].joined(separator: ",")
    }.joined(separator: "\r\n") + pick(["", "\n", "\r\n\r\n"])
  }

  @Test func `rows of every kind`() throws {
    let one = try folder.write("one.csv", Self.header + "\n" + rows(60, seed: 1))
    let two = try folder.write("two.csv", "\u{FEFF}" + Self.header + "\r\n" + rows(40, seed: 2))
    let data = try folder.write(
      "data.csv",
      "event_id,data_key,string_value,number_value\n"
        + (0..<80).map { "e\($0 % 70),k\($0 * 7 % 3),\"t\n\($0 % 11)\",\($0).5\n" }.joined())
    check([data, one, two], chunkBytes: [37, 200, 5000])
    check([one, data, one], chunkBytes: [200])
  }

  @Test func `bad rows, of which the first are named by line`() throws {
    let bad = [
      "s", "s,\"0\"x,", "s,soon,\"a\nb\"", ",1500000000,", "s,1500000000,\"\n\n\"", "s,1500000000,a\u{0}",
    ]
    let text = (0..<40).map { "\($0 % 3 == 0 ? bad[$0 / 3 % bad.count] : "s,\(1_500_000_000 + $0),t")\n" }
      .joined()
    let path = try folder.write("e.csv", "session_id,created_at,tag\n" + text)
    check([path])
    check([path], isStrict: true)
  }

  @Test func `a quote that is never closed`() throws {
    let rows = (0..<30).map { "s,\(1_500_000_000 + $0),\"a\nb\"\n" }.joined()
    let path = try folder.write(
      "e.csv", "session_id,created_at,tag\n" + rows + "bad\ns,1500000001,\"t\n" + "s,1500000002,u\n")
    check([path])
  }

  @Test func `lines that look like rows inside a quoted field`() throws {
    let trap = "\"" + String(repeating: "s,1500000001,t\n", count: 15) + "\""
    let rows = (0..<6).map { "s,\(1_500_000_000 + $0),\(trap)\nq,\(1_500_000_000 + $0),u\n" }.joined()
    check([try folder.write("e.csv", "session_id,created_at,tag\n" + rows)])
  }

  @Test func `files without rows, and blank lines only`() throws {
    let full = try folder.write(
      "full.csv", "session_id,created_at\n\n\r\n\n\n\r\ns,1500000000\n\n\n\n\r\n\r\n")
    check([try folder.write("none.csv", "session_id,created_at"), full])
    check([try folder.write("blank.csv", "session_id,created_at\n\n\n\r\n\n\n")])
  }
}

/// Numbers that are the same every time (a linear congruence).
private struct Generator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
