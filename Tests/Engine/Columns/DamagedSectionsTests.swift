import TestSupport
import Testing

@testable import Engine

/// Whatever is damaged, every report ends, and is right or known to be wrong.
@Suite struct DamagedSectionsTests {
  private static let sound = StoredReports.sound
  private static let partitions = StoredReports.partitions
  private let reports = StoredReports().reports
  private let scopes = StoredReports().scopes
  private static let truth = StoredReports().answers(sound)
  /// What is read at once, without which there is no partition.
  private static let readAtOnce = ["month", "blocks", "shared_visits", "time_scale"]
  private static let names = (partitions[0] + sound.dictionarySections).map(\.name)

  /// The sections that each report looks at.
  private static let looks: [Set<String>] = {
    let tests = DamagedSectionsTests()
    return tests.reports.indices.map { Set(tests.check($0, damaged: []).lookCounts.keys) }
  }()

  /// Runs a report over a website as a new process finds it: it is right, or has looked at what is damaged.
  @discardableResult
  private func check(_ index: Int, damaged: Set<String>) -> StoredCopies {
    let copies = StoredCopies(damaged: damaged)
    guard let website = copies.website(Self.sound, Self.partitions) else {
      #expect(copies.hasNoticed)
      return copies
    }
    for (scope, truth) in zip(scopes, Self.truth[index]) {
      let answer = try? reports[index].run(website, scope)
      #expect(copies.hasNoticed || answer == truth, "\(reports[index].name) with \(damaged) damaged")
    }
    return copies
  }

  @Test func `sections that are as they were written answer as the columns did`() {
    #expect(Self.partitions.count > 2)
    for index in reports.indices { #expect(!check(index, damaged: []).hasNoticed) }
  }

  @Test func `a report depends on no section that it does not look at`() {
    for (index, looks) in Self.looks.enumerated() {
      #expect(!check(index, damaged: Set(Self.names).subtracting(looks)).hasNoticed)
    }
  }

  /// For those reports that look at it: the others were given all at once what they do not look at.
  @Test(arguments: names) func `every section is damaged in turn`(name: String) {
    let readers = reports.indices.filter { Self.looks[$0].contains(name) }
    #expect(!readers.isEmpty, "no report looks at \(name)")
    if Self.readAtOnce.contains(name) { #expect(readers.count == reports.count) }
    for index in readers { #expect(check(index, damaged: [name]).hasNoticed) }
  }

  /// Whatever takes the place of one section fits what takes the place of others.
  @Test(arguments: 0..<20 as Range<UInt64>) func `several sections are damaged`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let names = Self.names.filter { !Self.readAtOnce.contains($0) }
    let damaged = seed == 0 ? names : names.filter { _ in Bool.random(using: &random) }
    let copies = StoredCopies(damaged: Set(damaged))
    _ = StoredReports().answers(try #require(copies.website(Self.sound, Self.partitions)))
    #expect(copies.hasNoticed)
  }
}
