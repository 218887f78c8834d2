@testable import Calendar

extension FuzzTarget {
  /// A time as in files, after a line with the format that it is read in: what is read is an instant that can be
  /// written, and is read again from what is written; spaces around a text change nothing.
  static let time = FuzzTarget(name: "time") { checkTime }
}

private func checkTime(_ input: [UInt8]) throws(Violation) {
  let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
  let text = lines.last.map(Array.init) ?? []
  try checkReading(text, InstantReader())
  guard lines.count == 2, let format = try? TimeFormat(String(decoding: lines[0], as: UTF8.self)) else {
    return
  }
  try checkReading(text, InstantReader(format: format))
}

private func checkReading(_ text: [UInt8], _ reader: InstantReader) throws(Violation) {
  let found = milliseconds(text, reader)
  let spaces = Array("  ".utf8)
  try require(
    milliseconds(spaces + text + spaces, reader) == found, "spaces around the text make another time")
  guard let found else { return }
  try require(writableInstants ~= found, "\(found) is outside the years 0000 to 9999")
  let written = formatInstantWithMilliseconds(found)
  try require(
    milliseconds(Array(written.utf8), InstantReader()) == found, "\(found) is not read from \(written)")
}

private func milliseconds(_ text: [UInt8], _ reader: InstantReader) -> Int64? {
  text.withUnsafeBufferPointer { try? reader.instant($0).milliseconds }
}
