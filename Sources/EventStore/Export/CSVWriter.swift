import Engine

/// Writes rows of CSV, of fields between commas. Texts are quoted, numbers are not, and a null is an empty field.
///
/// A row is written only if a reader of ours can read it.
struct CSVWriter {
  private let output: OutputFile
  private var buffer: [UInt8] = []
  /// Where the current row begins in the buffer.
  private var rowStart = 0
  private var isRowEmpty = true
  private var hasLongField = false

  private static let bufferBytes = 1 << 20

  init(_ output: OutputFile, header: [String]) throws(StoreError) {
    self.output = output
    buffer.reserveCapacity(Self.bufferBytes + 4096)
    for name in header { quote(name) }
    _ = try endRow()
  }

  /// Adds a text as a field.
  mutating func quote(_ text: Bytes) {
    beginField()
    if text.isEmpty { return }
    let start = buffer.count
    buffer.append(UInt8(ascii: "\""))
    if text.contains(UInt8(ascii: "\"")) {
      for byte in text {
        if byte == UInt8(ascii: "\"") { buffer.append(byte) }
        buffer.append(byte)
      }
    } else {
      buffer.append(contentsOf: text)
    }
    buffer.append(UInt8(ascii: "\""))
    hasLongField = hasLongField || buffer.count - start > DataLimits.standard.csvFieldBytes
  }

  mutating func quote(_ text: String) {
    var text = text
    text.withUTF8 { quote($0) }
  }

  /// Adds digits and the like, which need no quotes.
  mutating func bare(_ text: String) {
    beginField()
    buffer.append(contentsOf: text.utf8)
  }

  /// Adds a text that should be a number: without quotes if it is one.
  mutating func number(_ text: Bytes) {
    guard parseTenThousandths(text) != nil else { return quote(text) }
    beginField()
    buffer.append(contentsOf: text)
  }

  private mutating func beginField() {
    if !isRowEmpty { buffer.append(UInt8(ascii: ",")) }
    isRowEmpty = false
  }

  /// Ends the row; if it could not be read again, takes it back and returns its defect.
  mutating func endRow() throws(StoreError) -> RowDefect? {
    let defect = defect
    if defect == nil {
      buffer.append(UInt8(ascii: "\n"))
    } else {
      buffer.removeSubrange(rowStart...)
    }
    isRowEmpty = true
    hasLongField = false
    if buffer.count >= Self.bufferBytes { try flush() }
    rowStart = buffer.count
    return defect
  }

  private var defect: RowDefect? {
    if hasLongField { return .longField(maximumBytes: DataLimits.standard.csvFieldBytes) }
    if buffer.count - rowStart >= DataLimits.standard.csvRowBytes {
      return .longRow(maximumBytes: DataLimits.standard.csvRowBytes)
    }
    return buffer.withUnsafeBufferPointer { textDefect(Bytes(rebasing: $0[rowStart...])) }
  }

  private mutating func flush() throws(StoreError) {
    try output.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the rest, and waits until the file is on disk.
  mutating func finish() throws(StoreError) {
    try flush()
    try output.synchronize()
    try output.finish()
  }
}
