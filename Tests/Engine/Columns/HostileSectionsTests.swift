import TestSupport
import Testing

@testable import Engine

/// Sections that are as they were written, by somebody who wants to do harm: every report ends, whatever is in them,
/// and what cannot be is refused.
@Suite struct HostileSectionsTests {
  private typealias Website = (partitions: [[StoredSection]], dictionaries: [StoredSection])

  private static let sound = StoredReports.sound
  private static let original: Website = (StoredReports.partitions, sound.dictionarySections)

  /// Opens the website as another process would, looks at all of it, and runs the reports; gives what was refused, nil
  /// where it was refused when it was opened.
  @discardableResult
  private func run(_ website: Website, reports: StoredReports? = nil) -> Set<String>? {
    let copies = StoredCopies()
    do throws(SectionsError) {
      let website = try WebsiteColumns(
        id: Self.sound.id, overview: Self.sound.overview, partitions: website.partitions.map(copies.sections),
        dictionaries: copies.sections(website.dictionaries))
      _ = reports?.answers(website)
      for partition in website.partitions {
        _ = (partition.sessionStarts, partition.times, partition.visits, partition.types, partition.clickIDs)
        _ = (partition.properties, partition.identities, partition.sourceRowIDs)
        for column in TextColumn.allCases { _ = partition[column] }
      }
      _ = (website.propertyKeys, website.propertyStrings)
      for column in TextColumn.allCases { _ = website.dictionary(column) }
      return copies.refusedNames
    } catch {
      return nil
    }
  }

  /// The original with another content of one section, which is of the partition at `partition`, or of the
  /// dictionaries where that is nil.
  private func changed(_ partition: Int?, _ name: String, _ change: (inout [UInt64]) -> Void) -> Website {
    var website = Self.original
    func replace(_ sections: inout [StoredSection]) {
      guard let place = sections.firstIndex(where: { $0.name == name }) else {
        Issue.record("there is no section \(name)")
        return
      }
      sections[place] = sections[place].changed(change)
    }
    if let partition { replace(&website.partitions[partition]) } else { replace(&website.dictionaries) }
    return website
  }

