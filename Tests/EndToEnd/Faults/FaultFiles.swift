import Foundation
import JSON
import TestSupport

/// Stores of every kind for things to happen to, in a folder of their own.
final class FaultFiles {
  enum Kind: CaseIterable {
    case csv, ownStore, foreignDatabase
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let header = "website_id,session_id,visit_id,event_id,created_at,event_type,url_path\n"

  static func rows(_ count: Int) -> String {
    (0..<count).map { "w,s\($0 / 3),v\($0 / 3),e\($0),\(1_740_000_000 + $0),1,/p\($0 % 7)\n" }.joined()
  }

  /// A store with so many events.
  func make(_ kind: Kind, _ name: String, events: Int) throws -> String {
    let csv = try folder.file(kind == .csv ? name : "\(name).csv", Self.header + Self.rows(events))
    let path = folder.path(name)
    switch kind {
    case .csv: return csv
    case .ownStore: _ = try BuiltBinary.run(["import", path, csv])
    case .foreignDatabase:
      _ = try BuiltBinary.run(
        ["-csv", path, ".import '\(csv)' website_event"], executable: URL(fileURLWithPath: "/usr/bin/sqlite3")
      )
    }
    return path
  }

  /// Puts a file under the name of another one, all at once.
  func rename(_ path: String, to name: String) {
    _ = Foundation.rename(path, name)
  }

  /// The files of a folder beside the one at `path` whose names begin with its own.
  static func companions(of path: String) -> [String] {
    ["-wal", "-shm", "-journal"].map { path + $0 }.filter(FileManager.default.fileExists)
  }
}

/// Overwrites the file from its start, without making it another one.
func overwrite(_ path: String, _ bytes: some DataProtocol, cut: Bool) throws {
  let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  if cut { try file.truncate(atOffset: 0) }
  try file.write(contentsOf: bytes)
  try file.close()
}

func byteCount(_ path: String) throws -> Int {
  try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
}

/// What a reply says of the store.
enum StoreReply: Equatable {
  /// How many events there are.
  case events(Int)
  /// Error 3, and the reason in its `data`.
  case error(reason: String)
  case other(String)

  static let request = #"{"method":"websites.list"}"#

  init(_ line: String) {
    let reply = try? JSONValue(parsing: Array(line.utf8), maximumDepth: 32)
    if let websites = reply?["result"]?.array {
      self = .events(websites.reduce(0) { $0 + Int($1["events"]?.double ?? 0) })
    } else if reply?["error"]?["code"] == 3, let reason = reply?["error"]?["data"]?["reason"]?.string {
      self = .error(reason: reason)
    } else {
      self = .other(line)
    }
  }

}

extension RunningWorker {
  func send(_ text: String) throws { try send(Data(text.utf8)) }

  func receiveText() throws -> String { String(decoding: try receive(), as: UTF8.self) }

  /// What it says of its store.
  func look() throws -> StoreReply { StoreReply(try ask(StoreReply.request)) }

  /// What it says when a report is asked for, which looks at the columns: the events that it counts.
  func count() throws -> StoreReply {
    let line = try ask(
      #"{"method":"reports.goals","dateRange":{"startDate":"2020-01-01","endDate":"2030-01-01"},"goals":[{"type":"url","value":"/p*","goal":1}]}"#
    )
    let reply = try JSONValue(parsing: Array(line.utf8), maximumDepth: 32)
    guard let count = reply["result"]?.array?.first?["result"]?.double else { return StoreReply(line) }
    return .events(Int(count))
  }

  /// Appends events under new ids; how many it says to have added.
  func append(_ ids: Range<Int>) throws -> String {
    let events = ids.map {
      #"{"website_id":"w","session_id":"n\#($0)","event_id":"n\#($0)","created_at":1740000000000,"url_path":"/p"}"#
    }
    return try ask(#"{"method":"events.append","events":[\#(events.joined(separator: ","))]}"#)
  }
}
