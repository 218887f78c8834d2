import Foundation
import System
import Testing

@testable import Calendar

/// Where the system keeps its time zones. Tests that read them fail where they are missing.
let zoneinfo = "/usr/share/zoneinfo"

/// The rules of a zone of the system.
func zone(_ name: String) throws -> TimeZoneRules {
  try TimeZoneDatabase(directories: [zoneinfo], files: .system).rules(named: name)
}

/// The bytes of a zone's file.
func zoneBytes(_ name: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: "\(zoneinfo)/\(name)")))
}

/// The instant of a text, which is one.
func instant(_ text: String) throws -> Int64 {
  try #require(parseInstant(text), "\(text)")
}

/// A time zone file made for a test: 64-bit times in version 2 and later, 32-bit times in version 1.
struct TZifSample {
  var version: UInt8 = UInt8(ascii: "2")
  var transitions: [(time: Int64, type: UInt8)] = []
  var offsets: [Int32] = [0]
  var leapSeconds: [(time: Int64, correction: Int32)] = []
  /// Nil for a file that ends before its footer.
  var footer: String? = ""

  var bytes: [UInt8] {
    guard version > 0 else { return header(isEmpty: false) + block(times32Bit: true) }
    let rule = footer.map { Array("\n\($0)\n".utf8) } ?? []
    return header(isEmpty: true) + header(isEmpty: false) + block(times32Bit: false) + rule
  }

  private func header(isEmpty: Bool) -> [UInt8] {
    let counts = [0, 0, leapSeconds.count, transitions.count, offsets.count, 4].map { isEmpty ? 0 : $0 }
    return Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
      + counts.flatMap { bigEndian(UInt32($0)) }
  }

  private func block(times32Bit: Bool) -> [UInt8] {
    func time(_ value: Int64) -> [UInt8] { times32Bit ? bigEndian(Int32(value)) : bigEndian(value) }
    return transitions.flatMap { time($0.time) } + transitions.map(\.type)
      + offsets.flatMap { bigEndian($0) + [0, 0] } + Array("ABC\0".utf8)
      + leapSeconds.flatMap { time($0.time) + bigEndian($0.correction) }
  }

  private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
