import TestSupport
import Testing

@testable import Calendar

@Suite struct InstantTests {
  /// The same from a String and from bytes.
  private func parse(_ text: String) -> Int64? {
    let fromBytes = Array(text.utf8).withUnsafeBufferPointer { parseInstant($0) }
    #expect(fromBytes == parseInstant(text))
    return fromBytes
  }

  @Test func `every accepted spelling`() {
    func check(_ text: String, _ milliseconds: Int64) {
      #expect(parse(text) == milliseconds, "\(text)")
      #expect(instantRefusal(text) == nil, "\(text)")
    }
    check("2025-05-17T22:00:00.000Z", 1_747_519_200_000)
    check("2025-05-17T22:00:00Z", 1_747_519_200_000)
    check("2025-05-17t22:00:00z", 1_747_519_200_000)
    check("2025-05-17T22:00Z", 1_747_519_200_000)
    check("2025-05-17T22:00", 1_747_519_200_000)
    check("2025-05-17T22:00:00", 1_747_519_200_000)
    check("2025-05-17 22:00:00", 1_747_519_200_000)
    check("2025-05-18T00:00:00+02:00", 1_747_519_200_000)
    check("2025-05-18T00:00:00+0200", 1_747_519_200_000)
    check("2025-05-18T00:00:00+02", 1_747_519_200_000)
    check("2025-05-18T00:00+02:00", 1_747_519_200_000)
    check("2025-05-17T18:30:00-03:30", 1_747_519_200_000)
    check("2025-05-17 22:00:00+00", 1_747_519_200_000)
    check("2025-05-17 22:00:00-00:00", 1_747_519_200_000)
    check("2025-05-17", 1_747_440_000_000)
    check("2025-03-01 04:45:42", 1_740_804_342_000)
    check("2025-03-01 04:45:42.123+00", 1_740_804_342_123)
    check("2025-03-01 04:45:42.1", 1_740_804_342_100)
    check("2025-03-01 04:45:42.12", 1_740_804_342_120)
    check("2025-03-01 04:45:42.1239", 1_740_804_342_123)
    check("2025-03-01 04:45:42.123999999", 1_740_804_342_123)
    check("2025-03-01 04:45:42.000999999Z", 1_740_804_342_000)
    check("1747519200000", 1_747_519_200_000)
    check("0", 0)
    check("-1", -1)
    check("007", 7)
    check("Thu Mar 27 2025 00:00:00 GMT+0100 (Central European Standard Time)", 1_743_030_000_000)
    check("Thu Mar 27 2025 00:00:00 GMT+0100 (heure normale d’Europe centrale)", 1_743_030_000_000)
    check("Thu Mar 27 2025 00:00:00 GMT+0100", 1_743_030_000_000)
    check("Wed Mar 26 2025 23:00:00 GMT", 1_743_030_000_000)
    check("Wed Mar 26 2025 23:00:00", 1_743_030_000_000)
    check("Wed Mar 26 2025 23:00:00 (UTC)", 1_743_030_000_000)
    check("Mon Mar 27 2025 00:00:00 GMT+0100 ()", 1_743_030_000_000)
    check("Thu Mar 27 2025 00:00:00 GMT+01", 1_743_030_000_000)
    check(" 2025-05-17 \n", 1_747_440_000_000)
    for zone in [
      "Z", " Z", " UTC", "UTC", " utc", " GMT", " UT", " +0000", " +00:00", " +00", " -0000", " (UTC)", "",
    ] {
      check("2025-05-17 22:00:00\(zone)", 1_747_519_200_000)
      check("2025-05-17 22:00:00,25\(zone)", 1_747_519_200_250)
      check("Sat, 17 May 2025 22:00:00\(zone)", 1_747_519_200_000)
      check("17/May/2025:22:00:00\(zone)", 1_747_519_200_000)
      check("20250517T220000\(zone)", 1_747_519_200_000)
    }
    check("20250517T2200Z", 1_747_519_200_000)
    for text in ["2025-03-01 4:45:42", "2025-03-01T4:45:42Z", "20250301 4:45:42", "2025-W09-6 4:45:42"] {
      check(text, 1_740_804_342_000)
    }
    for suffix in ["[Europe/Berlin]", "[!Europe/Berlin][u-ca=gregory]", "[Etc/GMT+2]", " (CEST)"] {
      check("2025-05-18T00:00:00+02:00\(suffix)", 1_747_519_200_000)
      check("2025-05-17T22:00:00Z\(suffix)", 1_747_519_200_000)
    }
    check("2025-W20-6", 1_747_440_000_000)
    check("2025W206", 1_747_440_000_000)
    for text in ["2025-W20-6T22:00:00.000Z", "2025W206T220000Z", "2025W206T22:00", "2025-W20-6 22:00:00"] {
      check(text, 1_747_519_200_000)
    }
    for text in [
      "Sat May 17 22:00:00 UTC 2025", "Sat May 17 22:00:00 2025", "Sun May 18 00:00:00 +0200 2025",
      "Sat May  17 22:00:00 Z 2025",
    ] {
      check(text, 1_747_519_200_000)
    }
    check("Wed Mar  5 09:54:42 UTC 2025", 1_741_168_482_000)
    check("Wed Mar 5 9:54:42 2025", 1_741_168_482_000)
    check("20250517 22:00:00.5", 1_747_519_200_500)
    check("Sun, 1 Jun 2025 00:00 +0200 (CEST)", 1_748_728_800_000)
    check("1 Jun 2025 00:00:00 +0200", 1_748_728_800_000)
    check("[10/Oct/2000:13:55:36 -0700]", 971_211_336_000)
    check("2016-12-31T23:59:60Z", 1_483_228_800_000)
    check("2025-05-17T24:00:00Z", 1_747_526_400_000)
  }

