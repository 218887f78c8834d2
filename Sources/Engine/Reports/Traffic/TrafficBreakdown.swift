/// The numbers of traffic for each value of a dimension.
public struct TrafficBreakdownRequest {
  public enum Order: Sendable {
    /// By visitors descending, then by value. Rows may have no other numbers.
    case visitors
    /// By number of events descending, then by value.
    case events
    /// By visitors descending, by visits descending, then by value.
    case visitorsAndVisits
  }

  /// What identifies a row.
  public struct Key: Equatable, Sendable {
    public let value: String
    /// Empty unless the request is by country.
    public let country: String

    public init(value: String, country: String = "") {
      self.value = value
      self.country = country
    }

    /// Strings are equal if they only look the same, bytes are not.
    fileprivate var bytes: [[UInt8]] { [Array(value.utf8), Array(country.utf8)] }
  }

  public var traffic: TrafficRequest
  public var dimension: Dimension
  public var events = CountedEvents.views
  /// Whether there is a row for each pair of a value and a country.
  public var byCountry = false
  /// Leaves out events whose referrer is their hostname, if the dimension is the referrer.
  public var dropsOwnReferrers = false
  /// Only values that contain this text, in any case.
  public var search = ""
  public var order = Order.visitors
  public var limit: Int
  public var offset = 0
  /// If given, the rows are those with these keys, in this order; the ones without events have zeros.
  public var keys: [Key]?

  public init(traffic: TrafficRequest, dimension: Dimension, limit: Int) {
    self.traffic = traffic
    self.dimension = dimension
    self.limit = limit
  }
}

extension TrafficBreakdownRequest {
  /// Whether the request needs only the visitors of each value, and all values are known beforehand.
  fileprivate var needsOnlyVisitors: Bool {
    guard case .views = events, case .visitors = order, !byCountry else { return false }
    return switch dimension {
    case .column, .firstPath, .lastPath, .visit: true
    case .fullPath, .property, .type: false
    }
  }
}

/// A value of a breakdown, with its numbers.
public struct TrafficBreakdownRow: Sendable, Equatable {
  public let key: TrafficBreakdownRequest.Key
  public let numbers: TrafficNumbers

  package init(key: TrafficBreakdownRequest.Key, numbers: TrafficNumbers) {
    (self.key, self.numbers) = (key, numbers)
  }
}

