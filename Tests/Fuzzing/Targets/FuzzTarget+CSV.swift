import Engine

@testable import EventStore

extension FuzzTarget {
  /// A CSV file as a user names it: threads that read small pieces see what one thread sees that reads it
  /// whole, and its rows stay the same when every field is quoted.
  static let csv = FuzzTarget(name: "csv") {
    let file = try ScratchFile()
    return { input throws(Violation) in
      file.replace(input)
      try checkPieces(input, file)
      try checkQuoting(file)
    }
  }
}

extension FuzzTarget {
  /// A file with a JSON object on each line, as far as one is recognised.
  static let jsonLines = pieces("jsonlines")

  /// An access log, as far as one is recognised.
  static let accessLog = pieces("accesslog")

  /// A dump of a database, as far as one is recognised.
  static let dump = pieces("dump")

  /// GoatCounter's export, as far as it is recognised.
  static let goatCounter = pieces("goatcounter")

  private static func pieces(_ name: String) -> FuzzTarget {
    FuzzTarget(name: name) {
      let file = try ScratchFile()
      return { input throws(Violation) in
        file.replace(input)
        try checkPieces(input, file)
      }
    }
  }
}

/// Threads that read small pieces see what one thread sees that reads the file whole.
private func checkPieces(_ input: [UInt8], _ file: ScratchFile) throws(Violation) {
  // What would be given to another program is left out, because starting one takes long.
  if input.withUnsafeBufferPointer({ if case .compressed = FileFormat($0) { true } else { false } }) {
    return
  }
  let whole = opened(file.path)
  // One way of sharing the work an input; all of them get their share of inputs.
  let (threads, pieces) = [(1, 21), (2, 8), (3, 13)][input.count % 3]
  try require(
    opened(file.path, threads: threads, chunkBytes: input.count / pieces + 1) == whole,
    "\(threads) threads that read \(pieces) pieces see something else")
}

/// Everything that comes of opening the file: all that would be kept of it, what was said, or the error.
struct Opened: Equatable {
  var columns: [[UInt8]] = []
  var ids: [String] = []
  var diagnostics: [String] = []
  var error: String?
}

/// - Parameters:
///   - threads: how many read it.
///   - chunkBytes: how much each of them reads at a time.
///   - encoding: what `--encoding` says.
func opened(
  _ path: String, threads: Int = 1, chunkBytes: Int = 1 << 20, encoding: TextEncoding? = nil
) -> Opened {
  var opened = Opened()
  let lines = CollectedLines()
  var options = OpenOptions()
  options.rules.encoding = encoding
  options.threads = threads
  options.chunkBytes = chunkBytes
  options.rules.accessLogs.visitorKey = "key"
  do throws(StoreError) {
    let store = try EventStore.open([path], options: options, diagnostics: lines.add)
    let snapshot = try store.snapshot()
    for website in snapshot.websites {
      guard let columns = try snapshot.columns(of: website.id) else { continue }
      opened.ids.append(website.id)
      let sections = columns.dictionarySections + columns.partitions.flatMap(\.sections)
      opened.columns += sections.map { section in
        withExtendedLifetime(section.owner) { Array(section.name.utf8) + Array(section.bytes) }
      }
    }
  } catch {
    opened.error = "\(error)"
  }
  opened.diagnostics = lines.all
  return opened
}

/// Quotes every field of the rows that can be read, and reads them again.
private func checkQuoting(_ file: ScratchFile) throws(Violation) {
  // Without known names, a line that has some may be the header; and one name may name the separator.
  guard let (header, rows) = readRows(file.path), header.contains(where: ReadingRules().knows) else { return }
  let text = ([header] + rows).map { row in
    row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\r\n"
  }
  file.replace(Array(text.joined().utf8))
  guard let (quotedHeader, quotedRows) = readRows(file.path) else {
    throw Violation(description: "the file cannot be read once its fields are quoted")
  }
  try require(quotedHeader == header, "the header \(header) becomes \(quotedHeader)")
  try require(quotedRows == rows, "the rows \(rows) become \(quotedRows)")
}

/// The header and the good rows of a CSV file, field by field; nil where it is none.
private func readRows(_ path: String) -> (header: [String], rows: [[String]])? {
  guard let contents = try? FileContents(path: path), !contents.isSQLite,
    let file = try? FileTable(csv: contents)
  else { return nil }
  return withExtendedLifetime(contents) {
    let fields = RowFields(columnCount: file.columns.count)
    var scanner = CSVScanner(contents.bytes, rows: file.rows)
    var rows: [[String]] = []
    while true {
      switch scanner.next(fields) {
      case .row: rows.append(file.columns.indices.map { String(decoding: fields[$0], as: UTF8.self) })
      case .bad, .leftOut: continue
      case .unterminatedQuote, .abandoned, .end: return (file.columns, rows)
      }
    }
  }
}
