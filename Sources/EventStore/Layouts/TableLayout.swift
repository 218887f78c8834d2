/// Which columns of a table of events, properties or amounts mean what.
enum TableLayout {
  case events(EventLayout)
  case properties(PropertyLayout)
  case revenue(RevenueLayout)

  func makeFields() -> RowFields {
    switch self {
    case .events(let layout): layout.makeFields()
    case .properties(let layout): layout.makeFields()
    case .revenue(let layout): layout.makeFields()
    }
  }

  /// The slots of the columns that are read.
  var usedSlots: Set<Int> {
    switch self {
    case .events(let layout):
      let others = [layout.url, layout.referrer, layout.joinedTime?.first, layout.joinedTime?.second]
      return Set(layout.slots + others.compactMap(\.self) + layout.propertyColumns.map(\.slot))
    case .properties(let layout): return Set(layout.slots)
    case .revenue(let layout): return Set(layout.slots)
    }
  }
}
