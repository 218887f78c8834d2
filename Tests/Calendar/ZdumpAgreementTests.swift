import Foundation
import System
import Testing

@testable import Calendar

/// The system's own reading of its zones, `zdump`, is the reference for ours.
@Suite struct ZdumpAgreementTests {
  /// A zone takes zdump 20 ms, so it is every eighth but where the tests are to be thorough, and every core
  /// has a share.
  @Test func `zones of the system change their offset when zdump says so, from 1970 to 2037`() async throws {
    let all = try distinctZones()
    try #require(all.count > 300, "the time zone database is not installed in \(zoneinfo)")
    let isThorough = ProcessInfo.processInfo.environment["FOOTFALL_THOROUGH_TESTS"] == "1"
    let zones = stride(from: 0, to: all.count, by: isThorough ? 1 : 8).map { all[$0] }
    let share = zones.count / ProcessInfo.processInfo.activeProcessorCount + 1
    let listings = try await withThrowingTaskGroup { group in
      for start in stride(from: 0, to: zones.count, by: share) {
        group.addTask { try dump(Array(zones[start...].prefix(share)), years: 1970..<2037) }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(listings.count == zones.count)
    for listing in listings { try check(listing) }
  }

  @Test func `the footer's rule agrees with zdump from 2037 to 2100`() throws {
    let zones = [
      "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Santiago", "America/Nuuk",
      "America/Havana", "Asia/Jerusalem", "Asia/Gaza", "Asia/Beirut", "Africa/Cairo", "Antarctica/Troll",
      "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kolkata",
    ]
    let listings = try dump(zones, years: 2037..<2100)
    #expect(listings.count == zones.count)
    for listing in listings { try check(listing) }
  }

  @Test func `the rule goes on after the 400 years that the table holds`() throws {
    for years in [2433..<2441, 2833..<2841] {
      for listing in try dump(["Europe/Berlin", "America/Santiago", "Asia/Gaza"], years: years) {
        try check(listing)
      }
    }
  }

  /// Compares offsets just before and at every change that zdump lists, and has it list all of ours.
  private func check(_ listing: Listing) throws {
    let name = listing.zone
    let rules = try TimeZoneRules(tzif: zoneBytes(name))
    var offset = listing.firstOffset
    #expect(rules.offsetSeconds(atUTCSeconds: listing.start) == offset, "\(name) at first")
    for change in listing.changes {
      let before = rules.offsetSeconds(atUTCSeconds: change.time - 1)
      let after = rules.offsetSeconds(atUTCSeconds: change.time)
      if before != offset || after != change.offset {
        Issue.record("\(name) at \(formatInstant(change.time * 1000)): \(before) to \(after)")
      }
      offset = change.offset
    }
    #expect(changes(of: rules, from: listing.start, to: listing.end) == listing.changesOfOffset, "\(name)")
  }

  /// The instants at which our offsets change.
  private func changes(of rules: TimeZoneRules, from start: Int64, to end: Int64) -> [Int64] {
    var changes: [Int64] = []
    var span = rules.span(at: start)
    while span.end < end {
      let next = rules.span(at: span.end)
      if next.offset != span.offset { changes.append(span.end) }
      span = next
    }
    return changes
  }

  /// One name for each file that differs from the others.
  private func distinctZones() throws -> [String] {
    var names: [Data: String] = [:]
    for name in TimeZoneDatabase(directories: [zoneinfo], files: .system).names() {
      let data = try Data(contentsOf: URL(filePath: "\(zoneinfo)/\(name)"))
      names[data] = name
    }
    return names.values.sorted()
  }
}

/// What `zdump -i` prints of a zone.
private struct Listing {
  var zone: String
  var start: Int64
  var end: Int64
  var firstOffset: Int
  /// Also changes of the abbreviation alone.
  var changes: [(time: Int64, offset: Int)] = []

  var changesOfOffset: [Int64] {
    zip([firstOffset] + changes.map(\.offset), changes).filter { $0 != $1.offset }.map(\.1.time)
  }
}

/// Runs one zdump over some zones, and reads what it prints.
private func dump(_ zones: [String], years: Range<Int>) throws -> [Listing] {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["zdump", "-i", "-c", "\(years.lowerBound),\(years.upperBound)"] + zones
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0, "zdump is needed (package libc-bin)")

  var listings: [Listing] = []
  for line in output.split(separator: UInt8(ascii: "\n")) {
    let fields = line.split(separator: UInt8(ascii: "\t")).map { String(decoding: $0, as: UTF8.self) }
    if let name = fields[0].split(separator: "\"").dropFirst().first, fields[0].hasPrefix("TZ=") {
      listings.append(
        Listing(
          zone: String(name), start: newYear(years.lowerBound), end: newYear(years.upperBound),
          firstOffset: 0))
    } else if fields[0] == "-" {
      listings[listings.count - 1].firstOffset = seconds(fields[2])
    } else {
      let offset = seconds(fields[2])
      let local = try instant(fields[0]) / 1000 + Int64(seconds(fields[1]))
      listings[listings.count - 1].changes.append((local - Int64(offset), offset))
    }
  }
  return listings
}

private func newYear(_ year: Int) -> Int64 {
  CivilDate(year: Int64(year), month: 1, day: 1).dayNumber * 86_400
}

/// `hh`, `hh:mm:ss`, `-hhmm` or `+hhmmss` in seconds.
private func seconds(_ text: String) -> Int {
  let digits = text.utf8.compactMap { (48...57).contains($0) ? Int($0 - 48) : nil }
  let fields = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
  return (text.hasPrefix("-") ? -1 : 1) * zip(fields, [3600, 60, 1]).map { $0 * $1 }.reduce(0, +)
}
