/// The credit that models give to what visitors came from before they converted. Defined in
/// `Sources/Engine/Reports/README.md`, section "attribution with models".
public struct AttributionCreditRequest: Sendable {
  /// Which of a visitor's conversions count.
  public enum Conversions: String, Sendable {
    case last, first, every
  }

  /// The events that count as conversions. Touches are those of the range, whatever its conditions.
  public var scope: ReportScope
  /// In the order of the credits of each row; the first orders the rows.
  public var models: [AttributionModel]
  /// The events that are conversions, each if it matches one of these.
  public var steps: [EventMatcher]
  public var conversions = Conversions.last
  /// If set, only conversions with an amount in this currency count, and credits have a value.
  public var currency: String?
  /// The maximum time from the first event of a visit to a conversion that it touches; nil if there is none.
  public var lookbackMilliseconds: Int64?
  /// The values of visits that get the credit, apart from each other.
  public var by: [VisitValue] = [.channel]
  /// The number of rows of each.
  public var limit = 20
  /// Whether all other rows are added up.
  public var rest = false
  /// The maximum number of pairs of a conversion and a touch that `timeDecay` weighs.
  public var maximumDecayWeights = AttributionCreditRequest.maximumDecayWeights

  /// Weighing more takes longer than anyone waits for.
  public static let maximumDecayWeights = 1 << 28

  public init(scope: ReportScope, models: [AttributionModel], steps: [EventMatcher]) {
    (self.scope, self.models, self.steps) = (scope, models, steps)
  }
}

/// Which touches of a conversion get its credit.
public enum AttributionModel: Sendable {
  case first
  case last
  /// The last touch that is not direct: by channel, another one than `Direct`; by another value, one that is not empty. If
  /// there is none, the last.
  case lastNonDirect
  /// All in equal parts.
  case linear
  /// The first, those between, and the last, in these proportions, of which at least one is not 0.
  case position(first: Int, middle: Int, last: Int)
  /// A touch counts half as much as one that is so much later.
  case timeDecay(halfLifeMilliseconds: Double)
  /// The distinct names of the touches in equal parts.
  case shapley

  /// The maximum of each of the proportions of `position`.
  public static let maximumWeight = 1_000_000

  /// Whether the touches that get credit depend on their names.
  package var dependsOnNames: Bool {
    switch self {
    case .lastNonDirect, .shapley: true
    default: false
    }
  }
}

/// A number of conversions, and the money that they brought.
public struct AttributionCredit: Sendable, Equatable {
  /// In ten-thousandths of a conversion.
  public var conversions = Amount.zero
  /// Zero if the request has no currency.
  public var value = Amount.zero

  package init(conversions: Amount = .zero, value: Amount = .zero) {
    (self.conversions, self.value) = (conversions, value)
  }
}

/// What a name, or several names together, are credited with.
public struct AttributedName: Sendable, Equatable {
  /// The value of the visits; nil for the rest.
  public let name: String?
  /// The visitors with a visit of the name in range, whether or not they converted.
  public let visitors: Int
  /// The conversions of which a touch has the name, but not the last.
  public let assisted: Int
  /// By model of the request.
  public let credits: [AttributionCredit]

  package init(name: String?, visitors: Int, assisted: Int, credits: [AttributionCredit]) {
    (self.name, self.visitors, self.assisted, self.credits) = (name, visitors, assisted, credits)
  }
}

/// The credits by one value of visits. Rows, rest and `unattributed` add up to `total`, for each model.
public struct AttributedNames: Sendable, Equatable {
  /// By the first model's value (without a currency, conversions) descending, then by name.
  public let rows: [AttributedName]
  /// All other names together; nil if there are none, or if nobody asks.
  public let rest: AttributedName?
  /// The conversions without a touch.
  public let unattributed: AttributionCredit
  /// All conversions that count.
  public let total: AttributionCredit

  package init(
    rows: [AttributedName], rest: AttributedName?, unattributed: AttributionCredit, total: AttributionCredit
  ) {
    (self.rows, self.rest, self.unattributed, self.total) = (rows, rest, unattributed, total)
  }
}

/// The credits by each value that a request names.
public struct AttributionCreditReport: Sendable {
  /// By value of the request.
  public let names: [AttributedNames]
  /// All events that match a step, those that do not count as conversions included; their visitors and visits.
  public let pageviews: Int
  public let visitors: Int
  public let visits: Int
  /// The number of pairs of a conversion and a touch that `timeDecay` weighs. If there are more than the request's maximum,
  /// the credits are incomplete and must be discarded.
  public let decayWeights: Int

  package init(names: [AttributedNames], pageviews: Int, visitors: Int, visits: Int, decayWeights: Int) {
    (self.names, self.pageviews, self.visitors) = (names, pageviews, visitors)
    (self.visits, self.decayWeights) = (visits, decayWeights)
  }
}

extension WebsiteColumns {
  /// Returns the credits. Throws if a filter or a step cannot be compiled.
  public func attributionCredit(
    _ request: AttributionCreditRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> AttributionCreditReport {
    let scope = try CompiledScope(request.scope, self, executor)
    var dimensions: [CompiledDimension] = []
    for value in request.by {
      dimensions.append(try CompiledDimension(.visit(value), in: request.scope, self, executor))
    }
    let kernel = try CreditKernel(request, dimensions, self, executor)
    let state = scan(scope, executor, kernel)
    let hasMoney = request.currency != nil
    let orders = zip(state.tables, dimensions).map { table, dimension in
      table.order(limit: request.limit, byValue: hasMoney, dimension.dictionary, executor)
    }
    let assignments = dimensions.indices.map { index in
      let (table, (shown, cut)) = (state.tables[index], orders[index])
      return RowAssignment(
        dimensions[index].codeCount, shown: shown.map(table.code), cut: cut.map(table.code))
    }
    let everyone = try CompiledScope(ReportScope(range: request.scope.range), self, executor)
    let visitors = scan(everyone, executor, NameVisitorsKernel(dimensions, assignments)).visitors
    let hasRest = request.rest && orders.contains { !$0.cut.isEmpty }
    let assistedRest =
      hasRest ? scan(scope, executor, kernel.countingAssists(of: assignments)).assistedRest : []
    let names = dimensions.indices.map { index in
      let (table, (shown, cut)) = (state.tables[index], orders[index])
      let texts = dimensions[index].dictionary
      return AttributedNames(
        rows: shown.enumerated().map { place, number in
          AttributedName(
            name: texts[Int(table.code(number))], visitors: visitors[index][place],
            assisted: table.assisted(number), credits: table.credits([number]))
        },
        rest: hasRest && !cut.isEmpty
          ? AttributedName(
            name: nil, visitors: visitors[index][shown.count], assisted: assistedRest[index],
            credits: table.credits(cut)) : nil,
        unattributed: state.unattributed, total: state.total)
    }
    return AttributionCreditReport(
      names: names, pageviews: state.events.events, visitors: state.events.visitors,
      visits: state.events.visits, decayWeights: state.decayWeights)
  }
}
