import JSON

/// A number of traffic, as texts call and write it.
struct MetricFormat {
  /// The member of results, such as `totaltime`.
  let name: String
  let title: String
  private let form: Form

  private enum Form { case count, rate, quotient, duration }

  private init(_ name: String, _ title: String, _ form: Form = .count) {
    (self.name, self.title, self.form) = (name, title, form)
  }

  static let all = [
    MetricFormat("visitors", "visitors"), MetricFormat("visits", "visits"),
    MetricFormat("pageviews", "pageviews"), MetricFormat("viewsPerVisit", "pageviews per visit", .quotient),
    MetricFormat("bounces", "bounces"), MetricFormat("bounceRate", "bounce rate", .rate),
    MetricFormat("totaltime", "time", .duration),
    MetricFormat("averageTime", "time per visit", .duration), MetricFormat("events", "custom events"),
  ]

  /// The metrics of insights, the default ones first.
  static let ofInsights = [
    MetricFormat("views", "views"), MetricFormat("visitors", "visitors"), MetricFormat("visits", "visits"),
    MetricFormat("bounces", "bounces"), MetricFormat("totaltime", "time", .duration),
    MetricFormat("events", "events"), MetricFormat("bounceRate", "bounce rate", .rate),
    MetricFormat("viewsPerVisit", "views per visit", .quotient),
    MetricFormat("averageTime", "time per visit", .duration), MetricFormat("share", "share", .rate),
  ]

  /// Without the sum of all times, which nobody asks for.
  static var ofStats: [MetricFormat] { all.filter { $0.name != "totaltime" } }

  /// The metric of a member; nil if it is none.
  init?(_ name: String) {
    guard let metric = Self.all.first(where: { $0.name == name }) else { return nil }
    self = metric
  }

  /// The number of no visits; nil for a quotient, which they do not have.
  var ofNothing: JSONValue? { ["bounceRate", "viewsPerVisit", "averageTime"].contains(name) ? nil : 0 }

  /// Whether its numbers are counts, between which there is nothing.
  var isWhole: Bool { form == .count || form == .duration }

  /// Whether the numbers of both can have one axis.
  func hasScale(of other: MetricFormat) -> Bool { form == other.form }

  /// The number as text; empty if there is none.
  func text(_ value: JSONValue?) -> String {
    guard let value, let number = value.double else { return "" }
    switch form {
    case .count: return numberText(value)
    case .rate: return percentText(number)
    case .quotient:
      return numberText(.decimal(JSONDecimal(significand: Int128(number * 100 + 0.5), scale: 2)), decimals: 2)
    case .duration: return abs(number) < 1e15 ? durationText(Int64(number.rounded())) : numberText(value)
    }
  }
}
