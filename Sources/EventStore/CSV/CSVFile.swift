import Engine

/// A CSV file whose header has been read.
struct CSVFile {
  let contents: FileContents
  /// The column names, exactly as in the header.
  let header: [String]
  /// The range of the rows within the contents.
  let rows: Range<Int>

  var path: String { contents.path }

  /// Reads the header of `contents`; throws `unusableFile` if there is none.
  init(_ contents: FileContents) throws(StoreError) {
    self.contents = contents
    defer { withExtendedLifetime(contents) {} }
    let bytes = contents.bytes
    let start = try Self.textStart(contents)
    let limit = start + DataLimits.standard.csvHeaderBytes
    var scanner = CSVScanner(bytes, rows: start..<bytes.count) { $0 > limit }
    let fields = CSVFields(columnCount: DataLimits.standard.csvColumns)
    switch scanner.next(fields) {
    case .end:
      throw .unusableFile(path: contents.path, sentence: "is empty: a CSV file begins with a header row")
    case .unterminatedQuote(let offset):
      var lines = LineCounter(contents)
      throw .unterminatedQuote(path: contents.path, line: lines.line(of: offset))
    case .abandoned:
      throw Self.longHeader(contents.path)
    case .bad(.fieldCount), .row:
      if scanner.position > limit { throw Self.longHeader(contents.path) }
    case .bad(let defect):
      throw .unusableFile(
        path: contents.path, sentence: "is neither an SQLite file nor CSV: in its first line, \(defect)")
    }
    guard scanner.fieldCount <= DataLimits.standard.csvColumns else {
      throw .unusableFile(
        path: contents.path,
        sentence: "has \(scanner.fieldCount) columns; the limit is \(DataLimits.standard.csvColumns)")
    }
    header = (0..<scanner.fieldCount).map { String(decoding: fields[$0], as: UTF8.self) }
    rows = scanner.position..<bytes.count
  }

  private static func longHeader(_ path: String) -> StoreError {
    .unusableFile(
      path: path,
      sentence:
        "has more than \(DataLimits.standard.csvHeaderBytes) bytes in its first line; a CSV file begins with a header row of "
        + "column names")
  }

  /// Where the text begins, after a byte order mark if there is one.
  private static func textStart(_ contents: FileContents) throws(StoreError) -> Int {
    let start = contents.bytes.prefix(4)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { return 3 }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.starts(with: [0, 0, 0xFE, 0xFF])
    {
      throw .unusableFile(path: contents.path, sentence: "is UTF-16 or UTF-32 text; save it as UTF-8")
    }
    return 0
  }
}

/// Computes line numbers of ascending offsets. Reads every byte at most once, and none before the first call.
struct LineCounter {
  private static let blockBytes = 16 << 20

  private let contents: FileContents
  private var offset = 0
  private var line = 1

  init(_ contents: FileContents) { self.contents = contents }

  /// The line, from 1, that contains the byte at `target`. `target` must not be less than in the previous
  /// call.
  mutating func line(of target: Int) -> Int {
    precondition(target >= offset)
    while offset < target {
      let end = min(target, offset + Self.blockBytes)
      for index in offset..<end where contents.bytes[index] == UInt8(ascii: "\n") { line += 1 }
      // The last block is needed again, because a row begins there.
      if end < target { contents.release(offset..<end) }
      offset = end
    }
    return line
  }
}

/// Releases the memory of a file's rows once they have been read, one large block at a time.
final class MappedPageReleaser {
  private static let blockBytes = 16 << 20

  private let file: CSVFile
  private var released: Int

  convenience init(_ file: CSVFile) { self.init(file, from: file.rows.lowerBound) }

  /// Releases rows from `start` on.
  init(_ file: CSVFile, from start: Int) {
    self.file = file
    released = start
  }

  /// Call this when the rows before `end` have been read.
  @inline(__always)
  func didRead(upTo end: Int) {
    if end - released >= Self.blockBytes { release(before: end) }
  }

  private func release(before end: Int) {
    // Released bytes that are accessed again, such as those of the current row, are reloaded from the file.
    file.contents.release(released..<end)
    released = end
  }
}
