/// The sources of the visitors who converted. Defined in `Sources/Engine/Reports/README.md`, section
/// "attribution".
public struct AttributionRequest {
  /// Which event of a visitor who converted has the source that is credited.
  public enum Model: Sendable {
    /// The first event in range.
    case firstClick
    /// The last event before the last conversion.
    case lastClick
  }

  /// The events that count.
  public var scope: ReportScope
  /// Which event is credited.
  public var model: Model
  /// The events that are conversions.
  public var step: EventMatcher
  /// If set, sources are weighted by the amounts in this currency, otherwise by sessions.
  public var currency: String?

  public init(scope: ReportScope, model: Model, step: EventMatcher, currency: String? = nil) {
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

/// A source of visitors, and what it is credited with.
public struct AttributedSource: Sendable, Equatable {
  /// A domain, a network or the value of a campaign parameter. Empty only in amounts.
  public let name: String
  /// Visitors, or an amount if the request has a currency.
  public let value: AttributedValue

  package init(name: String, value: AttributedValue) {
    self.name = name
    self.value = value
  }
}

/// The sources in seven lists, and totals.
public struct AttributionReport: Sendable {
  /// The first 20 of each list, by value descending, then by name.
  public let referrer: [AttributedSource]
  /// The networks whose click ids addresses have.
  public let paidAds: [AttributedSource]
  /// The values of `utm_source`.
  public let utmSource: [AttributedSource]
  /// The values of `utm_medium`.
  public let utmMedium: [AttributedSource]
  /// The values of `utm_campaign`.
  public let utmCampaign: [AttributedSource]
  /// The values of `utm_content`.
  public let utmContent: [AttributedSource]
  /// The values of `utm_term`.
  public let utmTerm: [AttributedSource]
  /// Totals of the conversion events.
  public let pageviews: Int
  /// Distinct sessions with a conversion.
  public let visitors: Int
  /// Distinct visits with a conversion.
  public let visits: Int

  package init(
    referrer: [AttributedSource], paidAds: [AttributedSource], utmSource: [AttributedSource],
    utmMedium: [AttributedSource], utmCampaign: [AttributedSource], utmContent: [AttributedSource],
    utmTerm: [AttributedSource], pageviews: Int, visitors: Int, visits: Int
  ) {
    self.referrer = referrer
    self.paidAds = paidAds
    self.utmSource = utmSource
    self.utmMedium = utmMedium
    self.utmCampaign = utmCampaign
    self.utmContent = utmContent
    self.utmTerm = utmTerm
    self.pageviews = pageviews
    self.visitors = visitors
    self.visits = visits
  }
}

extension WebsiteColumns {
  /// The maximum length of each list of sources.
  public static let maximumSources = 20

  /// Returns the credited sources. Throws if a filter cannot be compiled.
  public func attribution(_ request: AttributionRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError)
    -> AttributionReport
  {
    let state = try scan(request.scope, executor, try AttributionKernel(request, self, executor))
    func sources(_ list: AttributionList) -> [AttributedSource] {
      let credits = state.credits[list.rawValue]
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
      utmTerm: sources(.utmTerm), pageviews: state.totals.events, visitors: state.totals.visitors,
      visits: state.totals.visits)
  }

  private func codePrecedes(_ a: Int, _ b: Int, in list: AttributionList) -> Bool {
    guard let column = list.column else { return precedes(name(of: a, in: list), name(of: b, in: list)) }
    return dictionary(column).precedes(a, b)
  }

  private func name(of code: Int, in list: AttributionList) -> String {
    guard let column = list.column else { return AdNetwork.allCases[code].displayName }
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
