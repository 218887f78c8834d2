/// The columns of `website_event`, in the order of Umami's ClickHouse schema; the raw value is the name.
public enum EventField: String, CaseIterable, Sendable {
  case websiteID = "website_id"
  case sessionID = "session_id"
  case visitID = "visit_id"
  case eventID = "event_id"
  case hostname, browser, os, device, screen, language, country, region, city
  case urlPath = "url_path"
  case urlQuery = "url_query"
  case utmSource = "utm_source"
  case utmMedium = "utm_medium"
  case utmCampaign = "utm_campaign"
  case utmContent = "utm_content"
  case utmTerm = "utm_term"
  case referrerPath = "referrer_path"
  case referrerQuery = "referrer_query"
  case referrerDomain = "referrer_domain"
  case pageTitle = "page_title"
  case gclid, fbclid, msclkid, ttclid
  case liFatID = "li_fat_id"
  case twclid
  case lcp, inp, cls, fcp, ttfb
  case eventType = "event_type"
  case eventName = "event_name"
  case tag
  case distinctID = "distinct_id"
  case createdAt = "created_at"
  case jobID = "job_id"

  /// The accepted names of the column: first its own, then those of older versions.
  var names: [String] {
    switch self {
    case .region: [rawValue, "subdivision1"]
    default: [rawValue]
    }
  }
}

/// The columns of `event_data`, in the order of Umami's ClickHouse schema; the raw value is the name.
enum PropertyField: String, CaseIterable {
  case websiteID = "website_id"
  case sessionID = "session_id"
  case eventID = "event_id"
  case urlPath = "url_path"
  case eventName = "event_name"
  case dataKey = "data_key"
  case stringValue = "string_value"
  case numberValue = "number_value"
  case dateValue = "date_value"
  case dataType = "data_type"
  case createdAt = "created_at"
  case jobID = "job_id"

  /// The accepted names of the column, the most specific first. In Umami's relational `event_data` the id of
  /// the event is `website_event_id`; `event_id` was once the property's own id there.
  var names: [String] {
    switch self {
    case .eventID: ["website_event_id", rawValue]
    case .dataKey: [rawValue, "event_key"]
    case .stringValue: [rawValue, "event_string_value"]
    case .numberValue: [rawValue, "event_numeric_value"]
    case .dateValue: [rawValue, "event_date_value"]
    case .dataType: [rawValue, "event_data_type"]
    default: [rawValue]
    }
  }
}
