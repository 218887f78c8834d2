import Foundation
import TestSupport
import Testing

@testable import Calendar

@Suite struct TimeFormatTests {
  private func read(_ text: String, _ format: String) throws -> ResolvedInstant {
    let reader = InstantReader(format: try TimeFormat(format))
    return try Array(text.utf8).withUnsafeBufferPointer { try reader.instant($0) }
  }

  @Test(arguments: [
    ("01.10.2019 13:55", "%d.%m.%Y %H:%M", "2019-10-01T13:55:00Z"),
    ("1.2.2019", "%d.%m.%Y", "2019-02-01T00:00:00Z"),
    ("20191001", "%Y%m%d", "2019-10-01T00:00:00Z"),
    ("20191001135536", "%Y%m%d%H%M%S", "2019-10-01T13:55:36Z"),
    ("10/1/19 1:05:06 pm", "%D %I:%M:%S %p", "2019-10-01T13:05:06Z"),
    ("10/01/69 12:00:00 AM", "%m/%d/%y %I:%M:%S %p", "1969-10-01T00:00:00Z"),
    ("10/01/68 12:00:00 p.m.", "%m/%d/%y %I:%M:%S %p", "2068-10-01T12:00:00Z"),
    ("Tuesday, October 1, 2019 00:00", "%A, %B %d, %Y %H:%M", "2019-10-01T00:00:00Z"),
    ("tue oct  1 2019", "%a %b %e %Y", "2019-10-01T00:00:00Z"),
    ("2019 274", "%Y %j", "2019-10-01T00:00:00Z"),
    ("2020366", "%Y%j", "2020-12-31T00:00:00Z"),
    ("1569888000.25", "%s.%f", "2019-10-01T00:00:00.250Z"),
    ("2019-10-01 00:00:00.123456789", "%F %T.%N", "2019-10-01T00:00:00.123Z"),
    ("2019-10-01T02:00:00+0200", "%FT%T%z", "2019-10-01T00:00:00Z"),
    ("2019-10-01 00:00 GMT", "%F %H:%M %Z", "2019-10-01T00:00:00Z"),
    ("100% 2019-10-01", "100%% %F", "2019-10-01T00:00:00Z"),
    ("2019-10-01 24:00:00", "%F %T", "2019-10-02T00:00:00Z"),
    ("2019-10-01 23:59:60", "%F %T", "2019-10-02T00:00:00Z"),
  ])
  func `every letter of strptime that names a part of a time`(text: String, format: String, iso: String)
    throws
  {
    #expect(formatInstant(try read(text, format).milliseconds) == iso)
  }

  @Test(arguments: [
    ("2019101", "%Y%m%d", InstantError.otherFormat(at: 7)), ("2019-10-01", "%d.%m.%Y", .otherFormat(at: 2)),
    ("01.10.2019x", "%d.%m.%Y", .otherFormat(at: 10)), ("", "%d.%m.%Y", .empty),
    ("13:00 PM 1.1.2019", "%I:%M %p %d.%m.%Y", .noSuchTime),
    ("2019-10-01 00:00 CET", "%F %H:%M %Z", .otherFormat(at: 17)),
    ("2019-02-30", "%F", .noSuchDate(CivilDate(year: 2019, month: 2, day: 30))),
    ("2019 366", "%Y %j", .noSuchDate(CivilDate(year: 2019, month: 1, day: 366))),
  ])
  func `a text of another form is refused`(text: String, format: String, error: InstantError) {
    #expect(throws: error) { try read(text, format) }
  }

  @Test(arguments: [
    ("%Q", TimeFormatError.unknownLetter("Q")), ("%Y-%m-%", .endsWithPercent), ("", .noDate),
    ("%H:%M", .noDate),
    ("%Y-%m", .noDate), ("%F %I:%M", .halfDay), ("%F %H:%M %p", .halfDay), ("%F %Y", .repeated),
    ("%F %b", .repeated),
  ])
  func `a format that names no instant is refused`(format: String, error: TimeFormatError) {
    #expect(throws: error) { try TimeFormat(format) }
  }

  @Test func `a local time that the clock skipped or showed twice`() throws {
    let reader = InstantReader(zone: try zone("Europe/Berlin"))
    func check(_ text: String, _ iso: String, _ change: ClockChange?) throws {
      let found = try Array(text.utf8).withUnsafeBufferPointer { try reader.instant($0) }
      #expect(formatInstant(found.milliseconds) == iso, "\(text)")
      #expect(found.clockChange == change, "\(text)")
    }
    try check("2025-03-30 01:59:59.999", "2025-03-30T00:59:59.999Z", nil)
    try check("2025-03-30 02:00:00", "2025-03-30T01:00:00Z", .skipped)
    try check("2025-03-30 02:30:00.5", "2025-03-30T01:30:00.500Z", .skipped)
    try check("2025-03-30 03:00:00", "2025-03-30T01:00:00Z", nil)
    try check("2025-10-26 01:59:59", "2025-10-25T23:59:59Z", nil)
    try check("2025-10-26 02:00:00", "2025-10-26T00:00:00Z", .repeated)
    try check("2025-10-26 02:59:59", "2025-10-26T00:59:59Z", .repeated)
    try check("2025-10-26 03:00:00", "2025-10-26T02:00:00Z", nil)
    try check("2025-10-26 02:30:00Z", "2025-10-26T02:30:00Z", nil)
    try check("2025-05-01", "2025-04-30T22:00:00Z", nil)
    try check("1741211682", "2025-03-05T21:54:42Z", nil)
  }

