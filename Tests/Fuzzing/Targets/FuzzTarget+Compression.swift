import Engine
import System

@testable import EventStore

extension FuzzTarget {
  /// A file that the system's program decompresses: after compression it is read as the same, also in several parts, and
  /// refused if it is cut. What is compressed already is refused in a sentence, or read.
  static let compression = FuzzTarget(name: "compression") {
    let file = try ScratchFile()
    let hasZstandard = isInstalled("zstd")
    return { input throws(Violation) in
      let isText = input.withUnsafeBufferPointer { FileFormat(magicNumberOf: $0) == nil }
      file.replace(input)
      let expected = opened(file.path)
      guard isText else { return }
      let half = input.count / 2
      let (first, second) = (Array(input[..<half]), Array(input[half...]))
      try check(gzipMember(first) + gzipMember(second), "gzip", expected, file)
      if hasZstandard { try check(zstandardFrame(first) + zstandardFrame(second), "zstd", expected, file) }
      let whole = gzipMember(input)
      // Two bytes are the magic number, with which a file counts as compressed.
      let kept = 2 + (input.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }) % (whole.count - 2)
      file.replace(Array(whole[..<kept]))
      let error = opened(file.path).error ?? "none"
      try require(
        error.hasPrefix("\(file.path) cannot be decompressed: gzip ended with"),
        "a gzip file of \(whole.count) bytes that is cut after \(kept) has the error: \(error)")
    }
  }
}

private func check(
  _ bytes: [UInt8], _ program: String, _ expected: Opened, _ file: ScratchFile
) throws(Violation) {
  file.replace(bytes)
  let found = opened(file.path)
  try require(found == expected, "\(program) is read as \(found), not as \(expected)")
}

private func isInstalled(_ program: String) -> Bool {
  ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
    access("\($0)/\(program)", X_OK) == 0
  }
}

/// A gzip file (RFC 1952) whose blocks are not compressed (RFC 1951, section 3.2.4).
private func gzipMember(_ bytes: [UInt8]) -> [UInt8] {
  let size = UInt16(truncatingIfNeeded: bytes.count)
  precondition(bytes.count == Int(size))
  return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + littleEndian(size) + littleEndian(~size) + bytes
    + littleEndian(checksum(bytes)) + littleEndian(UInt32(bytes.count))
}

/// A frame of Zstandard (RFC 8878) with one block that is not compressed.
private func zstandardFrame(_ bytes: [UInt8]) -> [UInt8] {
  [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + littleEndian(UInt32(bytes.count))
    + littleEndian(UInt32(bytes.count << 3 | 1)).prefix(3) + bytes
}

private func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// CRC-32 of RFC 1952, section 8.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320) }
  }
}
