import System

/// The chain by which a visitor is counted where only one can be: it leads to the deepest step and ends as early as
/// possible; going back from its end, each event is the latest possible one, at the highest step that it can have.
struct ChainWitness: Sendable {
  /// From the last event of the chain to the first: its index and its step.
  private(set) var links: [(event: Int, step: Int)] = []

  mutating func begin(_ event: Int, _ step: Int) {
    links.removeAll(keepingCapacity: true)
    links.append((event, step))
  }

  mutating func prepend(_ event: Int, _ step: Int) { links.append((event, step)) }
}

extension ChainSearch {
  /// Finds the witness of the events whose chains were searched last.
  ///
  /// - Parameter deepest: The deepest step to which there is a chain.
  mutating func findWitness(
    _ plan: ChainPlan, _ events: ChainEvents, deepest: Int, _ witness: inout ChainWitness
  ) {
    let last = firstEnd(of: deepest, events)
    witness.begin(last, deepest)
    if deepest == 0 { return }
    let run = events.runs.indices.partitionPoint { events.runs[$0] > last } - 1
    var range = Int(events.runs[run])..<Int(events.runs[run + 1])
    // Those of the chains that were found count whose first event is not too long before the last one.
    if let totalWindow = rules.totalWindow, events.times[range.lowerBound] < events.times[last] - totalWindow
    {
      let earliest = events.times[last] - totalWindow
      let latest = events.times[last]
      range =
        range.partitionPoint {
          events.times[$0] >= earliest
        }..<range.partitionPoint { events.times[$0] > latest }
      let runs = [UInt32(range.lowerBound), UInt32(range.upperBound)]
      _ = search(plan, events, runs, totalWindow: nil, through: deepest)
    }
    var (event, step) = (last, deepest)
    while step > 0 {
      // There is one, unless the search was cancelled.
      guard let previous = previous(event, step, events, range) else { return }
      (event, step) = previous
      witness.prepend(event, step)
    }
  }

  /// The first event that ends a chain to a step.
  private func firstEnd(of step: Int, _ events: ChainEvents) -> Int {
    let bit: UInt64 = 1 << UInt64(step)
    var first = -1
    for event in 0..<events.count where ends[event] & bit != 0 {
      if first < 0 || events.places[event] < events.places[first] { first = event }
    }
    precondition(first >= 0, "no event ends a chain to the step")
    return first
  }

  /// The latest event from which a chain leads to `event` at `step`, and the highest step at which it can be.
  private func previous(
    _ event: Int, _ step: Int, _ events: ChainEvents, _ range: Range<Int>
  ) -> (Int, Int)? {
    let time = events.times[event]
    let (earliest, latest) = (time - rules.windows[step], time - rules.waits[step])
    let sources = rules.sources(of: step)
    var candidate = event
    if rules.isStrict || rules.isDistinct || rules.waits[step] > 0 {
      candidate -= 1
    } else {
      while candidate + 1 < range.upperBound, events.times[candidate + 1] == time { candidate += 1 }
    }
    /// The exclusions that lie between the candidate and the event, and the place of the first event that was looked at.
    var between: UInt16 = 0
    var place = Int(events.places[event])
    while candidate >= range.lowerBound, events.times[candidate] >= earliest {
      if !events.exclusions.isEmpty {
        while place > Int(events.places[candidate]) + 1 {
          place -= 1
          between |= events.exclusions[place]
        }
      }
      if events.times[candidate] <= latest {
        var steps = ends[candidate] & sources
        while steps != 0 {
          let source = 63 - steps.leadingZeroBitCount
          if between == 0 || between & rules.exclusions(from: source, to: step) == 0 {
            return (candidate, source)
          }
          steps &= ~(1 << UInt64(source))
        }
      }
      if rules.isStrict { return nil }
      candidate -= 1
    }
    return nil
  }
}