  @Test func `random instants are read the same in every spelling`() throws {
    var random = SeededGenerator(seed: 7)
    let standard = InstantReader()
    let formats = try [
      "%d.%m.%Y %H:%M:%S.%f", "%Y%m%d%H%M%S,%N", "%b %d %Y %I:%M:%S.%f %p", "%j/%Y %T.%f", "%s.%f",
    ].map { InstantReader(format: try TimeFormat($0)) }
    let names = monthNames.map { String("\($0)".prefix(3)) }
    for _ in 0..<3000 {
      let instant = Int64.random(in: 631_152_000_000..<7_258_118_400_000, using: &random)
      let (seconds, ms) = instant.floorDivided(by: 1000)
      let iso = formatInstantWithMilliseconds(instant)
      let (date, clock) = (iso.prefix(10), iso.dropFirst(11).prefix(8))
      let (year, month, day) = (iso.prefix(4), iso.dropFirst(5).prefix(2), iso.dropFirst(8).prefix(2))
      let fraction = iso.dropFirst(20).prefix(3)
      let name = names[(Int(month) ?? 1) - 1]
      let hour = Int(clock.prefix(2)) ?? 0
      let half =
        "\(hour % 12 == 0 ? 12 : hour % 12):\(clock.dropFirst(3)).\(fraction) \(hour < 12 ? "AM" : "PM")"
      let dayOfYear =
        CivilDate(dayNumber: seconds / 86_400).dayNumber
        - CivilDate(year: Int64(year) ?? 0, month: 1, day: 1).dayNumber + 1
      let basic = "\(year)\(month)\(day)T" + clock.filter { $0 != ":" }
      let texts = [
        iso, "\(date) \(clock).\(fraction) UTC", "\(date)T\(clock),\(fraction)+00:00",
        "\(basic).\(fraction)Z",
        "\(day) \(name) \(year) \(clock).\(fraction) +0000",
        "[\(day)/\(name)/\(year):\(clock).\(fraction) +0000]",
        "\(seconds).\(fraction)", "\(instant)", "\(instant)999", "\(instant)999999",
      ]
      func check(_ text: String, _ reader: InstantReader) throws {
        let found = try Array(text.utf8).withUnsafeBufferPointer { try reader.instant($0) }
        if found.milliseconds != instant { Issue.record("\(text) is \(found), not \(instant) \(ms)") }
      }
      for text in texts { try check(text, standard) }
      let formatted = [
        "\(day).\(month).\(year) \(clock).\(fraction)",
        basic.filter { $0 != "T" } + ",\(fraction)", "\(name) \(day) \(year) \(half)",
        "\(dayOfYear)/\(year) \(clock).\(fraction)", "\(seconds).\(fraction)",
      ]
      for (text, reader) in zip(formatted, formats) { try check(text, reader) }
    }
  }

  @Test(arguments: [
    "%Y-%m-%d %H:%M:%S", "%d/%m/%y %I:%M:%S %p", "%A, %d %B %Y %T", "%a %b %e %H:%M:%S %Z %Y", "%D %T",
    "%F%t%T %z", "%j %Y %H%M%S", "%s", "100%% %Y%m%d%H%M%S",
  ])
  func `what strftime writes is read in the same format`(format: String) throws {
    var random = SeededGenerator(seed: 11)
    let reader = InstantReader(format: try TimeFormat(format))
    for _ in 0..<1000 {
      // %y has a century of its own, from 1969 to 2068.
      var time = Int.random(in: 0..<3_092_601_600, using: &random)
      var parts = tm()
      gmtime_r(&time, &parts)
      var text = [CChar](repeating: 0, count: 128)
      let count = strftime(&text, text.count, format, &parts)
      let bytes = text.prefix(count).map { UInt8(bitPattern: $0) }
      let found = try bytes.withUnsafeBufferPointer { try reader.instant($0) }
      #expect(found.milliseconds == Int64(time) * 1000, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test func `any text and any format end in an instant or an error`() {
    var random = SeededGenerator(seed: 5)
    let pieces = Array("%YmdHIMSfpbjszZTF -:.,/TZ+0123456789APMUTCeE[]()\u{FF}".unicodeScalars)
    for _ in 0..<20_000 {
      func text() -> String {
        (0..<Int.random(in: 0...24, using: &random)).reduce(into: "") { text, _ in
          text.unicodeScalars.append(pieces[Int.random(in: pieces.indices, using: &random)])
        }
      }
      let format = try? TimeFormat(text())
      let reader = InstantReader(format: format)
      let found = Array(text().utf8).withUnsafeBufferPointer { try? reader.instant($0) }
      if let found { #expect(writableInstants ~= found.milliseconds) }
    }
  }
}
