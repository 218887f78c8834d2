import System

/// Why events or saved reports could not be read or written.
///
/// `description` is one sentence for the user: what is wrong, where, and what would be right.
public enum StoreError: Error, Equatable, Sendable {
  /// The call itself is invalid: `sentence` says why, and what would be valid.
  case usage(_ sentence: String)
  /// The file does not exist.
  case noSuchFile(path: String)
  /// A folder where a file is required.
  case isDirectory(path: String)
  /// A file that does not have the required form: `sentence` says why.
  case unusableFile(path: String, sentence: String)
  /// A header without required columns.
  case missingColumns(MissingColumns)
  /// A quoted field that is never closed; `line` is where it opens.
  case unterminatedQuote(path: String, line: Int)
  /// The first bad row, if reading is strict.
  case badRow(BadRow)
  /// Most rows are bad.
  case unreadable(UnreadableRows)
  /// An SQLite file without a table of events; `name` is the table that was looked for, `tables` are its tables.
  case noEventTable(path: String, name: String = "website_event", tables: [String])
  /// Another process kept the file locked for longer than the timeout.
  case busy(path: String)
  /// The file or its directory cannot be written.
  case readOnly(path: String)
  /// A store that cannot be modified, whatever the file's permissions: `sentence` says why, and what to do
  /// instead.
  case unwritable(path: String, sentence: String)
  /// An SQLite file whose contents are inconsistent.
  case damaged(path: String, sentence: String)
  /// The operating system reported an error; `operation` is a verb ("read", "open").
  case inputOutput(path: String, operation: String, reason: String)
  /// The saved reports of a store that keeps them in memory would exceed their limit.
  case reportsFull(maximumBytes: Int)
  /// The server that keeps the events did not answer, or refused: `sentence` says why.
  case server(sentence: String, ServerFault)
  /// The caller has cancelled reading.
  case cancelled
  /// An SQLite error without a specific case here.
  case sqlite(SQLiteFailure)
}

/// What became of a statement for a server.
public enum ServerFault: Sendable, Equatable {
  /// It may be answered later.
  case unavailable
  /// It takes more than its limits.
  case tooExpensive
  /// The server's tables or its answers are not what they must be.
  case damaged
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .usage(let sentence): sentence
    case .noSuchFile(let path) where path.utf8.starts(with: "clickhouse://".utf8):
      "\(path) is the address of a server, and this is about files"
    case .noSuchFile(let path): "\(path): no such file"
    case .isDirectory(let path): "\(path) is a directory; name an SQLite file or CSV files"
    case .unusableFile(let path, let sentence): "\(path) \(sentence)"
    case .missingColumns(let missing): missing.description
    case .unterminatedQuote(let path, let line):
      "\(path), line \(line): a quoted field opens here and is never closed; the file may be truncated"
    case .badRow(let row): "\(row)"
    case .unreadable(let rows): "\(rows)"
    case .noEventTable(let path, let name, let tables):
      "\(path) has no table \(name); its tables are: \(list(tables)); name the table of events with --table"
    case .busy(let path): "\(path) is locked by another process; try again"
    case .readOnly(let path): "\(path) is read-only; this operation needs to write to it"
    case .unwritable(let path, let sentence): "\(path) \(sentence)"
    case .damaged(let path, let sentence): "\(path) is damaged: \(sentence)"
    case .inputOutput(let path, let operation, let reason): "\(path): cannot \(operation): \(reason)"
    case .reportsFull(let maximum):
      "expected at most \(maximum) bytes of saved reports, found more; delete some, or import the files into "
        + "a store, which keeps any number"
    case .server(let sentence, _): sentence
    case .cancelled: "cancelled"
    case .sqlite(let failure): "\(failure)"
    }
  }
}

// The errors of `--map target=source`.
extension StoreError {
  /// An entry whose target is none of `targets`.
  static func unknownTarget(_ target: String, source: String, among targets: [String]) -> StoreError {
    if targets.contains(source) {
      return .usage(
        "--map: \(target)=\(source) is reversed; write \(source)=\(target), with the column of your file after the ="
      )
    }
    let hint = nearestNameHint(for: target, among: targets)
    return .usage(
      "--map: unknown column \"\(target)\""
        + (hint.isEmpty
          ? "; the columns are: \(targets.joined(separator: ", ")), and property:KEY for a property of events"
          : hint))
  }

  /// An entry whose source is in none of the files; `files` has their paths and the names in their headers.
  static func absentSource(
    _ source: String, of target: String, in files: [(path: String, names: [String])]
  ) -> StoreError {
    let mostShown = 10
    let found = files.prefix(mostShown).map { "\($0.path) has: \(list($0.names))" }
    let rest = files.count - found.count
    let hint = nearestNameHint(for: source, among: files.lazy.flatMap(\.names).prefix(1000))
    return .usage(
      "--map: no file has a column \"\(source)\"\(hint.isEmpty ? ";" : hint) \(found.joined(separator: "; "))"
        + (rest > 0 ? "; and \(rest) more files" : "")
        + (ColumnMap.isProperty(target)
          ? "; for a text that is the same in all events write \(target)='\(source)'" : ""))
  }
}

/// A file or table that lacks required columns.
public struct MissingColumns: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The kind of rows expected in the file: "events" or "event data".
  public let kind: String
  /// The columns that its header lacks.
  public let missing: [String]
  /// The columns that its header has.
  public let found: [String]
  /// The entries of `--map` for columns with usual names, then those that are left to be named; nil if nothing is known.
  private var proposal: String?

  init(path: String, kind: String, missing: [String], found: [String]) {
    (self.path, self.kind, self.missing, self.found) = (path, kind, missing, found)
  }

  /// Names the columns that an inspection of the file found.
  public mutating func propose(_ table: InspectedTable) {
    let known = table.columns.filter { $0.suggestion != nil }
    let entries =
      table.proposedMap.map { [$0] } ?? known.map { ColumnMap.entry($0.suggestion ?? "", $0.name) }
    guard !entries.isEmpty else { return }
    let rest = missing.filter { column in !known.contains { $0.suggestion == column } }
    proposal = (entries + rest.map { "\($0)=…" }).joined(separator: ",")
  }

  public var description: String {
    let mapped = missing.map { "\($0)=…" }.joined(separator: ",")
    return "\(path) lacks the column\(missing.count == 1 ? "" : "s") \(list(missing)) of \(kind); "
      + "its header has: \(list(found)). \(advice(mapped))"
  }

  private func advice(_ mapped: String) -> String {
    if found.count == 1, let only = found.first, only.contains(";") || only.contains("\t") {
      return "Separate the fields with commas."
    }
    guard let proposal else { return "Name the columns to use instead: --map \(mapped)" }
    return "Name the columns to use instead, as footfall inspect does: --map \(proposal)"
  }
}

/// `a, b, c`, cut off after enough names to be recognizable.
func list(_ names: [String]) -> String {
  let (shown, shownCharacters) = (60, 100)
  let rest = names.count - shown
  guard !names.isEmpty else { return "none" }
  let cut = names.prefix(shown).map {
    $0.utf8.count > shownCharacters ? $0.prefix(shownCharacters) + "…" : $0[...]
  }
  return cut.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
}
