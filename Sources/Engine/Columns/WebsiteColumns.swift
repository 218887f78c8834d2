import System

/// The columns of one website's events, from which reports are computed.
public struct WebsiteColumns: Sendable {
  /// The text of `website_id`.
  public let id: String
  /// What is known without reading the partitions.
  public let overview: WebsiteOverview
  /// Ascending by month.
  public let partitions: [Partition]
  private let dictionaries: WebsiteDictionaries
  /// An array, because a struct cannot contain itself.
  private var allMeasurements: [WebsiteColumns] = []
  private let lazyCampaigns = Lazy<Campaigns>()
  private let lazyMoney = Lazy<MoneyProperties>()
  private let lazyPropertyValues = LazyTable<UInt32, PropertyValues>()
  let lazyChannelTables = LatestValue<SourceCategories, ChannelTables>()
  let lazyOwnReferrers = Lazy<[UInt32]>()
  let lazyPathsOfNames = Lazy<[UInt32]>()

  init(id: String, overview: WebsiteOverview, partitions: [Partition], dictionaries: WebsiteDictionaries) {
    self.id = id
    self.overview = overview
    self.partitions = partitions
    self.dictionaries = dictionaries
  }

  init(id: String, partitions: [Partition], dictionaries: WebsiteDictionaries) {
    let hostnames = dictionaries.texts[TextColumn.hostname.rawValue].current
    self.init(
      id: id, overview: WebsiteOverview(partitions, hostnames: hostnames), partitions: partitions,
      dictionaries: dictionaries)
  }

  /// Creates the columns of a website that has no events.
  public init(idWithoutEvents id: String) {
    self.init(id: id, overview: WebsiteOverview(), partitions: [], dictionaries: .empty)
  }

  /// The website's performance measurements, which are not among its events; nil if it has none. Each is a row as events
  /// are, and its values are properties (see ``WebVital/name``).
  public var measurements: WebsiteColumns? { allMeasurements.first }

  /// Returns the same columns with these measurements.
  public func with(measurements: WebsiteColumns?) -> WebsiteColumns {
    var columns = self
    columns.allMeasurements = measurements.map { [$0] } ?? []
    return columns
  }

  /// The number of events in all partitions.
  public var eventCount: Int { overview.events }
  var extentMilliseconds: ClosedRange<Int64>? { overview.extentMilliseconds }

  /// Whether updates have left many more partitions than assembling the website from all rows would make.
  public var hasTooManyPartitions: Bool {
    partitions.count > 2 * Partition.maximumUncombinedMonths
      && eventCount / partitions.count < Partition.combinedRowLimit / 8
  }

  /// Returns the distinct texts of `column`; codes mean the same in all partitions.
  func dictionary(_ column: TextColumn) -> TextDictionary { dictionaries.texts[column.rawValue].current }

  var propertyKeys: TextDictionary { dictionaries.propertyKeys.current }
  var propertyStrings: TextDictionary { dictionaries.propertyStrings.current }

  /// Returns the campaign parameters of the query strings.
  func campaigns(_ executor: ParallelExecutor) -> Campaigns {
    lazyCampaigns.value(unlessCancelled: executor) { Campaigns(dictionary(.urlQuery), executor) }
  }

  /// Returns the values of the properties with this key, one for each event that has one.
  func propertyValues(_ key: String, _ executor: ParallelExecutor) -> PropertyValues {
    // The empty key is that of amounts, which are no properties.
    guard !key.isEmpty, let code = propertyKeys.code(of: key, on: executor) else {
      return PropertyValues(partitions.count)
    }
    return lazyPropertyValues.value(UInt32(code), unlessCancelled: executor) {
      PropertyValues(self, key: UInt32(code), executor)
    }
  }

  /// Returns the tables that assign visits to channels.
  func channelTables(_ categories: SourceCategories, _ executor: ParallelExecutor) -> ChannelTables {
    lazyChannelTables.value(categories, unlessCancelled: executor) {
      ChannelTables(self, categories, executor)
    }
  }

