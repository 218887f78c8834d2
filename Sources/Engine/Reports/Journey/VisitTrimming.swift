/// What is left of the items of a visit: from the start that a request asks for to the end, at most `steps`, with runs
/// as one item. Defined in `Sources/Engine/Reports/README.md`, section "journey".
struct VisitTrimming: Sendable {
  private let steps: Int
  private let collapse: JourneyCollapse
  private let hasFrom: Bool
  private let hasTo: Bool
  private let ends: JourneyEnds
  /// Whether a visit with fewer items than `steps` gets a `JourneyItems.end`.
  private let showsMissing: Bool

  init(_ request: JourneyRequest, _ ends: JourneyEnds, showsMissing: Bool) {
    steps = request.steps
    collapse = request.collapse
    (hasFrom, hasTo) = (request.from != nil, request.to != nil)
    self.ends = ends
    self.showsMissing = showsMissing
  }

  /// Whether what is left is the end of a visit, so that what is missing is missing before it.
  var keepsEnd: Bool { hasTo && !hasFrom }

  /// Trims some of the visits of `events`.
  func trim(_ events: JourneyEvents, _ visits: Range<Int>, into output: inout TrimmedVisits) {
    output.prepare(events, visits)
    let starts = events.visitStarts.span
    var runs: [UInt32] = []
    if collapse == .before { extend(&runs, to: output.capacity, with: 0) }
    for visit in visits {
      let indices = Int(starts[visit])..<Int(starts[visit + 1])
      guard let window = window(events.marks.span, indices) else { continue }
      if collapse == .before {
        var runItems = runs.mutableSpan
        let count = writeItems(
          events.items.span.extracting(window), keepsRuns: false, to: &runItems, from: 0)
        add(runs.span, 0..<count, to: &output)
      } else {
        add(events.items.span, window, to: &output)
      }
    }
  }

  /// Returns the events of a visit from the requested start to the requested end; nil if it has none.
  @inline(__always)
  private func window(_ marks: Span<UInt8>, _ visit: Range<Int>) -> Range<Int>? {
    var (first, last) = (visit.lowerBound, visit.upperBound - 1)
    if hasFrom {
      while first <= last, marks[first] & JourneyEvents.fromMark == 0 { first += 1 }
      if first > last { return nil }
    }
    if keepsEnd {
      while last >= first, marks[last] & JourneyEvents.toMark == 0 { last -= 1 }
      if last < first { return nil }
    } else if hasTo {
      var end = first + 1
      while end <= last, marks[end] & JourneyEvents.toMark == 0 { end += 1 }
      if end > last { return nil }
      last = end
    }
    return first..<(last + 1)
  }

  /// Adds a visit with these of `items`, if they start and end as requested.
  @inline(__always)
  private func add(_ items: Span<UInt32>, _ window: Range<Int>, to output: inout TrimmedVisits) {
    let missesItems = window.count < steps && !(hasFrom && hasTo)
    if hasFrom, hasTo, window.count > steps { return }
    if keepsEnd, missesItems, ends.first != nil { return }
    let shown =
      keepsEnd
      ? max(window.upperBound - steps, window.lowerBound)..<window.upperBound
      : window.lowerBound..<min(window.lowerBound + steps, window.upperBound)
    if let first = ends.first, items[shown.lowerBound] != first { return }
    if let last = ends.last, items[shown.upperBound - 1] != last { return }
    output.add(
      items.extracting(shown), keepsRuns: collapse == .none,
      endBefore: showsMissing && missesItems && keepsEnd,
      endAfter: showsMissing && missesItems && !keepsEnd, isCut: window.count > steps)
  }
}

/// The items of visits that are left. One is reused from block to block.
///
/// Every array may be longer than it says.
struct TrimmedVisits: Sendable {
  private(set) var count = 0
  /// Visit by visit.
  private(set) var items: [UInt32] = []
  /// By visit: the end of its items.
  private(set) var ends: [UInt32] = []
  /// By visit: whether `steps` cut items off.
  private(set) var isCut: [Bool] = []
  private var itemCount = 0
  /// The maximum number of items of all visits together.
  fileprivate var capacity: Int { items.count }

  /// Removes all visits, and makes room for these.
  fileprivate mutating func prepare(_ events: JourneyEvents, _ visits: Range<Int>) {
    (count, itemCount) = (0, 0)
    let eventCount = Int(events.visitStarts[visits.upperBound]) - Int(events.visitStarts[visits.lowerBound])
    // A visit has one item more than events if one is missing.
    extend(&items, to: eventCount + visits.count, with: 0)
    extend(&ends, to: visits.count, with: 0)
    extend(&isCut, to: visits.count, with: false)
  }

  /// Adds a visit.
  @inline(__always)
  fileprivate mutating func add(
    _ items: Span<UInt32>, keepsRuns: Bool, endBefore: Bool, endAfter: Bool, isCut: Bool
  ) {
    var end = itemCount
    do {
      var all = self.items.mutableSpan
      if endBefore {
        all[end] = JourneyItems.end
        end += 1
      }
      end = writeItems(items, keepsRuns: keepsRuns, to: &all, from: end)
      if endAfter {
        all[end] = JourneyItems.end
        end += 1
      }
    }
    itemCount = end
    ends[count] = UInt32(truncatingIfNeeded: end)
    self.isCut[count] = isCut
    count += 1
  }
}

/// Writes `items` to `output` from an index on, runs as one item unless they are kept; returns the end.
@inline(__always)
private func writeItems(
  _ items: Span<UInt32>, keepsRuns: Bool, to output: inout MutableSpan<UInt32>, from start: Int
) -> Int {
  precondition(output.count - start >= items.count)
  var end = start
  var latest: UInt32 = 0
  for index in items.indices {
    let item = items[unchecked: index]
    // An item that repeats the latest is overwritten by the next. Sound: `end` is at most `start` + `index`.
    if !keepsRuns { end &-= Int(one: item == latest) }
    output[unchecked: end] = item
    end &+= 1
    latest = item
  }
  return end
}
