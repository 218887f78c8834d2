import Foundation
import System
import Testing

@testable import Calendar

@Suite struct TimeZoneDatabaseTests {
  private let system = TimeZoneDatabase(directories: [zoneinfo], files: .system)

  @Test func `zones are found by their names`() throws {
    for name in [
      "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+1", "Etc/GMT-14", "EST5EDT", "GB",
    ] {
      _ = try system.rules(named: name)
      _ = try system.rules(named: name)
    }
    #expect(try system.rules(named: "Etc/GMT+1").offsetSeconds(atUTCSeconds: 0) == -3600)
  }

  @Test func `UTC works without a database, other zones say what is missing`() throws {
    for directories in [[], ["/nowhere"]] {
      let none = TimeZoneDatabase(directories: directories, files: .system)
      #expect(try none.rules(named: "UTC").offsetSeconds(atUTCSeconds: 1) == 0)
      #expect(throws: TimeZoneError.noDatabase(name: "Europe/Berlin", directories: directories)) {
        try none.rules(named: "Europe/Berlin")
      }
    }
  }

  @Test(arguments: [
    ("UTC+02:00", 7200), ("GMT-05:00", -18_000), ("UTC+0530", 19_800), ("UTC-05", -18_000),
    ("UTC-00:00", 0), ("UTC+2", 7200), ("GMT+2", 7200), ("UTC-5", -18_000), ("GMT-05:00", -18_000),
    ("UTC+05:30", 19_800), ("utc+5:45", 20_700), ("Gmt-0330", -12_600), ("UTC+0", 0), ("UTC+14:00", 50_400),
    ("UTC+18:00", 64_800), ("UTC-18", -64_800), ("GMT+17:59", 64_740),
    // The database's names have the opposite sign.
    ("Etc/GMT-2", 7200), ("Etc/GMT+5", -18_000), ("etc/gmt-2", 7200), ("GMT+0", 0), ("GMT-0", 0), ("GMT0", 0),
  ])
  func `an offset from UTC is a zone, and a plus is ahead of UTC`(name: String, seconds: Int) throws {
    let rules = try system.rules(named: name)
    for instant: Int64 in [.min, -1, 0, 1_750_000_000, .max] {
      #expect(rules.offsetSeconds(atUTCSeconds: instant) == seconds)
    }
    if !name.contains("/"), name != "GMT0" {
      let none = TimeZoneDatabase(directories: [], files: .system)
      #expect(try none.rules(named: name).offsetSeconds(atUTCSeconds: 0) == seconds)
    }
  }

  @Test(arguments: [
    "+", "-", "UTC+", "GMT-", "+18:01", "-18:01", "+19", "+24:00", "+99", "+02:60", "+02:0", "+2:", "+:30",
    "+200",
    "+02000", "+02:000", "+002", "++2", "+-2", "2", "02:00", "UTC2", "UTC 2", "UTC +2", "+2 ", " +2",
    "UTC+2h",
    "EST+5", "Z+2", "UTC/+2", "+٢", "−02:00", "+02:00:00",
  ])
  func `what is nearly an offset is refused`(name: String) {
    #expect(TimeZoneRules(offset: name) == nil)
    #expect(throws: TimeZoneError.self) { try system.rules(named: name) }
  }

  @Test(arguments: ["europe/berlin", "EUROPE/BERLIN", "eUROPE/berlin"])
  func `a name may be in any case`(name: String) throws {
    let january: Int64 = 1_740_000_000
    #expect(try system.rules(named: name).offsetSeconds(atUTCSeconds: january) == 3600)
    #expect(try system.rules(named: "utc").offsetSeconds(atUTCSeconds: january) == 0)
    #expect(try system.rules(named: "est5edt").offsetSeconds(atUTCSeconds: january) == -18_000)
    #expect(
      try system.rules(named: "america/ARGENTINA/buenos_aires").offsetSeconds(atUTCSeconds: 0) == -10_800)
  }

  @Test func `directories are tried in turn`() throws {
    let both = TimeZoneDatabase(directories: ["/nowhere", zoneinfo], files: .system)
    #expect(try both.rules(named: "Asia/Kolkata").offsetSeconds(atUTCSeconds: 0) == 19_800)
  }

  @Test func `an unknown zone is answered with the one that was meant`() {
    func check(_ name: String, _ nearest: String?) {
      #expect(throws: TimeZoneError.unknown(name, nearest: nearest)) { try system.rules(named: name) }
    }
    check("America/New York", "America/New_York")
    check("berlin", "Europe/Berlin")
    check("Germany/Berlin", "Europe/Berlin")
    check("Europe/Berln", "Europe/Berlin")
    check("Europe/Berlin ", "Europe/Berlin")
    check("Mars/Olympus_Mons", nil)
    check("+02:00", "UTC+02:00")
    check("-5", "UTC-5")
    check("PST", nil)
    check("", nil)
    check("Europe", nil)
    for name in ["GMT+25", "UTC 2", "utc+2h", "GMT2", "+25:00", "-"] { check(name, nil) }
    check(String(repeating: "A", count: 65), nil)
  }

  @Test func `a name never leads out of the directory, nor to what is no zone of it`() {
    let names = [
      "../../../etc/passwd", "/etc/passwd", "/usr/share/zoneinfo/Europe/Berlin", "Europe/../Europe/Berlin",
      "Europe/./Berlin", "Europe//Berlin", "Europe/Berlin/", "./UTC", "Europe/Berlin\0", "Europe\\Berlin",
      "Europé/Berlin", "tzdata.zi", "zone.tab", "localtime", "posixrules", "right/Europe/Berlin",
      "posix/Europe/Berlin",
    ]
    for name in names {
      #expect(!TimeZoneDatabase.isName(name), "\(name)")
      #expect(throws: TimeZoneError.self, "\(name)") { try system.rules(named: name) }
    }
    #expect(TimeZoneDatabase.isName(String(repeating: "A", count: 64)))
    #expect(!TimeZoneDatabase.isName(String(repeating: "A", count: 65)))
  }

  @Test func `a file that is no zone is refused with the reason`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let limit = TimeZoneDatabase.maximumFileSize
    try Data("root:x:0".utf8).write(to: directory.appending(path: "Text"))
    try Data(count: limit).write(to: directory.appending(path: "Limit"))
    try Data(count: limit + 1).write(to: directory.appending(path: "Large"))
    try Data(TZifSample(offsets: [7200]).bytes).write(to: directory.appending(path: "Good"))

    let database = TimeZoneDatabase(directories: [directory.path], files: .system)
    func check(_ name: String, _ reason: String) {
      #expect(throws: TimeZoneError.unreadable(name: name, reason: reason)) {
        try database.rules(named: name)
      }
    }
    check("Text", "not a TZif file")
    check("Limit", "not a TZif file")
    check("Large", "larger than \(limit) bytes")
    #expect(try database.rules(named: "Good").offsetSeconds(atUTCSeconds: 0) == 7200)
  }

  @Test func `errors are sentences`() {
    func check(_ error: TimeZoneError, _ text: String) {
      #expect(error.description == text)
    }
    check(
      .unknown("Europe/Berln", nearest: "Europe/Berlin"),
      #"unknown time zone "Europe/Berln"; did you mean "Europe/Berlin"?"#)
    check(
      .unknown("X\n", nearest: nil),
      #"unknown time zone "X\n"; use a name of the IANA time zone database, such as "Europe/Berlin", "#
        + #"or an offset from UTC, such as "UTC+2""#
    )
    check(
      .noDatabase(name: "Asia/Tokyo", directories: ["/a", "/b"]),
      #"time zone "Asia/Tokyo" cannot be looked up: there is no time zone database in /a, /b (package tzdata); "#
        + #"only "UTC" works without one"#)
    check(
      .unreadable(name: "Asia/Tokyo", reason: "Permission denied"),
      #"time zone "Asia/Tokyo" cannot be read: Permission denied"#)
    let long = TimeZoneError.unknown(String(repeating: "é", count: 10_000), nearest: nil)
    #expect(long.description.contains(String(repeating: "é", count: 64) + "…"))
    #expect(long.description.count < 250)
  }
}