  /// Determines which properties are money.
  func money(_ executor: ParallelExecutor) -> MoneyProperties {
    lazyMoney.value(unlessCancelled: executor) { MoneyProperties(self, executor) }
  }
}

/// The facts about a website that are known without reading its events.
public struct WebsiteOverview: Equatable, Sendable {
  /// The number of events.
  public var events: Int
  /// The times of the first and the last event, in milliseconds since 1970; nil if there are no events.
  public var extentMilliseconds: ClosedRange<Int64>?
  /// The hostname of the most events; the first by name if several tie, nil if no event has one.
  public var mainHostname: String?

  public init(events: Int = 0, extentMilliseconds: ClosedRange<Int64>? = nil, mainHostname: String? = nil) {
    self.events = events
    self.extentMilliseconds = extentMilliseconds
    self.mainHostname = mainHostname
  }

  init(_ partitions: [Partition], hostnames: TextDictionary) {
    self.init(extentOf: partitions)
    mainHostname = Self.mainHostname(partitions, hostnames)
  }

  /// Computes everything except the hostname.
  init(extentOf partitions: [Partition]) {
    self.init(events: partitions.reduce(0) { $0 + $1.rowCount })
    let times = partitions.lazy.flatMap(\.blocks).map(\.times)
    if let first = times.map(\.lowerBound).min(), let last = times.map(\.upperBound).max() {
      extentMilliseconds = first...last
    }
  }

  private static func mainHostname(_ partitions: [Partition], _ names: TextDictionary) -> String? {
    var counts: [Int: Int] = [:]
    for partition in partitions {
      let ofPartition = partition.derived.hostnameCounts.value {
        partition.hostnameCounts(codeCount: names.count)
      }
      for (code, count) in ofPartition { counts[code, default: 0] += count }
    }
    let used = counts.filter { $0.key > 0 }.map { (name: names[$0.key], count: $0.value) }
    return used.max { $0.count != $1.count ? $0.count < $1.count : precedes($1.name, $0.name) }?.name
  }
}

extension Partition {
  /// Returns the number of events for each hostname that occurs.
  fileprivate func hostnameCounts(codeCount: Int) -> [(code: Int, count: Int)] {
    // With many partitions, a count for each hostname would take far more memory than the rows.
    if codeCount > rowCount {
      let codes = self[.hostname]
      var counts: [Int: Int] = [:]
      for row in 0..<rowCount { counts[Int(codes[row]), default: 0] += 1 }
      return counts.map { ($0.key, $0.value) }
    }
    var counts = CodeCounts(codeCount: codeCount)
    counts.count(self[.hostname], 0..<rowCount)
    return (0..<codeCount).map { ($0, counts[$0]) }.filter { $0.1 > 0 }
  }
}

/// The distinct texts of a website's columns and properties.
struct WebsiteDictionaries: Sendable {
  /// By `TextColumn`.
  let texts: [LazilyVerified<TextDictionary>]
  let propertyKeys: LazilyVerified<TextDictionary>
  let propertyStrings: LazilyVerified<TextDictionary>

  static var empty: WebsiteDictionaries {
    let empty = LazilyVerified(TextDictionary.empty)
    return WebsiteDictionaries(
      texts: TextColumn.allCases.map { _ in empty }, propertyKeys: empty, propertyStrings: empty)
  }
}

/// The columns of every website of a store.
public struct ColumnSet: Sendable {
  /// By id, ascending.
  public let websites: [WebsiteColumns]
  /// The number of properties without an event; reports ignore them.
  public let orphanProperties: Int
  /// The number of amounts of the table `revenue` without an event; reports ignore them.
  public let orphanAmounts: Int

  public init(websites: [WebsiteColumns], orphanProperties: Int, orphanAmounts: Int = 0) {
    self.websites = websites
    self.orphanProperties = orphanProperties
    self.orphanAmounts = orphanAmounts
  }

  /// Returns the columns of the website `id`, compared by bytes.
  public subscript(id: String) -> WebsiteColumns? {
    let index = websites.indices.partitionPoint { !precedes(websites[$0].id, id) }
    return index < websites.count && websites[index].id.utf8.elementsEqual(id.utf8) ? websites[index] : nil
  }
}
