import Engine
import System

/// The encoding of a text file; the raw value is its name on the command line.
public enum TextEncoding: String, CaseIterable, Sendable {
  case utf8 = "utf-8"
  /// In the order of its byte order mark or of its first characters, otherwise little-endian.
  case utf16 = "utf-16"
  /// Read as windows-1252, as browsers do (WHATWG Encoding Standard).
  case latin1
}

extension FileContents {
  /// The same text in UTF-8 with line feeds; itself if it is that already. The copy has the identity of the file.
  ///
  /// By default the first bytes determine the encoding: a byte order mark, or the zeros between characters of UTF-16 that
  /// are ASCII. Otherwise it is UTF-8. Throws `unusableFile`
  /// if the text is not valid UTF-16.
  func transcoded(_ encoding: TextEncoding?, _ resources: ReadingResources) throws(StoreError) -> FileContents
  {
    defer { withExtendedLifetime(self) {} }
    let mark = markedByteOrder
    var source: any TextSource
    switch self.encoding(encoding) {
    case .utf16: source = UTF16Source(isBigEndian: byteOrder == .bigEndian, position: mark == nil ? 0 : 2)
    case .latin1: source = Latin1Source()
    case .utf8:
      guard hasOldLineEnds else { return self }
      source = OldLinesSource()
    }
    var spool = Spool(path: path, in: resources.temporaryFolder)
    var piece: [UInt8] = []
    while source.position < bytes.count {
      if resources.isCancelled() { throw .cancelled }
      piece.removeAll(keepingCapacity: true)
      try source.read(self, into: &piece)
      try piece.withUnsafeBytes { piece in Result { () throws(StoreError) in try spool.append(piece) } }.get()
    }
    try checkUnchanged()
    return try FileContents(path: path, spool, identity: identity).transcodedLineEnds(resources)
  }

  /// The encoding as which the text is read: `given`, otherwise what the first bytes say.
  func encoding(_ given: TextEncoding?) -> TextEncoding { given ?? (byteOrder == nil ? .utf8 : .utf16) }

  private func transcodedLineEnds(_ resources: ReadingResources) throws(StoreError) -> FileContents {
    hasOldLineEnds ? try transcoded(.utf8, resources) : self
  }

  private enum ByteOrder { case bigEndian, littleEndian }

  /// The order of UTF-16; nil if the first bytes do not look like it.
  private var byteOrder: ByteOrder? { markedByteOrder ?? likelyByteOrder }

  /// The order in which the first characters are ASCII, without NUL; nil if there is none. Any text in UTF-8 of which
  /// that holds has NUL bytes, so that nothing in it could be read.
  private var likelyByteOrder: ByteOrder? {
    let start = bytes.prefix(Self.examinedBytes)
    guard start.count >= Self.leastExaminedBytes, bytes.count.isMultiple(of: 2) else { return nil }
    func isASCII(from first: Int) -> Bool {
      stride(from: first, to: start.count, by: 2).allSatisfy { 1..<0x80 ~= start[$0] && start[$0 ^ 1] == 0 }
    }
    return isASCII(from: 0) ? .littleEndian : isASCII(from: 1) ? .bigEndian : nil
  }

  private static let (leastExaminedBytes, examinedBytes) = (16, 32)

  /// The order that the byte order mark of UTF-16 says; nil if there is none. What would be the mark of UTF-32 is none.
  private var markedByteOrder: ByteOrder? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) { return nil }
    if bytes.starts(with: [0xFE, 0xFF]) { return .bigEndian }
    return bytes.starts(with: [0xFF, 0xFE]) ? .littleEndian : nil
  }

  /// Whether lines end with a carriage return alone, as on old Macs: the start of the file has no line feed.
  private var hasOldLineEnds: Bool {
    let start = bytes.prefix(64 << 10)
    return start.contains(carriageReturn) && !start.contains(lineFeed)
  }
}

/// Reads text in some encoding and writes it in UTF-8.
private protocol TextSource {
  /// How far the bytes are read.
  var position: Int { get }
  /// Appends the text of the next part of `contents`, at most some mebibytes.
  mutating func read(_ contents: FileContents, into text: inout [UInt8]) throws(StoreError)
}

private let bytesAtATime = 1 << 20
private let carriageReturn = UInt8(ascii: "\r")
private let lineFeed = UInt8(ascii: "\n")

private struct UTF16Source: TextSource {
  let isBigEndian: Bool
  var position: Int

  mutating func read(_ contents: FileContents, into text: inout [UInt8]) throws(StoreError) {
    let bytes = contents.bytes
    let end = min(position + bytesAtATime, bytes.count)
    while position < end {
      let start = position
      guard var scalar = next(bytes) else { throw failure(contents, "ends within a character", start) }
      if 0xD800...0xDBFF ~= scalar {
        guard let low = next(bytes), 0xDC00...0xDFFF ~= low else { throw unpaired(contents, start) }
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let character = Unicode.Scalar(scalar) else { throw unpaired(contents, start) }
      text.append(contentsOf: UTF8.encode(character).unsafelyUnwrapped)
    }
  }

  private mutating func next(_ bytes: Bytes) -> UInt32? {
    guard position + 1 < bytes.count else { return nil }
    defer { position += 2 }
    let (first, second) = (UInt32(bytes[position]), UInt32(bytes[position + 1]))
    return isBigEndian ? first << 8 | second : second << 8 | first
  }

  private func unpaired(_ contents: FileContents, _ offset: Int) -> StoreError {
    failure(contents, "has half of a surrogate pair", offset)
  }

  private func failure(_ contents: FileContents, _ what: String, _ offset: Int) -> StoreError {
    .unusableFile(
      path: contents.path, sentence: "is not valid UTF-16: it \(what) at byte \(offset); save it as UTF-8")
  }
}

private struct Latin1Source: TextSource {
  var position = 0

  mutating func read(_ contents: FileContents, into text: inout [UInt8]) {
    let end = min(position + bytesAtATime, contents.bytes.count)
    for byte in contents.bytes[position..<end] {
      guard byte >= 0x80 else {
        text.append(byte)
        continue
      }
      let code = byte < 0xA0 ? Self.windowsCodes[Int(byte) - 0x80] : UInt16(byte)
      // Sound: no code is a surrogate.
      text.append(contentsOf: UTF8.encode(Unicode.Scalar(code).unsafelyUnwrapped).unsafelyUnwrapped)
    }
    position = end
  }

  /// The characters of 0x80 to 0x9F in windows-1252.
  private static let windowsCodes: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
    0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
    0x0153, 0x9D,
    0x017E, 0x0178,
  ]
}

private struct OldLinesSource: TextSource {
  var position = 0

  mutating func read(_ contents: FileContents, into text: inout [UInt8]) {
    let end = min(position + bytesAtATime, contents.bytes.count)
    text.append(contentsOf: contents.bytes[position..<end].lazy.map { $0 == carriageReturn ? lineFeed : $0 })
    position = end
  }
}
