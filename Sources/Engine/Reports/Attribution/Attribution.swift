/// The sources of the visitors who converted. Defined in `Sources/Engine/Reports/README.md`, section
/// "attribution".
public struct AttributionRequest {
  public enum Model: Sendable {
    /// The first event in range.
    case firstClick
    /// The last event before the last conversion.
    case lastClick
  }

  public var scope: ReportScope
  public var model: Model
  public var step: Step
  /// If set, sources are weighted by the amounts in this currency, otherwise by sessions.
  public var currency: String?

  public init(scope: ReportScope, model: Model, step: Step, currency: String? = nil) {
    self.scope = scope
    self.model = model
    self.step = step
    self.currency = currency
  }
}

/// The value of a source: visitors, or money if the request has a currency.
public enum AttributedValue: Sendable, Equatable {
  case visitors(Int)
  case amount(Amount)
}

public struct AttributedSource: Sendable, Equatable {
  public let name: String
  public let value: AttributedValue
}

public struct AttributionReport: Sendable {
  /// The first 20 of each list, by value descending, then by name.
  public let referrer: [AttributedSource]
  public let paidAds: [AttributedSource]
  public let utmSource: [AttributedSource]
  public let utmMedium: [AttributedSource]
  public let utmCampaign: [AttributedSource]
  public let utmContent: [AttributedSource]
  public let utmTerm: [AttributedSource]
  /// Totals of the conversion events.
  public let pageviews: Int
  public let visitors: Int
  public let visits: Int
}

extension WebsiteColumns {
  public static let maximumSources = 20

  public func attribution(_ request: AttributionRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ScopeError)
    -> AttributionReport
  {
    let partial = try scan(request.scope, executor, AttributionKernel(request, self, executor))
    func sources(_ list: AttributionList) -> [AttributedSource] {
      let credits = partial.credits[list.rawValue]
      return executor.first(Self.maximumSources, of: credits.credited) { a, b in
        a.value != b.value ? a.value > b.value : codePrecedes(a.code, b.code, in: list)
      }.map { source in
        AttributedSource(
          name: name(of: source.code, in: list),
          value: request.currency == nil
            ? .visitors(Int(source.value)) : .amount(Amount(tenThousandths: source.value)))
      }
    }
    return AttributionReport(
      referrer: sources(.referrer), paidAds: sources(.paidAds), utmSource: sources(.utmSource),
      utmMedium: sources(.utmMedium), utmCampaign: sources(.utmCampaign), utmContent: sources(.utmContent),
      utmTerm: sources(.utmTerm), pageviews: partial.conversionCount, visitors: partial.visitors,
      visits: partial.visits + partial.sharedVisits.count)
  }

  private func codePrecedes(_ a: Int, _ b: Int, in list: AttributionList) -> Bool {
    guard let column = list.column else { return precedes(name(of: a, in: list), name(of: b, in: list)) }
    return dictionary(column).precedes(a, b)
  }

  private func name(of code: Int, in list: AttributionList) -> String {
    guard let column = list.column else { return PaidAd.allCases[code].displayName }
    return dictionary(column)[code]
  }
}

/// The lists of the report, in order.
enum AttributionList: Int, CaseIterable {
  case referrer, paidAds, utmSource, utmMedium, utmCampaign, utmContent, utmTerm

  /// The text column of the names; nil for paid ads.
  var column: TextColumn? {
    switch self {
    case .referrer: .referrerDomain
    case .paidAds: nil
    case .utmSource: .utmSource
    case .utmMedium: .utmMedium
    case .utmCampaign: .utmCampaign
    case .utmContent: .utmContent
    case .utmTerm: .utmTerm
    }
  }
}
