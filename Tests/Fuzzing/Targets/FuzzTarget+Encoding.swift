import Engine

@testable import EventStore

extension FuzzTarget {
  /// A text: it is read as the same in UTF-8, UTF-16 of either order, Latin-1 and with the line ends of old Macs.
  /// The bytes themselves, after a byte order mark, are refused in a sentence, or read alike by any threads.
  static let encoding = FuzzTarget(name: "encoding") {
    let file = try ScratchFile()
    return { input throws(Violation) in
      try checkUTF16(String(decoding: input, as: UTF8.self), file)
      try checkLatin1(input, file)
      try checkLineEnds(input, file)
      for mark in marks {
        file.replace(mark + input)
        let whole = opened(file.path)
        try require(
          opened(file.path, threads: 2, chunkBytes: input.count / 7 + 1) == whole,
          "2 threads see something else after the byte order mark \(mark)")
      }
    }
  }
}

/// The byte order marks of UTF-16, little-endian first.
private let marks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]

private func checkUTF16(_ text: String, _ file: ScratchFile) throws(Violation) {
  // With NULs it might be UTF-16 itself, or begin like UTF-32.
  guard !text.utf8.contains(0), !isBinary(Array(text.utf8)) else { return }
  let expected = read(Array(text.utf8), file)
  for (mark, isBigEndian) in zip(marks, [false, true]) {
    let units = text.utf16.flatMap { unit -> [UInt8] in
      let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8))
      return isBigEndian ? [high, low] : [low, high]
    }
    try require(read(mark + units, file) == expected, "UTF-16 after \(mark) is read as something else")
    if text.utf8.count > 7, text.utf8.prefix(16).allSatisfy({ $0 < 0x80 }) {
      try require(read(units, file) == expected, "UTF-16 without a byte order mark is read as something else")
    }
    let cut = units.isEmpty ? [0] : units.dropLast()
    try require(read(mark + cut, file).error != nil, "UTF-16 that ends within a character is read")
  }
}

/// As far as Windows-1252 has the same characters as Latin-1.
private func checkLatin1(_ input: [UInt8], _ file: ScratchFile) throws(Violation) {
  let input = input.map { 0x80..<0xA0 ~= $0 ? $0 + 0x20 : $0 }
  let text = String(String.UnicodeScalarView(input.map { Unicode.Scalar($0) }))
  guard !input.contains(0), !isBinary(input), !isBinary(Array(text.utf8)),
    !marks.contains(where: input.starts(with:)),
    !input.starts(with: [0xEF, 0xBB, 0xBF])
  else { return }
  let expected = read(Array(text.utf8), file)
  try require(read(input, file, .latin1) == expected, "Latin-1 is read as something else")
}

private func checkLineEnds(_ input: [UInt8], _ file: ScratchFile) throws(Violation) {
  let lines = input.filter { $0 != UInt8(ascii: "\r") }
  guard !lines.contains(0), !isBinary(lines), !marks.contains(where: lines.starts(with:)) else { return }
  let expected = read(lines, file)
  let old = lines.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: "\r") : $0 }
  try require(read(old, file) == expected, "line ends of old Macs are read as something else")
}

private func read(_ bytes: [UInt8], _ file: ScratchFile, _ encoding: TextEncoding? = nil) -> Opened {
  file.replace(bytes)
  return opened(file.path, encoding: encoding)
}

/// Whether the first bytes say that it is no text.
private func isBinary(_ bytes: [UInt8]) -> Bool {
  bytes.withUnsafeBufferPointer { FileFormat(magicNumberOf: $0) != nil }
}
