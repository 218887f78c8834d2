/// Why a row that is in order does not count.
enum LeftOutReason: Int, CaseIterable {
  case bot, asset, method, status
  case withoutSession
  /// A message of a tracker that is not about an event, such as Segment's `identify`.
  case noEvent
  /// A row of an export that marks bots.
  case botVisit

  /// What is left out, with the option that keeps it.
  var sentence: String { sentence("requests", "rows") }

  fileprivate func sentence(_ count: Int) -> String {
    count == 1 ? "1 " + sentence("request", "row") : "\(count) " + sentence("requests", "rows")
  }

  private func sentence(_ requests: String, _ rows: String) -> String {
    switch self {
    case .bot: requests + " of bots (--keep-bots keeps them)"
    case .asset: requests + " of assets (--keep-assets keeps them)"
    case .method: requests + " with other methods than GET"
    case .status: requests + " with other statuses than 2xx and 304"
    case .withoutSession: rows + " without a session"
    case .botVisit: rows + " of bots"
    case .noEvent: rows == "row" ? "row that is no event" : "rows that are no events"
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