  /// One change that nobody can have written is refused.
  private func check(
    _ partition: Int?, _ name: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout [UInt64]) -> Void
  ) {
    let refused = run(changed(partition, name, change))
    #expect(refused.map { !$0.isEmpty } ?? true, "\(name): \(what)", sourceLocation: sourceLocation)
  }

  @Test func `sections that are as they were written are not refused`() {
    #expect(Self.original.partitions.count > 2)
    #expect(run(Self.original) == [])
  }

  @Test func `rows of sessions and visits`() {
    for (index, sections) in Self.original.partitions.enumerated() {
      let last = sections.named("sessions").elements.count - 1
      check(index, "sessions", "not from 0") { $0[0] = 1 }
      check(index, "sessions", "one without rows") { $0[1] = $0[2] }
      check(index, "sessions", "behind the end") { $0[last - 1] = $0[last] + 1 }
      check(index, "sessions", "another end") { $0[last] -= 1 }
      check(index, "sessions", "far away") { $0[1] = 0xFFFF_FFFF }
      check(index, "visits", "none that is the first") { $0[0] = 1 }
      check(index, "visits", "one left out") { $0[$0.count - 1] = 200 }
      check(index, "visits", "another session's") { ordinals in
        for row in ordinals.indices { ordinals[row] = UInt64(row & 0xFF) }
      }
    }
  }

  @Test func `times`() {
    for (index, sections) in Self.original.partitions.enumerated() {
      let starts = sections.named("sessions").elements.map(Int.init)
      let offsets = sections.named("created_at").elements
      check(index, "created_at", "later than the block") { $0[0] = 0xFFFF_FFFF }
      check(index, "created_at", "all at once") { $0 = Array(repeating: $0[0], count: $0.count) }
      for (start, end) in zip(starts, starts.dropFirst()) where offsets[start] < offsets[end - 1] {
        check(index, "created_at", "back in a session") { offsets in
          offsets[start..<end].reverse()
        }
      }
      check(index, "time_scale", "another beginning") { $0[0] += 1000 }
      check(index, "time_scale", "no beginning") { $0[0] = 1 << 63 }
      for unit in [0, 2, 999, UInt64.max, 1 << 63] {
        check(index, "time_scale", "unit \(unit)") { $0[1] = unit }
      }
      check(index, "month", "the next") { $0 = $0.map { $0 + 1 } }
      check(index, "month", "none") { $0[1] -= 1 }
      for month in [1 << 62, 1 << 63, UInt64.max - 1_000_000] {
        check(index, "month", "from \(month)") { $0[0] = month }
        check(index, "month", "to \(month)") { $0[1] = month }
      }
      check(index, "blocks", "a later first time") { $0[2] += 1 }
      check(index, "blocks", "an earlier last time") { $0[3] -= 1 }
      check(index, "blocks", "a last time that no event has") { numbers in
        for place in stride(from: 3, to: numbers.count, by: 4) { numbers[place] += 86_400_000 }
      }
      check(index, "blocks", "times the wrong way round") { $0.swapAt(2, 3) }
      for place in 0..<2 {
        for number in [0, 1 << 63, UInt64.max, 1 << 62, UInt64(Int64.max)] {
          check(index, "blocks", "\(number) at \(place)") { $0[place] = number }
        }
      }
    }
  }

  @Test func `codes that no text has`() {
    let sizes = Dictionary(
      uniqueKeysWithValues: Self.original.dictionaries.compactMap { section in
        section.name.hasSuffix(".offsets")
          ? (String(section.name.dropLast(8)), UInt64(section.count) - 1) : nil
      })
    for (index, sections) in Self.original.partitions.enumerated() {
      for column in TextColumn.allCases {
        guard let size = sizes[column.columnName] else { continue }
        #expect(sections.named(column.columnName).elements.allSatisfy { $0 < size })
        for code in [size, 0xFF] {
          check(index, column.columnName, "code \(code)") { $0[$0.count / 2] = code }
        }
      }
      check(index, "click_ids", "no set of networks") { $0[3] = UInt64(ClickIDs.limit) }
      guard sections.named("property_keys").count > 0 else { continue }
      check(index, "property_keys", "no key") { $0[0] = 0xFF }
      check(index, "property_strings", "no text") { $0[0] = 0xFF }
      check(index, "property_rows", "no row") { $0[$0.count - 1] = 0xFFFF }
      check(index, "property_rows", "out of order") { $0[0] = $0[$0.count - 1] + 1 }
    }
  }

  @Test func `dictionaries`() {
    for section in Self.original.dictionaries where section.name.hasSuffix(".offsets") {
      check(nil, section.name, "a first text") { $0[1] = 1 }
      check(nil, section.name, "not from 0") { $0[0] = 1 }
      for end in [0, 1 << 40, UInt64.max, 1 << 63] {
        check(nil, section.name, "an end at \(end)") { $0[$0.count - 1] = end &+ ($0.count == 2 ? 1 : 0) }
      }
      guard section.count > 3 else { continue }
      check(nil, section.name, "back") { $0[2] = $0[$0.count - 1] + 1 }
    }
  }

  @Test func `visits that sessions share`() {
    guard let index = Self.original.partitions.firstIndex(where: { $0.named("shared_visits").count > 3 })
    else {
      Issue.record("there are none")
      return
    }
    check(index, "shared_visits", "no session") { $0[0] = 1 << 40 }
    check(index, "shared_visits", "twice") { $0.replaceSubrange(3..<6, with: $0[0..<3]) }
    check(index, "shared_visits", "a negative ordinal") { $0[1] = .max }
    check(index, "shared_visits", "a number with none behind it") { $0[2] = 0xFFFF_FFFF }
    check(index, "shared_visits", "half of one") { $0.removeLast() }
  }

  /// Whatever is put in the place of an element, a report that has seen it ends.
  @Test(arguments: 0..<(Thoroughness.isFull ? 8 : 2) as Range<UInt64>) func `any number in any section`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let reports = StoredReports()
    for _ in 0..<Thoroughness.rounds(10, thorough: 100) {
      var website = Self.original
      for _ in 0..<Int.random(in: 1...3, using: &random) { website = spoilt(website, &random) }
      run(website, reports: reports)
    }
  }

  private func spoilt(_ website: Website, _ random: inout SeededGenerator) -> Website {
    let partition =
      Bool.random(using: &random) ? website.partitions.indices.randomElement(using: &random) : nil
    let sections = partition.map { website.partitions[$0] } ?? website.dictionaries
    guard let name = sections.map(\.name).randomElement(using: &random) else { return website }
    var website = website
    func spoil(_ sections: inout [StoredSection]) {
      guard let place = sections.firstIndex(where: { $0.name == name }) else { return }
      sections[place] = sections[place].changed { $0.spoil(using: &random) }
    }
    if let partition { spoil(&website.partitions[partition]) } else { spoil(&website.dictionaries) }
    return website
  }
}

extension [UInt64] {
  /// Changes something.
  fileprivate mutating func spoil(using random: inout SeededGenerator) {
    guard let place = indices.randomElement(using: &random), let other = indices.randomElement(using: &random)
    else {
      append(.random(in: 0...2, using: &random))
      return
    }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: self[place] = .max
    case 1: self[place] = 1 << UInt64.random(in: 0..<64, using: &random)
    case 2: self[place] &+= 1
    case 3: self[place] &-= 1
    case 4: self[place] = self[other]
    case 5: swapAt(place, other)
    case 6: self[Swift.min(place, other)...Swift.max(place, other)].reverse()
    default: self[place] = random.next() >> UInt64.random(in: 0..<64, using: &random)
    }
  }
}

extension [StoredSection] {
  fileprivate func named(_ name: String) -> StoredSection {
    guard let section = first(where: { $0.name == name }) else { fatalError("there is no section \(name)") }
    return section
  }
}

extension StoredSection {
  fileprivate var elements: [UInt64] {
    withExtendedLifetime(owner) {
      (0..<count).map { index in
        let place = index * width
        return switch width {
        case 1: UInt64(bytes.load(fromByteOffset: place, as: UInt8.self))
        case 2: UInt64(bytes.load(fromByteOffset: place, as: UInt16.self))
        case 4: UInt64(bytes.load(fromByteOffset: place, as: UInt32.self))
        default: bytes.load(fromByteOffset: place, as: UInt64.self)
        }
      }
    }
  }

  /// The section with other elements, as far as its width holds them.
  fileprivate func changed(_ change: (inout [UInt64]) -> Void) -> StoredSection {
    var elements = elements
    change(&elements)
    return switch width {
    case 1: StoredSection(name, Column(elements.map { UInt8(truncatingIfNeeded: $0) }))
    case 2: StoredSection(name, Column(elements.map { UInt16(truncatingIfNeeded: $0) }))
    case 4: StoredSection(name, Column(elements.map { UInt32(truncatingIfNeeded: $0) }))
    default: StoredSection(name, Column(elements))
    }
  }
}