extension WebsiteColumns {
  /// Returns a row for each value that is not empty.
  public func trafficBreakdown(
    _ request: TrafficBreakdownRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [TrafficBreakdownRow] {
    let dimension = try CompiledDimension(
      request.dimension, dropsOwnReferrers: request.dropsOwnReferrers, of: request.events,
      in: request.traffic.scope, self, executor)
    if request.needsOnlyVisitors { return try visitors(request, dimension, executor) }
    let countries = dictionary(.country)
    let grouping = TrafficGrouping(
      dimension: dimension, byCountry: request.byCountry, countryCount: countries.count)
    let counts = try traffic(request.traffic, request.events, grouping, executor)
    let texts = dimension.dictionary
    func key(_ group: Int) -> TrafficBreakdownRequest.Key {
      let (code, country, _) = counts.groups.key(of: group)
      return TrafficBreakdownRequest.Key(
        value: texts[Int(code)], country: request.byCountry ? countries[Int(country)] : "")
    }
    func precedes(_ a: Int, _ b: Int) -> Bool {
      switch request.order {
      case .visitors:
        let (visitorsOfA, visitorsOfB) = (counts.visitors(of: a), counts.visitors(of: b))
        if visitorsOfA != visitorsOfB { return visitorsOfA > visitorsOfB }
      case .events:
        let (viewsOfA, viewsOfB) = (counts.views(of: a), counts.views(of: b))
        if viewsOfA != viewsOfB { return viewsOfA > viewsOfB }
      case .visitorsAndVisits:
        let (numbersOfA, numbersOfB) = (counts.numbers(of: a), counts.numbers(of: b))
        if numbersOfA.visitors != numbersOfB.visitors { return numbersOfA.visitors > numbersOfB.visitors }
        if numbersOfA.visits != numbersOfB.visits { return numbersOfA.visits > numbersOfB.visits }
      }
      let (keyOfA, keyOfB) = (counts.groups.key(of: a), counts.groups.key(of: b))
      if keyOfA.code != keyOfB.code { return texts.precedes(Int(keyOfA.code), Int(keyOfB.code)) }
      return countries.precedes(Int(keyOfA.country), Int(keyOfB.country))
    }
    return rows(
      of: request, among: 0..<counts.groups.count, texts, executor,
      code: { counts.views(of: $0) > 0 ? Int(counts.groups.key(of: $0).code) : 0 },
      row: { TrafficBreakdownRow(key: key($0), numbers: counts.numbers(of: $0)) }, precedes: precedes)
  }

  /// Returns the rows of a breakdown that has only visitors.
  private func visitors(
    _ request: TrafficBreakdownRequest, _ dimension: CompiledDimension, _ executor: ParallelExecutor
  ) throws(ReportError) -> [TrafficBreakdownRow] {
    let texts = dimension.dictionary
    let kernel = VisitorCounts(dimension: dimension, codeCount: texts.count)
    let counts = try scan(request.traffic.scope, executor, kernel).counts
    return rows(
      of: request, among: 0..<counts.count, texts, executor, code: { counts[$0].visitors > 0 ? $0 : 0 },
      row: {
        TrafficBreakdownRow(
          key: TrafficBreakdownRequest.Key(value: texts[$0]),
          numbers: TrafficNumbers(visitors: counts[$0].visitors))
      },
      precedes: { a, b in
        counts[a].visitors != counts[b].visitors
          ? counts[a].visitors > counts[b].visitors : texts.precedes(a, b)
      })
  }

  /// Returns the rows that a request asks for, of counted values.
  ///
  /// - Parameters:
  ///   - values: The numbers of the values, which the functions take.
  ///   - texts: The texts of all values.
  ///   - code: Returns the code of a value's text; 0 if the value has no row.
  private func rows(
    of request: TrafficBreakdownRequest, among values: Range<Int>, _ texts: TextDictionary,
    _ executor: ParallelExecutor, code: (Int) -> Int, row: (Int) -> TrafficBreakdownRow,
    precedes: (Int, Int) -> Bool
  ) -> [TrafficBreakdownRow] {
    let needle = request.search.isEmpty ? nil : CaseInsensitiveSubstring(request.search)
    var buffer = CaseInsensitiveSubstring.Buffer()
    var found: [Int] = []
    executor.forEach(values) { value in
      let code = code(value)
      if code == 0 { return }
      if let needle, !texts.withBytes(of: code, { needle.isContained(in: $0, &buffer, executor) }) { return }
      found.append(value)
    }
    if let keys = request.keys {
      var rows: [[[UInt8]]: TrafficBreakdownRow] = [:]
      for row in found.map(row) { rows[row.key.bytes] = row }
      return keys.map { rows[$0.bytes] ?? TrafficBreakdownRow(key: $0, numbers: TrafficNumbers()) }
    }
    let wanted = request.limit.addingReportingOverflow(request.offset)
    return executor.first(wanted.overflow ? .max : wanted.partialValue, of: found, by: precedes).dropFirst(
      request.offset
    ).map(row)
  }

  /// Returns the values of a column that are not empty and contain `search`, in any case, with the number of
  /// events of each: the first `limit`, by number descending, then by value.
  public func columnValues(
    _ column: TextColumn, containing search: String, of scope: ReportScope, limit: Int,
    on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [(value: String, count: Int)] {
    let texts = dictionary(column)
    let counts = try scan(scope, executor, ValueCounts(column: column, codeCount: texts.count))
    let needle = search.isEmpty ? nil : CaseInsensitiveSubstring(search)
    var buffer = CaseInsensitiveSubstring.Buffer()
    var found: [(code: Int, count: Int)] = []
    executor.forEach(1..<max(texts.count, 1)) { code in
      let count = counts[code]
      if count == 0 { return }
      if let needle, !texts.withBytes(of: code, { needle.isContained(in: $0, &buffer, executor) }) { return }
      found.append((code, count))
    }
    return executor.first(limit, of: found) {
      $0.count != $1.count ? $0.count > $1.count : texts.precedes($0.code, $1.code)
    }.map { (texts[$0.code], $0.count) }
  }
}

/// Counts the selected events of each value of a column.
private struct ValueCounts: ReportKernel {
  let column: TextColumn
  let codeCount: Int

  func start() -> CodeCounts { CodeCounts(codeCount: codeCount) }
  func accumulate(_ block: BlockRows, into counts: inout CodeCounts) { block.count(column, into: &counts) }
  func merge(_ other: CodeCounts, into counts: inout CodeCounts) { counts.add(other) }
}
