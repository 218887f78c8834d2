import Foundation
import TestSupport
import Testing

@testable import Calendar

@Suite struct TZifTests {
  @Test func `all versions are read, old ones without a rule for the future`() throws {
    for version in [0, UInt8(ascii: "2"), UInt8(ascii: "3"), UInt8(ascii: "4")] {
      let sample = TZifSample(
        version: version, transitions: [(-100, 1), (100, 0)], offsets: [3600, -7200], footer: "AAA5")
      let rules = try TimeZoneRules(tzif: sample.bytes)
      func check(_ seconds: Int64, _ offset: Int) {
        #expect(rules.offsetSeconds(atUTCSeconds: seconds) == offset, "version \(version) at \(seconds)")
      }
      check(.min, 3600)
      check(-101, 3600)
      check(-100, -7200)
      check(99, -7200)
      check(100, version == 0 ? 3600 : -18_000)
      check(.max, version == 0 ? 3600 : -18_000)
    }
  }

  @Test func `without a footer the last offset stays`() throws {
    let sample = TZifSample(transitions: [(0, 1)], offsets: [0, 3600], footer: "")
    let rules = try TimeZoneRules(tzif: sample.bytes)
    #expect(rules.offsetSeconds(atUTCSeconds: -1) == 0)
    #expect(rules.offsetSeconds(atUTCSeconds: 0) == 3600)
    #expect(rules.offsetSeconds(atUTCSeconds: .max) == 3600)
  }

  @Test func `a transition at the beginning of the universe is before all instants`() throws {
    let sample = TZifSample(transitions: [(-(1 << 59), 1), (0, 0)], offsets: [0, 3600])
    let rules = try TimeZoneRules(tzif: sample.bytes)
    #expect(rules.offsetSeconds(atUTCSeconds: Int64.min / 1000) == 3600)
    #expect(rules.offsetSeconds(atUTCSeconds: -1) == 3600)
    #expect(rules.bounds(of: .day, containing: .min).start == .min)
  }

  @Test func `leap seconds are taken out of the times`() throws {
    let sample = TZifSample(
      transitions: [(50, 1), (100, 0), (1_000, 1)], offsets: [0, 3600],
      leapSeconds: [(100, 1), (500, 2), (700, 1)])
    let rules = try TimeZoneRules(tzif: sample.bytes)
    #expect(rules.transitions == [50, 99, 999])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "\(zoneinfo)/right/Europe/London")))
  func `the system's files with leap seconds give the same rules as those without`() throws {
    for name in ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"] {
      let rules = try TimeZoneRules(tzif: zoneBytes(name))
      let right = try TimeZoneRules(tzif: zoneBytes("right/\(name)"))
      // They end where the list of leap seconds does, without a rule for the time after.
      let last = try #require(right.transitions.last)
      for time in rules.transitions where time < last {
        for seconds in [time - 1, time] {
          let offset = rules.offsetSeconds(atUTCSeconds: seconds)
          #expect(right.offsetSeconds(atUTCSeconds: seconds) == offset, "\(name) at \(seconds)")
        }
      }
    }
  }

  @Test func `refuses files that contradict themselves, saying why`() {
    func check(_ error: TZifError, _ bytes: [UInt8]) {
      #expect(throws: error) { try TimeZoneRules(tzif: bytes) }
    }
    let two: [(time: Int64, type: UInt8)] = [(0, 0), (1, 0)]
    check(.notTZif, [])
    check(.notTZif, Array("TZi".utf8))
    check(.notTZif, Array("# tz link Europe/Berlin\n".utf8))
    check(.truncated, Array("TZif2".utf8))
    check(.unknownVersion(49), TZifSample(version: UInt8(ascii: "1")).bytes)
    check(.unknownVersion(53), TZifSample(version: UInt8(ascii: "5")).bytes)
    check(.badTypes, TZifSample(offsets: []).bytes)
    check(.badTypes, TZifSample(transitions: [(0, 1)]).bytes)
    check(.badOffset(93_600), TZifSample(offsets: [93_600]).bytes)
    check(.badOffset(-90_000), TZifSample(offsets: [-90_000]).bytes)
    check(.badOffset(.min), TZifSample(offsets: [.min]).bytes)
    check(.badTimes, TZifSample(transitions: two.reversed()).bytes)
    check(.badTimes, TZifSample(transitions: [two[0], two[0]]).bytes)
    check(.badTimes, TZifSample(transitions: [(.max, 0)]).bytes)
    check(.badTimes, TZifSample(leapSeconds: [(9, 1), (8, 2)]).bytes)
    check(.badTimes, TZifSample(transitions: two, leapSeconds: [(1, 1)]).bytes)
    check(.badFooter, TZifSample(footer: "Europe/Berlin").bytes)
    check(.badFooter, TZifSample(footer: "CET-1CEST").bytes)
    check(.badFooter, TZifSample(footer: nil).bytes + [0])
  }

  @Test func `counts larger than the file are refused before anything is made for them`() throws {
    let bytes = try zoneBytes("Europe/Berlin")
    for field in 0..<6 {
      var hostile = bytes
      hostile.replaceSubrange(20 + 4 * field..<24 + 4 * field, with: [255, 255, 255, 255])
      #expect(throws: TZifError.truncated) { try TimeZoneRules(tzif: hostile) }
    }
  }

  @Test func `a file cut short anywhere is refused`() throws {
    for name in ["Europe/Berlin", "Asia/Kolkata", "America/Nuuk"] {
      let bytes = try zoneBytes(name)
      for length in bytes.indices {
        #expect(throws: TZifError.self) { try TimeZoneRules(tzif: Array(bytes[..<length])) }
      }
    }
  }

  @Test func `a damaged file is refused or read, and never traps`() throws {
    var random = SeededGenerator(seed: 20_250_517)
    var read = 0
    for name in ["Europe/Berlin", "Pacific/Apia", "America/Nuuk", "Asia/Kolkata", "Etc/UTC"] {
      let bytes = try zoneBytes(name)
      for _ in 0..<100 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        guard let rules = try? TimeZoneRules(tzif: damaged) else { continue }
        read += 1
        exercise(rules)
      }
    }
    #expect(read > 50, "most damage should not be found, or nothing was tested")
  }

  /// Asks everything of rules that may mean nothing.
  private func exercise(_ rules: TimeZoneRules) {
    for instant in [.min, -1, 0, 1_747_519_200_000, .max] as [Int64] {
      for unit in CalendarUnit.allCases {
        let (start, end) = rules.bounds(of: unit, containing: instant)
        #expect(start <= instant && (instant < end || end == .max))
      }
    }
    let days = rules.days(from: 1_700_000_000_000, through: 1_800_000_000_000)
    #expect(days.starts.count == days.count + 1)
  }
}
