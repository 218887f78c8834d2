/// A run of whole sessions of a partition, with the range of its events' times: the unit of work of kernels.
/// Blocks outside a request's range are skipped without reading their rows.
struct Block: Sendable {
  /// Sessions are added to a block until it has this many rows; one long session may exceed it.
  static let targetRows = 8192

  let sessions: Range<Int>
  let rows: Range<Int>
  let times: ClosedRange<Int64>

  static func divide(sessionStarts: Column<UInt32>, times: TimeColumn) -> [Block] {
    let starts = sessionStarts.span
    var blocks: [Block] = []
    var first = 0
    for session in 0..<(starts.count - 1) {
      let rows = Int(starts[first])..<Int(starts[session + 1])
      guard rows.count >= targetRows || session + 2 == starts.count else { continue }
      blocks.append(
        Block(sessions: first..<(session + 1), rows: rows, times: extent(of: rows, in: times)))
      first = session + 1
    }
    return blocks
  }

  private static func extent(of rows: Range<Int>, in times: TimeColumn) -> ClosedRange<Int64> {
    var (earliest, latest) = (Int64.max, Int64.min)
    for row in rows {
      earliest = min(earliest, times[row])
      latest = max(latest, times[row])
    }
    return earliest...latest
  }
}
