import System

/// The stays of a partition's views: pairs of a session and a visit that have a view, in the order of sessions.
///
/// Visitors look at several pages, so there are far fewer stays than views, and nearly all stays lie in one unit of time.
/// Only for partitions without shared visits.
struct ViewStays: Sendable {
  /// By stay: the rows of its first and its last view.
  private(set) var firstRows: [UInt32] = []
  private(set) var lastRows: [UInt32] = []
  /// By stay.
  private(set) var views: [UInt32] = []
  /// By stay: ``beginsSession``, ``isEngaged`` and ``hasOneView``.
  private(set) var flags: [UInt8] = []
  /// Whether all views are pageviews.
  private(set) var areAllPageviews = true
  let times: Times
  /// By block: its first stay; the last entry is the number of stays.
  private var blockStarts: [Int] = []

  /// By stay: the offsets of the times of its first and its last view, as wide as those of the time column. Loops over
  /// stays are faster if they do not gather them from there.
  enum Times {
    case four(first: Column<UInt32>, last: Column<UInt32>)
    case eight(first: Column<UInt64>, last: Column<UInt64>)
  }

  static let beginsSession: UInt8 = 1
  /// The visit has a custom event.
  static let isEngaged: UInt8 = 2
  static let hasOneView: UInt8 = 4

  fileprivate init(_ partition: Partition) {
    let engaged = partition.engagedVisits
    var (flags, order) = ([Bool](), VisitOrder())
    var runs: [UInt32] = []
    var selection = SelectionMask()
    let types = partition.types.span
    for row in types.indices where types[row] != EventType.custom && types[row] != EventType.pageview {
      areAllPageviews = false
    }
    for block in partition.blocks {
      blockStarts.append(views.count)
      selection.selectAll(block.rows.count)
      let rows = BlockRows(partition: partition, number: 0, block: block, selection: selection)
      rows.mark(.views, into: &flags)
      order.load(rows, where: flags)
      var session = UInt32.max
      for visit in 0..<order.listVisits(into: &runs) {
        let (first, end) = (Int(runs[visit]), Int(runs[visit + 1]))
        let base = UInt32(block.rows.lowerBound)
        firstRows.append(base + order.rows[first])
        lastRows.append(base + order.rows[end - 1])
        views.append(UInt32(end - first))
        let isEngaged = engaged[Int(base + order.visits[first])] != 0
        self.flags.append(
          (order.sessions[first] != session ? Self.beginsSession : 0) | (isEngaged ? Self.isEngaged : 0)
            | (end - first == 1 ? Self.hasOneView : 0))
        session = order.sessions[first]
      }
    }
    blockStarts.append(views.count)
    times =
      switch partition.times.offsets {
      case .four(let column): .four(first: column.gathering(firstRows), last: column.gathering(lastRows))
      case .eight(let column): .eight(first: column.gathering(firstRows), last: column.gathering(lastRows))
      }
  }

  /// Returns the stays of a block of the partition.
  func range(of block: Block, in partition: Partition) -> Range<Int> {
    let blocks = partition.blocks
    let index = blocks.indices.partitionPoint { blocks[$0].rows.lowerBound >= block.rows.lowerBound }
    return blockStarts[index]..<blockStarts[index + 1]
  }
}

extension Partition {
  var viewStays: ViewStays { derived.viewStays.value { ViewStays(self) } }
}

extension Column {
  /// Returns the elements at the indices `rows`.
  fileprivate func gathering(_ rows: [UInt32]) -> Column {
    let elements = span
    return Column(count: rows.count) { gathered in
      for index in rows.indices { gathered.initializeElement(at: index, to: elements[Int(rows[index])]) }
    }
  }
}