  @Test func `every month and weekday that JavaScript prints`() {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    for (index, month) in months.enumerated() {
      let iso = "2025-\(index < 9 ? "0" : "")\(index + 1)-28T01:02:03Z"
      for weekday in weekdays {
        #expect(parse("\(weekday) \(month) 28 2025 01:02:03 GMT+0000") == parse(iso), "\(iso)")
      }
    }
  }

  @Test func `the edges of dates, times, zones and years`() {
    func check(_ text: String, _ milliseconds: Int64) {
      #expect(parse(text) == milliseconds, "\(text)")
    }
    check("1970-01-01T00:00:00Z", 0)
    check("1969-12-31T23:59:59.999Z", -1)
    check("2024-02-29", 1_709_164_800_000)
    check("2000-02-29", 951_782_400_000)
    check("2025-12-31T23:59:59.999999999Z", 1_767_225_599_999)
    check("1970-01-02T00:00:00+23:59", 60_000)
    check("1969-12-31T00:01:00-23:59", 0)
    check("0000-01-01T00:00:00Z", -62_167_219_200_000)
    check("-62167219200000", -62_167_219_200_000)
    check("9999-12-31T23:59:59.999Z", 253_402_300_799_999)
    // Years whose first week begins before, on and after January 1, and one of 53 weeks.
    check("2025-W01-1", parse("2024-12-30") ?? 0)
    check("2024-W01-1", parse("2024-01-01") ?? 0)
    check("2021-W01-1", parse("2021-01-04") ?? 0)
    check("2020-W53-7", parse("2021-01-03") ?? 0)
    check("2024-W52-7", parse("2024-12-29") ?? 0)
    check("0000-W01-1", parse("0000-01-03") ?? 0)
    check("253402300799999", 253_402_300_799_999)
  }

