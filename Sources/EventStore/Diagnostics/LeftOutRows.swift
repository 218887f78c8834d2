/// Why a row that is in order does not count.
enum LeftOutReason: Int, CaseIterable {
  case bot, asset, method, status
  case withoutSession
  /// A message of a tracker that is not about an event, such as Segment's `identify`.
  case noEvent
  /// A row of an export that marks bots.
  case botVisit

  /// What is left out, with the option that keeps it.
  fileprivate func sentence(_ count: Int) -> String {
    func counted(_ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
    return switch self {
    case .bot: counted("request", "requests") + " of bots (--keep-bots keeps them)"
    case .asset: counted("request", "requests") + " of assets (--keep-assets keeps them)"
    case .method: counted("request", "requests") + " with other methods than GET"
    case .status: counted("request", "requests") + " with other statuses than 2xx and 304"
    case .withoutSession: counted("row", "rows") + " without a session"
    case .botVisit: counted("row", "rows") + " of bots"
    case .noEvent: counted("row that is no event", "rows that are no events")
    }
  }
}

/// How many rows do not count, by reason.
struct LeftOutRows: Equatable {
  private var counts: [Int] = []

  mutating func count(_ reason: LeftOutReason) { add(1, reason) }

  mutating func add(_ other: LeftOutRows) {
    for (reason, count) in zip(LeftOutReason.allCases, other.counts) { add(count, reason) }
  }

  private mutating func add(_ count: Int, _ reason: LeftOutReason) {
    if counts.isEmpty { counts = Array(repeating: 0, count: LeftOutReason.allCases.count) }
    counts[reason.rawValue] += count
  }

  /// A line for each reason.
  func lines(path: String) -> [String] {
    zip(LeftOutReason.allCases, counts).filter { $0.1 > 0 }.map { reason, count in
      "\(path): left out \(reason.sentence(count))"
    }
  }
}
