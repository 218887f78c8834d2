import Engine
import JSON

extension Method {
  static let attribution = Method(
    report: "attribution", endpoint: "POST /api/reports/attribution", tool: "attribution_report"
  ) {
    params, call throws(WorkerError) in
    if AttributionCreditParams.areGiven(params) { return try call.attributionCredit(params) }
    let common = try call.commonParams(params)
    guard let step = try call.steps(of: params, common).first else {
      preconditionFailure("the schema accepts no steps")
    }
    let request = AttributionRequest(
      scope: common.scope, model: attributionModel(params), step: step,
      currency: optionalText(params, "currency"))
    return try call.attribution(request, params)
  }
}

func attributionModel(_ params: JSONObject) -> AttributionRequest.Model {
  params["model"]?.string?.lowercased().hasPrefix("first") == true ? .firstClick : .lastClick
}

extension Call {
  func attribution(_ request: AttributionRequest, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    let report = try reading(params) { events throws(ReportError) in
      try events.attribution(request, on: executor)
    }
    return [
      "referrer": sources(report.referrer),
      "paidAds": sources(report.paidAds),
      "utm_source": sources(report.utmSource),
      "utm_medium": sources(report.utmMedium),
      "utm_campaign": sources(report.utmCampaign),
      "utm_content": sources(report.utmContent),
      "utm_term": sources(report.utmTerm),
      "total": [
        "pageviews": JSONValue(report.pageviews), "visitors": JSONValue(report.visitors),
        "visits": JSONValue(report.visits),
      ],
    ]
  }
}

private func sources(_ sources: [AttributedSource]) -> JSONValue {
  .array(
    sources.map { source in
      switch source.value {
      case .visitors(let count): ["name": .string(source.name), "value": JSONValue(count)]
      case .amount(let amount): ["name": .string(source.name), "value": JSONValue(amount)]
      }
    })
}
