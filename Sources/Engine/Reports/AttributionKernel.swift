/// Finds every converting session's touches and adds its value to each source that they name.
struct AttributionKernel: ReportKernel {
  private let model: AttributionRequest.Model
  private let column: TextColumn
  /// One bit: that of the texts that match the step.
  private let matching: CodeBits<UInt8>
  /// The type that conversion events have.
  private let conversionType: UInt8
  private let dictionarySizes: [Int]
  private let currency: CurrencyOfRequest
  private let money: MoneyProperties
  /// Hostname code → referrer code of the same text; nil where self-referrals count.
  private let ownReferrers: [UInt32]?

  private enum CurrencyOfRequest {
    case none
    /// A code of property texts; nil for a currency that no property names.
    case code(UInt32?)
  }

  struct Partial {
    /// By list.
    var credits: [AttributionCredits]
    var conversions = 0
    var visitors = 0
    /// Those of visits that belong to one session alone.
    var visits = 0
    var sharedVisits: Set<UInt32> = []

    /// By row of the block: 1 for a conversion event, else 0.
    fileprivate var isConversion: [UInt8] = []
    fileprivate var convertedVisits: [UInt32] = []
    fileprivate var touches = AttributionTouches()
  }

  /// A session that converts.
  private struct Conversion {
    /// Counted from the block's first row.
    var rows: Range<Int>
    var last: Int
    var value: Int128
  }

  init(_ request: AttributionRequest, _ website: WebsiteColumns) {
    model = request.model
    column = request.step.column
    matching = CodeBits([request.step.pattern], website.dictionary(request.step.column))
    conversionType = request.step.subject == .path ? EventType.pageview : EventType.custom
    dictionarySizes = AttributionList.allCases.map { list in
      list.column.map { website.dictionary($0).count } ?? PaidAd.allCases.count
    }
    money = MoneyProperties(website)
    ownReferrers = request.currency == nil ? website.ownReferrers() : nil
    currency =
      request.currency.map { .code(website.propertyStrings.code(of: $0).map(UInt32.init)) } ?? .none
  }

  func start() -> Partial { Partial(credits: dictionarySizes.map(AttributionCredits.init)) }

  func take(_ block: BlockRows, into partial: inout Partial) {
    partial.touches.removeAll()
    reset(&partial.isConversion, block.count)
    block.partition[column].join(matching, block.block.rows, into: &partial.isConversion)
    block.keepSelected(&partial.isConversion, ofType: conversionType)
    takeConversions(block, into: &partial)
    if case .code(let code?) = currency { takeAmounts(in: code, block, into: &partial) }
    if partial.touches.rows.isEmpty { return }
    for list in AttributionList.allCases {
      partial.touches.credit(
        list, of: block.partition, ownReferrers: ownReferrers, to: &partial.credits[list.rawValue])
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for list in partial.credits.indices { partial.credits[list].merge(other.credits[list]) }
    partial.conversions += other.conversions
    partial.visitors += other.visitors
    partial.visits += other.visits
    partial.sharedVisits.formUnion(other.sharedVisits)
  }

  /// Counts the conversion events of a block; without a currency, it is they that make sessions convert.
  private func takeConversions(_ block: BlockRows, into partial: inout Partial) {
    var isConversion: [UInt8] = []
    swap(&isConversion, &partial.isConversion)
    var session = -1
    var conversion: Conversion?
    forEachSet(isConversion.span, block.count) { row in
      if let rows = conversion?.rows, row < rows.upperBound {
        conversion?.last = row
      } else {
        if let conversion, case .none = currency { addTouches(of: conversion, block, &partial.touches) }
        repeat { session += 1 } while block.rows(ofSession: session).upperBound <= row
        conversion = Conversion(rows: block.rows(ofSession: session), last: row, value: 1)
        partial.visitors += 1
        partial.convertedVisits.removeAll(keepingCapacity: true)
      }
      partial.conversions += 1
      countVisit(of: row, session, block, &partial)
    }
    if let conversion, case .none = currency { addTouches(of: conversion, block, &partial.touches) }
    swap(&isConversion, &partial.isConversion)
  }

  /// Counts the visit of a conversion event unless the session has had it.
  private func countVisit(of row: Int, _ session: Int, _ block: BlockRows, _ partial: inout Partial) {
    let ordinal = block.partition.visits[block.block.rows.lowerBound + row]
    if partial.convertedVisits.contains(ordinal) { return }
    partial.convertedVisits.append(ordinal)
    if let shared = block.sharedVisit(session: session, ordinal: ordinal) {
      partial.sharedVisits.insert(shared)
    } else {
      partial.visits += 1
    }
  }

  /// Finds the sessions with amounts in a currency on events that match the step, of either type.
  private func takeAmounts(in currency: UInt32, _ block: BlockRows, into partial: inout Partial) {
    let entries = money.entries(of: block.partition)
    let codes = block.partition[column]
    var conversion: Conversion?
    var session: UInt32?
    for place in entries.places(of: block.block.rows) where entries[place].currency == currency {
      let entry = entries[place]
      guard let amount = entry.tenThousandths, matching.table[Int(codes[Int(entry.row)])] != 0,
        block.selects(rowOfPartition: Int(entry.row))
      else { continue }
      let row = Int(entry.row) - block.block.rows.lowerBound
      if session != entry.session {
        if let conversion { addTouches(of: conversion, block, &partial.touches) }
        let rows = block.rows(ofSession: Int(entry.session) - block.block.sessions.lowerBound)
        conversion = Conversion(rows: rows, last: row, value: 0)
        session = entry.session
      }
      conversion?.last = row
      conversion?.value += Int128(amount)
    }
    if let conversion { addTouches(of: conversion, block, &partial.touches) }
  }

  /// Adds the session's touches: its selected events at one instant. There are none where no event stands
  /// before the last conversion.
  private func addTouches(of conversion: Conversion, _ block: BlockRows, _ touches: inout AttributionTouches)
  {
    let times = block.partition.times
    let firstRow = block.block.rows.lowerBound
    let first = touches.rows.count
    var instant: Int64?
    func see(_ row: Int) -> Bool {
      let time = times[firstRow + row]
      if let instant, instant != time { return false }
      instant = time
      touches.add(row: firstRow + row, value: conversion.value, first: first)
      return true
    }
    switch model {
    case .firstClick:
      for row in conversion.rows where block.selected[row] { if !see(row) { return } }
    case .lastClick:
      let conversionTime = times[firstRow + conversion.last]
      for row in (conversion.rows.lowerBound..<conversion.last).reversed() where block.selected[row] {
        if times[firstRow + row] < conversionTime, !see(row) { return }
      }
    }
  }
}
