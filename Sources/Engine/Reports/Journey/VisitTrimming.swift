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
    output.count = trim(events, visits, &output.items, &output.starts, &output.isCut)
  }

  private func trim(
    _ events: JourneyEvents, _ visits: Range<Int>, _ items: inout [UInt32], _ starts: inout [UInt32],
    _ isCut: inout [Bool]
  ) -> Int {
    var runs: [UInt32] = []
    if collapse == .before { extend(&runs, to: items.count, with: 0) }
    let (startsOfVisits, marks, source) = (events.visitStarts.span, events.marks.span, events.items.span)
    var items = items.mutableSpan
    var starts = starts.mutableSpan
    var isCut = isCut.mutableSpan
    var (count, end) = (0, 0)
    for visit in visits {
      let indices = Int(startsOfVisits[visit])..<Int(startsOfVisits[visit + 1])
      guard let window = window(marks, indices) else { continue }
      let length: Int
      if collapse == .before {
        var runItems = runs.mutableSpan
        length = writeItems(source, window, keepsRuns: false, to: &runItems, from: 0)
        guard let written = write(runs.span, 0..<length, to: &items, from: end) else { continue }
        end = written
      } else {
        length = window.count
        guard let written = write(source, window, to: &items, from: end) else { continue }
        end = written
      }
      isCut[count] = length > steps
      count += 1
      starts[count] = UInt32(truncatingIfNeeded: end)
    }
    return count
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

  /// Writes the items of a window to `output` from an index on, if they start and end as requested; returns the end.
  @inline(__always)
  private func write(
    _ items: Span<UInt32>, _ window: Range<Int>, to output: inout MutableSpan<UInt32>, from start: Int
  ) -> Int? {
    let missesItems = window.count < steps && !(hasFrom && hasTo)
    if hasFrom, hasTo, window.count > steps { return nil }
    if keepsEnd, missesItems, ends.first != nil { return nil }
    let shown =
      keepsEnd
      ? max(window.upperBound - steps, window.lowerBound)..<window.upperBound
      : window.lowerBound..<min(window.lowerBound + steps, window.upperBound)
    if let first = ends.first, items[shown.lowerBound] != first { return nil }
    if let last = ends.last, items[shown.upperBound - 1] != last { return nil }
    var end = start
    if showsMissing, missesItems, keepsEnd {
      output[end] = JourneyItems.end
      end += 1
    }
    end =
      collapse != .none && steps <= Self.maximumStepsWithoutBranches
      ? writeRuns(items, shown, steps: steps, to: &output, from: end)
      : writeItems(items, shown, keepsRuns: collapse == .none, to: &output, from: end)
    if showsMissing, missesItems, !keepsEnd {
      output[end] = JourneyItems.end
      end += 1
    }
    return end
  }
}

extension VisitTrimming {
  /// Up to so many items, looking at more than a visit has is faster than asking whether it has more.
  private static var maximumStepsWithoutBranches: Int { 8 }
}

/// The items of visits that are left. One is reused from block to block.
///
/// Every array may be longer than it says.
struct TrimmedVisits: Sendable {
  fileprivate(set) var count = 0
  /// Visit by visit.
  fileprivate(set) var items: [UInt32] = []
  /// The index of each visit's first item; the last entry is the end of the last visit.
  fileprivate(set) var starts: [UInt32] = [0]
  /// By visit: whether `steps` cut items off.
  fileprivate(set) var isCut: [Bool] = []

  /// Makes room for visits.
  fileprivate mutating func prepare(_ events: JourneyEvents, _ visits: Range<Int>) {
    let eventCount = Int(events.visitStarts[visits.upperBound]) - Int(events.visitStarts[visits.lowerBound])
    // A visit has one item more than events if one is missing, and `writeRuns` needs room for one more.
    extend(&items, to: eventCount + visits.count + 1, with: 0)
    extend(&starts, to: visits.count + 1, with: 0)
    extend(&isCut, to: visits.count, with: false)
  }
}

/// Writes some of `items` to `output` from an index on, runs as one item unless they are kept; returns the end.
@inline(__always)
private func writeItems(
  _ items: Span<UInt32>, _ indices: Range<Int>, keepsRuns: Bool, to output: inout MutableSpan<UInt32>,
  from start: Int
) -> Int {
  precondition(output.count - start >= indices.count)
  precondition(indices.lowerBound >= 0 && indices.upperBound <= items.count)
  var end = start
  var latest: UInt32 = 0
  for index in indices {
    let item = items[unchecked: index]
    // An item that repeats the latest is overwritten by the next. Sound: `end` is at most `start` plus the number of
    // items before `index`.
    if !keepsRuns { end &-= Int(one: item == latest) }
    output[unchecked: end] = item
    end &+= 1
    latest = item
  }
  return end
}

/// Writes runs of up to `steps` of `items` to `output` from an index on, each as one item; returns the end.
///
/// `output` must have room for one item more.
@inline(__always)
private func writeRuns(
  _ items: Span<UInt32>, _ indices: Range<Int>, steps: Int, to output: inout MutableSpan<UInt32>,
  from start: Int
) -> Int {
  precondition(output.count - start > indices.count && indices.count <= steps && !indices.isEmpty)
  precondition(indices.lowerBound >= 0 && indices.upperBound <= items.count)
  var end = start
  var latest: UInt32 = 0
  for step in 0..<steps {
    // After the last item, the same item is repeated, and repetitions collapse.
    let item = items[unchecked: min(indices.lowerBound &+ step, indices.upperBound &- 1)]
    end &-= Int(one: item == latest)
    // Sound: `end` is at most `start` plus the number of different items before.
    output[unchecked: end] = item
    end &+= 1
    latest = item
  }
  return end
}
