/// Finds every converting session's touches and adds its value to each source that they name.
struct AttributionKernel: ReportKernel {
  private let model: AttributionRequest.Model
  private let column: TextColumn
  /// By code of the step's column.
  private let isMatch: [Bool]
  /// The type that conversion events have.
  private let conversionType: UInt8
  private let dictionarySizes: [Int]
  /// Hostname code → referrer code of the same text.
  private let ownReferrers: [UInt32]
  private let currency: CurrencyOfRequest
  private let money: MoneyProperties

  private enum CurrencyOfRequest {
    case none
    /// A code of property texts; nil for a currency that no property names.
    case code(UInt32?)
  }

  struct Partial {
    /// By list, then code: sessions or ten-thousandths.
    var values: [[Int128]]
    /// By list, then code: whether any session was counted there.
    var isTouched: [[Bool]]
    var conversions = 0
    var visitors = 0
    /// Those of visits that belong to one session alone.
    var visits = 0
    var sharedVisits: Set<UInt32> = []

    fileprivate var matches: [Bool] = []
    /// By row: the amount of the event in the currency, nil where it has none.
    fileprivate var amounts: [Int128?] = []
    fileprivate var money = MoneyMemory()
    fileprivate var convertedVisits: [UInt32] = []
    fileprivate var touches: [Int] = []
  }

  init(_ request: AttributionRequest, _ website: WebsiteColumns) {
    model = request.model
    column = request.step.column
    let dictionary = website.dictionary(request.step.column)
    var isMatch = Array(repeating: false, count: dictionary.count)
    for code in dictionary.codes(matching: request.step.pattern) { isMatch[code] = true }
    self.isMatch = isMatch
    conversionType = request.step.subject == .path ? EventType.pageview : EventType.custom
    dictionarySizes = AttributionList.allCases.map { list in
      list.column.map { website.dictionary($0).count } ?? PaidAd.allCases.count
    }
    ownReferrers = website.ownReferrers()
    money = MoneyProperties(website)
    currency =
      request.currency.map { .code(website.propertyStrings.code(of: $0).map(UInt32.init)) } ?? .none
  }

  func start() -> Partial {
    Partial(
      values: dictionarySizes.map { Array(repeating: 0, count: $0) },
      isTouched: dictionarySizes.map { Array(repeating: false, count: $0) })
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    extend(&partial.matches, to: block.count, with: false)
    block.partition[column].look(up: isMatch, block.block.rows, into: &partial.matches)
    if case .code(let code) = currency { collectAmounts(in: block, code, &partial) }
    // Only sessions with an event that matches the step can convert.
    var session = 0
    var row = 0
    while row < block.count {
      guard partial.matches[row] else {
        row += 1
        continue
      }
      while block.rows(ofSession: session).upperBound <= row { session += 1 }
      takeSession(session, block, into: &partial)
      row = block.rows(ofSession: session).upperBound
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for list in partial.values.indices {
      for code in partial.values[list].indices {
        partial.values[list][code] += other.values[list][code]
        partial.isTouched[list][code] = partial.isTouched[list][code] || other.isTouched[list][code]
      }
    }
    partial.conversions += other.conversions
    partial.visitors += other.visitors
    partial.visits += other.visits
    partial.sharedVisits.formUnion(other.sharedVisits)
  }

  private func collectAmounts(in block: BlockRows, _ code: UInt32?, _ partial: inout Partial) {
    var amounts: [Int128?] = []
    swap(&amounts, &partial.amounts)
    amounts.removeAll(keepingCapacity: true)
    extend(&amounts, to: block.count, with: nil)
    if let code {
      money.forEachEvent(in: block, &partial.money) { row, event in
        if event.currencies.contains(code) { amounts[row] = event.amount.tenThousandths }
      }
    }
    swap(&amounts, &partial.amounts)
  }

  private func takeSession(_ session: Int, _ block: BlockRows, into partial: inout Partial) {
    let rows = block.rows(ofSession: session)
    countConversions(rows, session, block, &partial)
    guard let (value, lastConversion) = value(of: rows, block, partial),
      let instant = touchInstant(rows, block, before: lastConversion)
    else { return }
    partial.touches.removeAll(keepingCapacity: true)
    for row in rows where block.selected[row] && block.time(row) == instant { partial.touches.append(row) }
    for list in AttributionList.allCases { credit(list, value, block, &partial) }
  }

  private func isConversion(_ row: Int, _ block: BlockRows, _ partial: Partial) -> Bool {
    block.selected[row] && partial.matches[row] && block.type(row) == conversionType
  }

  /// The numbers of `total`.
  private func countConversions(
    _ rows: Range<Int>, _ session: Int, _ block: BlockRows, _ partial: inout Partial
  ) {
    partial.convertedVisits.removeAll(keepingCapacity: true)
    for row in rows where isConversion(row, block, partial) {
      partial.conversions += 1
      let ordinal = block.partition.visits[block.block.rows.lowerBound + row]
      guard !partial.convertedVisits.contains(ordinal) else { continue }
      partial.convertedVisits.append(ordinal)
      if let shared = block.partition.sharedVisits.number(
        session: block.block.sessions.lowerBound + session, ordinal: ordinal)
      {
        partial.sharedVisits.insert(shared)
      } else {
        partial.visits += 1
      }
    }
    if !partial.convertedVisits.isEmpty { partial.visitors += 1 }
  }

  /// What the session counts for and the time of its last conversion; nil where it does not convert.
  private func value(
    of rows: Range<Int>, _ block: BlockRows, _ partial: Partial
  ) -> (value: Int128, lastConversion: Int64)? {
    var value: Int128?
    var last = Int64.min
    for row in rows {
      switch currency {
      case .none:
        guard isConversion(row, block, partial) else { continue }
        value = 1
      case .code:
        guard partial.matches[row], let amount = partial.amounts[row] else { continue }
        value = (value ?? 0) + amount
      }
      last = block.time(row)
    }
    return value.map { ($0, last) }
  }

  /// The instant of the session's touches; nil where no event stands before the last conversion.
  private func touchInstant(_ rows: Range<Int>, _ block: BlockRows, before lastConversion: Int64) -> Int64? {
    switch model {
    case .firstClick: rows.first { block.selected[$0] }.map { block.time($0) }
    case .lastClick:
      rows.last { block.selected[$0] && block.time($0) < lastConversion }.map { block.time($0) }
    }
  }

  /// A session counts once a name, whatever the number of its touches.
  private func credit(_ list: AttributionList, _ value: Int128, _ block: BlockRows, _ partial: inout Partial)
  {
    for (index, touch) in partial.touches.enumerated() {
      guard let code = code(list, touch, block),
        !partial.touches[..<index].contains(where: { self.code(list, $0, block) == code })
      else { continue }
      partial.values[list.rawValue][Int(code)] += value
      partial.isTouched[list.rawValue][Int(code)] = true
    }
  }

  /// The name's code, nil where the touch does not count: a self-referral, unless money is asked for.
  private func code(_ list: AttributionList, _ row: Int, _ block: BlockRows) -> UInt32? {
    let row = block.block.rows.lowerBound + row
    guard let column = list.column else { return UInt32(block.partition.paidAds[row]) }
    let code = block.partition[column][row]
    if list == .referrer, case .none = currency, code != 0,
      ownReferrers[Int(block.partition[.hostname][row])] == code
    {
      return nil
    }
    return code
  }
}
