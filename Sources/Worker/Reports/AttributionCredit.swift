import Engine
import JSON
import JSONSchema

/// Reads the params of an attribution with `models` that have passed their schema, and writes its result.
struct AttributionCreditParams {
  private let params: JSONObject
  private var errors: [ValidationError] = []
  /// The names of the request's models, each once.
  private(set) var modelNames: [String] = []

  /// Whether models are asked for.
  static func areGiven(_ params: JSONObject) -> Bool { isGiven(params["models"]) }

  private static func isGiven(_ value: JSONValue?) -> Bool { value.map { $0 != .null } ?? false }

  init(_ params: JSONObject) {
    self.params = params
    for name in (params["models"]?.array ?? []).compactMap(\.string) where !modelNames.contains(name) {
      modelNames.append(name)
    }
  }

  /// The request that the params describe. The error lists every invalid member.
  mutating func request(
    _ common: CommonParams, _ steps: [EventMatcher]
  ) throws(WorkerError) -> AttributionCreditRequest {
    exclude("model", "models", "they exclude each other")
    if !modelNames.contains("position") { exclude("weights", "models", "without the model position") }
    if let weights = params["weights"]?.array, weights.allSatisfy({ $0.clampedWholeNumber == 0 }) {
      errors.append(.member("weights", "must not all be 0; one of them must be at least 1"))
    }
    if !modelNames.contains("timeDecay") { exclude("halfLife", "models", "without the model timeDecay") }
    var request = AttributionCreditRequest(
      scope: common.scope, models: modelNames.map(model), steps: steps)
    request.conversions = params["conversions"]?.string.flatMap { .init(rawValue: $0) } ?? .last
    request.currency = optionalText(params, "currency")
    if let lookback = params["lookback"], lookback != .null {
      request.lookbackMilliseconds = milliseconds(lookback, of: Self.dayMilliseconds, roundsUp: false)
    }
    let names = params["by"]?.array ?? []
    if !names.isEmpty { request.by = names.enumerated().compactMap { value($1.string ?? "", $0) } }
    request.limit = Int(params["limit"]?.clampedWholeNumber ?? 20)
    request.rest = params["rest"] == true
    guard errors.isEmpty else { throw .invalidParams(errors) }
    return request
  }

  private static let dayMilliseconds: Int64 = 86_400_000

  private mutating func exclude(_ name: String, _ other: String, _ reason: String) {
    guard Self.isGiven(params[name]) else { return }
    errors.append(.member(name, "must not be given together with \(other): \(reason)"))
  }

  private func model(_ name: String) -> AttributionModel {
    switch name {
    case "first": return .first
    case "last": return .last
    case "lastNonDirect": return .lastNonDirect
    case "linear": return .linear
    case "position":
      let weights = (params["weights"]?.array ?? [40, 20, 40]).map { Int($0.clampedWholeNumber ?? 0) }
      return .position(first: weights[0], middle: weights[1], last: weights[2])
    case "timeDecay":
      let days = params["halfLife"]?.double ?? 7
      return .timeDecay(
        halfLifeMilliseconds: max(days * Double(Self.dayMilliseconds), .leastNonzeroMagnitude))
    default: return .shapley
    }
  }

  private mutating func value(_ name: String, _ index: Int) -> VisitValue? {
    if case .visit(let value)? = Dimension(requestName: name, from: .visit), value != .exit { return value }
    errors.append(.member("by/\(index)", "must be a column, channel or entry, is \"\(name)\""))
    return nil
  }
}

extension Call {
  /// Answers an attribution with models.
  func attributionCredit(_ params: JSONObject) throws(WorkerError) -> JSONValue {
    let common = try commonParams(params)
    var reader = AttributionCreditParams(params)
    let request = try reader.request(common, try steps(of: params, common))
    let report = try reading(params) { events throws(ReportError) in
      try events.attributionCredit(request, on: executor)
    }
    guard report.decayWeights <= request.maximumDecayWeights else {
      throw .invalidParams([
        .member(
          "models",
          """
          must not have timeDecay for so many visits and conversions: at most \(request.maximumDecayWeights) pairs of a \
          conversion and a visit before it are weighed; a shorter range, a lookback or conversions "last" have fewer
          """)
      ])
    }
    let json = AttributionCreditJSON(models: reader.modelNames, hasValue: request.currency != nil)
    let names = params["by"]?.array.flatMap { $0.isEmpty ? [JSONValue]?.none : $0 } ?? ["channel"]
    return [
      "credit": .array(zip(names, report.names).map(json.names)),
      "total": [
        "pageviews": JSONValue(report.pageviews), "visitors": JSONValue(report.visitors),
        "visits": JSONValue(report.visits),
      ],
    ]
  }
}

/// Writes the parts of a report.
private struct AttributionCreditJSON {
  let models: [String]
  let hasValue: Bool

  func names(_ by: JSONValue, _ names: AttributedNames) -> JSONValue {
    var result: JSONObject = ["by": by, "rows": .array(names.rows.map(row))]
    if let rest = names.rest { result["rest"] = row(rest) }
    result["unattributed"] = credit(names.unattributed)
    result["total"] = credit(names.total)
    return .object(result)
  }

  private func row(_ name: AttributedName) -> JSONValue {
    let members: [JSONObject.Member] = [
      name.name.map { ("name", .string($0)) } ?? ("rest", true),
      ("visitors", JSONValue(name.visitors)), ("assisted", JSONValue(name.assisted)),
    ]
    return .object(JSONObject(members: members + zip(models, name.credits).map { ($0, credit($1)) }))
  }

  private func credit(_ credit: AttributionCredit) -> JSONValue {
    hasValue
      ? ["conversions": JSONValue(credit.conversions), "value": JSONValue(credit.value)]
      : ["conversions": JSONValue(credit.conversions)]
  }
}