  @Test func `what is not an instant is refused with the reason`() {
    func check(_ text: String, _ error: InstantError) {
      #expect(parse(text) == nil, "\(text)")
      #expect(
        instantRefusal(text)?.hasPrefix("\(text.quotedBriefly) is no instant: \(error.description). ")
          == true,
        "\(text): \(instantRefusal(text) ?? "")")
    }
    check("", .empty)
    check("-", .unexpected(at: 1))
    check("yesterday", .unexpected(at: 0))
    check("2025-05", .unexpected(at: 7))
    check("2025-5-17", .unexpected(at: 6))
    check("2025-05-1", .unexpected(at: 9))
    check("+1", .unexpected(at: 0))
    check("1.5", .unexpected(at: 1))
    check("1e3", .unexpected(at: 1))
    check("2025-02-30", .noSuchDate(CivilDate(year: 2025, month: 2, day: 30)))
    check("2025-02-29", .noSuchDate(CivilDate(year: 2025, month: 2, day: 29)))
    check("1900-02-29", .noSuchDate(CivilDate(year: 1900, month: 2, day: 29)))
    check("2025-04-31T00:00:00Z", .noSuchDate(CivilDate(year: 2025, month: 4, day: 31)))
    check("2025-00-01", .noSuchDate(CivilDate(year: 2025, month: 0, day: 1)))
    check("2025-13-01", .noSuchDate(CivilDate(year: 2025, month: 13, day: 1)))
    check("2025-01-00", .noSuchDate(CivilDate(year: 2025, month: 1, day: 0)))
    check("2025-01-32", .noSuchDate(CivilDate(year: 2025, month: 1, day: 32)))
    check("2025-05-17T23:60:00Z", .noSuchTime)
    for text in ["2025-W53-1", "2025-W00-1", "2020-W54-1", "2025-W01-0", "2025-W01-8"] {
      check(text, .noSuchWeek)
    }
    check("2025-W10", .unexpected(at: 8))
    check("2025-W1-1", .unexpected(at: 7))
    check("2025W10-3", .unexpected(at: 7))
    check("2025-05-17T22:00:00[Europe/Berlin]", .zoneName)
    check("2025-05-17T22:00:00Z[]", .unexpected(at: 21))
    check("2025-05-17T22:00:00Z[Europe/Berlin", .unexpected(at: 34))
    check("2025-05-17T22:00:00Z[a b]", .unexpected(at: 22))
    check("2025-05-17 :00:00", .unexpected(at: 11))
    check("2025-05-17 123:00:00", .unexpected(at: 13))
    check("Wed Mar 5 09:54:42 CET 2025", .zoneName)
    check(
      "Wed Mar 5 09:54:42 PM UTC 2025",
      .twelveHourClock(LikelyFormats(["%a %b %d %I:%M:%S %p %Y"], areWhole: false)))
    check("Wed Mar 5 09:54 2025", .unexpected(at: 15))
    check("Wed Mar 5 09:54:42", .unexpected(at: 18))
    check("Wed Mar 5 09:54:42 UTC", .unexpected(at: 22))
    check("Wed Mar 5 09:54:42 2025 UTC", .unexpected(at: 23))
    check("Sun Feb 30 09:54:42 UTC 2025", .noSuchDate(CivilDate(year: 2025, month: 2, day: 30)))
    check("2025-05-17T", .unexpected(at: 11))
    check("2025-05-17T22", .unexpected(at: 13))
    check("2025-05-17T22:00:", .unexpected(at: 17))
    check("2025-05-17T22:00:00.", .unexpected(at: 20))
    check("2025-05-17T22:00:00.Z", .unexpected(at: 20))
    check("2025-05-17T22:00:00.1234567890", .unexpected(at: 29))
    check("2025-05-17T22:00.5Z", .unexpected(at: 16))
    check("2025-05-17_22:00:00", .unexpected(at: 10))
    check("2025-05-17Z", .unexpected(at: 10))
    check("2025-05-17T22:00:00+", .unexpected(at: 20))
    check("2025-05-17T22:00:00+2", .unexpected(at: 21))
    check("2025-05-17T22:00:00+02:", .unexpected(at: 23))
    check("2025-05-17T22:00:00+020", .unexpected(at: 23))
    check("2025-05-17T22:00:00+24:00", .noSuchZone)
    check("2025-05-17T22:00:00+00:60", .noSuchZone)
    check("0000-01-01T00:00:00+00:01", .outsideYears)
    check("9999-12-31T23:59:59-00:01", .outsideYears)
    check("-62167219200001", .outsideYears)
    check("253402300800000", .outsideYears)
    check(String(repeating: "9", count: 400), .outsideYears)
    check("Thx Mar 27 2025 00:00:00 GMT+0100", .unexpected(at: 0))
    check("Thu", .unexpected(at: 3))
    check("Th", .unexpected(at: 0))
    check("Thu Mrz 27 2025 00:00:00 GMT+0100", .unexpected(at: 4))
    check("Thu Mar 27 2025", .monthName(LikelyFormats(["%a %b %d %Y"])))
    check("Thu Feb 30 2025 00:00:00 GMT+0100", .noSuchDate(CivilDate(year: 2025, month: 2, day: 30)))
    check("Invalid Date", .unexpected(at: 0))
    check(" ", .empty)
    check("  x", .unexpected(at: 2))
    check("2025/05/17", .otherSeparator(LikelyFormats(["%Y/%m/%d"])))
    check("17/05/2025", .dayFirst(LikelyFormats(["%d/%m/%Y"])))
    check("2025-05-17 10:00:00 PM", .twelveHourClock(LikelyFormats(["%Y-%m-%d %I:%M:%S %p"])))
    check("2025-05-17T24:00:01Z", .noSuchTime)
    check("2025-05-17T23:59:61Z", .noSuchTime)
    check("2025-05-17T22:00:00ZZ", .zoneName)
    check("Thu Mar 27 2025 00:00:00 GMX", .zoneName)
    check("2025-05-17 22:00:00 Europe/Berlin", .zoneName)
    check("Thu Mar 27 2025 00:00:00 GMT+0100 (CET", .unexpected(at: 33))
    check("Thu Mar 27 2025 00:00:00 GMT+0100 CET", .unexpected(at: 33))
    check("Sat, 17 Mai 2025 22:00:00 +0000", .unexpected(at: 8))
    check("[17/May/2025:22:00:00 +0000", .unexpected(at: 27))
    check("２０２５-05-17", .unexpected(at: 0))
  }

  @Test func `a form that is not read is described by the format that reads it`() throws {
    func check(_ text: String, _ formats: [String], _ iso: String = "") throws {
      let error = try #require(instantError(text))
      let advice = formats.map { "--time-format \"\($0)\"" }.joined(separator: " or ")
      #expect(error.adviceForFiles == "use \(advice)", "\(text)")
      for format in formats {
        let reader = InstantReader(format: try TimeFormat(format))
        let read = try Array(text.utf8).withUnsafeBufferPointer { try reader.instant($0) }
        if !iso.isEmpty { #expect(formatInstant(read.milliseconds) == iso, "\(text)") }
      }
    }
    try check("05/13/2025", ["%m/%d/%Y"], "2025-05-13T00:00:00Z")
    try check("13/05/2025", ["%d/%m/%Y"], "2025-05-13T00:00:00Z")
    try check("12/12/2025", ["%d/%m/%Y", "%m/%d/%Y"], "2025-12-12T00:00:00Z")
    try check("13.5.25 9:54", ["%d.%m.%y %H:%M"], "2025-05-13T09:54:00Z")
    try check("5-13-2025 21:54:42.25", ["%m-%d-%Y %H:%M:%S.%f"], "2025-05-13T21:54:42.250Z")
    try check("05/13/2025, 9:54:42 PM", ["%m/%d/%Y, %I:%M:%S %p"], "2025-05-13T21:54:42Z")
    try check("05/13/2025 9:54 p.m.", ["%m/%d/%Y %I:%M %p"], "2025-05-13T21:54:00Z")
    try check("05/13/2025 21:54 +0200", ["%m/%d/%Y %H:%M %z"], "2025-05-13T19:54:00Z")
    try check("05/13/2025 21:54:42 UTC", ["%m/%d/%Y %H:%M:%S %Z"], "2025-05-13T21:54:42Z")
    try check("2025/05/13 21:54", ["%Y/%m/%d %H:%M"], "2025-05-13T21:54:00Z")
    try check("2025.05.13T21:54:42", ["%Y.%m.%dT%H:%M:%S"], "2025-05-13T21:54:42Z")
    try check("2025-05-13 9:54PM", ["%Y-%m-%d %I:%M%p"], "2025-05-13T21:54:00Z")
    try check("March 5, 2025", ["%B %d, %Y"], "2025-03-05T00:00:00Z")
    try check("Mar 5, 2025 9:54 PM", ["%b %d, %Y %I:%M %p"], "2025-03-05T21:54:00Z")
    try check("5 March 2025 21:54", ["%d %B %Y %H:%M"], "2025-03-05T21:54:00Z")
    try check("05-Mar-2025 21:54:42", ["%d-%b-%Y %H:%M:%S"], "2025-03-05T21:54:42Z")
    try check("Wednesday, March 5, 2025", ["%A, %B %d, %Y"], "2025-03-05T00:00:00Z")
    try check("Wed 5 Mar 2025", ["%a %d %b %Y"], "2025-03-05T00:00:00Z")
    // What follows the date is unknown: only the date is described.
    let partly = try #require(instantError("05/13/2025 at noon"))
    #expect(partly.adviceForFiles == "use --time-format \"%m/%d/%Y %H:%M:%S\", with its own separators")
    for text in ["13/13/2025", "March 5th, 2025", "5/2025", "05/13/20255", "March 2025", "05/13"] {
      let error = try #require(instantError(text))
      #expect(error.adviceForFiles.hasPrefix("use 2025-03-05 21:54:42, or seconds"), "\(text)")
    }
  }

  @Test func `the common form with any byte at any place is read as its digits say, or refused`() {
    // More than 23 seconds, lest a sign before them makes them the hours of a zone.
    let common = Array("2022-02-11 02:12:42".utf8)
    for place in common.indices {
      for byte in UInt8.min...UInt8.max {
        var text = common
        text[place] = byte
        let parsed = text.withUnsafeBufferPointer { parseInstant($0) }
        #expect(parsed == expectedOfCommonForm(text, changedAt: place), "byte \(byte) at \(place)")
      }
    }
  }

  private func expectedOfCommonForm(_ text: [UInt8], changedAt place: Int) -> Int64? {
    func number(_ places: Int...) -> Int64 { places.reduce(0) { $0 * 10 + Int64(text[$1]) - 48 } }
    switch place {
    case 4, 7: if text[place] != UInt8(ascii: "-") { return nil }
    case 10: if !" Tt".utf8.contains(text[place]) { return nil }
    case 13, 16: if text[place] != UInt8(ascii: ":") { return nil }
    default: if !"0123456789".utf8.contains(text[place]) { return nil }
    }
    let date = CivilDate(year: number(0, 1, 2, 3), month: number(5, 6), day: number(8, 9))
    let (hour, minute, second) = (number(11, 12), number(14, 15), number(17, 18))
    guard date.exists, hour < 24, minute < 60, second <= 60 else { return nil }
    return (date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second) * 1000
  }

  @Test func `a text cut short or changed anywhere never traps`() {
    let texts = [
      "2025-05-17T22:00:00.000+02:00", "Thu Mar 27 2025 00:00:00 GMT+0100 (CET)", "-1747519200000",
    ]
    var random = SeededGenerator(seed: 3)
    for text in texts {
      let bytes = Array(text.utf8)
      for length in 0...bytes.count { _ = parse(String(decoding: bytes[..<length], as: UTF8.self)) }
      for _ in 0..<500 {
        var changed = bytes
        changed[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        _ = changed.withUnsafeBufferPointer { parseInstant($0) }
      }
    }
  }

  @Test func `an empty buffer is no instant`() {
    #expect(parseInstant(UnsafeBufferPointer(start: nil, count: 0)) == nil)
  }

  @Test func `instants are written in UTC, milliseconds where they are not zero or asked for`() {
    func check(_ milliseconds: Int64, _ short: String, _ long: String) {
      #expect(formatInstant(milliseconds) == short)
      #expect(formatInstantWithMilliseconds(milliseconds) == long)
    }
    check(1_747_666_800_000, "2025-05-19T15:00:00Z", "2025-05-19T15:00:00.000Z")
    check(1_747_666_800_123, "2025-05-19T15:00:00.123Z", "2025-05-19T15:00:00.123Z")
    check(1_747_666_800_007, "2025-05-19T15:00:00.007Z", "2025-05-19T15:00:00.007Z")
    check(0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z")
    check(-1, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z")
    check(-62_167_219_200_000, "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z")
    check(253_402_300_799_000, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z")
    check(253_402_300_800_000, "+010000-01-01T00:00:00Z", "+010000-01-01T00:00:00.000Z")
    check(-62_167_219_200_001, "-000001-12-31T23:59:59.999Z", "-000001-12-31T23:59:59.999Z")
    check(.max, "+292278994-08-17T07:12:55.807Z", "+292278994-08-17T07:12:55.807Z")
    check(.min, "-292275055-05-16T16:47:04.192Z", "-292275055-05-16T16:47:04.192Z")
  }

  @Test func `what is written is read again`() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<2000 {
      let milliseconds = Int64.random(in: writableInstants, using: &random)
      #expect(parse(formatInstant(milliseconds)) == milliseconds)
      #expect(parse(String(milliseconds)) == milliseconds)
    }
  }
}
