/// The JSON Schemas of the methods, embedded in the binary: the files of this folder, as UTF-8. Each method has two,
/// `METHOD.params.json` and `METHOD.result.json`; shared definitions are in `common.json`.
public enum Schemas {
  /// The schema of shared definitions. The worker fills in the types of reports.
  public static let common = "common.json"

  /// Names and domains of sources by category, from which channels are told: the JSON text of `channels.json`.
  public static var channels: [UInt8] { PackageResources.channels_json }

  /// The name of every schema, sorted.
  public static var names: [String] {
    [common] + methods.flatMap { [params(of: $0.name), result(of: $0.name)] }
  }

  /// The text of a schema. Only the texts that are asked for are read, which matters to processes that answer one request.
  public static func text(of name: String) -> [UInt8]? {
    if name == common { return PackageResources.common_json }
    for method in methods {
      if name == params(of: method.name) { return method.params() }
      if name == result(of: method.name) { return method.result() }
    }
    return nil
  }

  private static func params(of method: String) -> String { "\(method).params.json" }
  private static func result(of method: String) -> String { "\(method).result.json" }

  private static var methods: [(name: String, params: () -> [UInt8], result: () -> [UInt8])] {
    typealias File = PackageResources
    return [
      ("events.append", { File.events_append_params_json }, { File.events_append_result_json }),
      (
        "reports.attribution", { File.reports_attribution_params_json },
        { File.reports_attribution_result_json }
      ),
      ("reports.check", { File.reports_check_params_json }, { File.reports_check_result_json }),
      ("reports.create", { File.reports_create_params_json }, { File.reports_create_result_json }),
      (
        "reports.currencies", { File.reports_currencies_params_json }, { File.reports_currencies_result_json }
      ),
      ("reports.delete", { File.reports_delete_params_json }, { File.reports_delete_result_json }),
      ("reports.funnel", { File.reports_funnel_params_json }, { File.reports_funnel_result_json }),
      ("reports.get", { File.reports_get_params_json }, { File.reports_get_result_json }),
      ("reports.goals", { File.reports_goals_params_json }, { File.reports_goals_result_json }),
      ("reports.insights", { File.reports_insights_params_json }, { File.reports_insights_result_json }),
      ("reports.journey", { File.reports_journey_params_json }, { File.reports_journey_result_json }),
      ("reports.list", { File.reports_list_params_json }, { File.reports_list_result_json }),
      (
        "reports.performance", { File.reports_performance_params_json },
        { File.reports_performance_result_json }
      ),
      ("reports.retention", { File.reports_retention_params_json }, { File.reports_retention_result_json }),
      ("reports.revenue", { File.reports_revenue_params_json }, { File.reports_revenue_result_json }),
      ("reports.run", { File.reports_run_params_json }, { File.reports_run_result_json }),
      ("reports.segment", { File.reports_segment_params_json }, { File.reports_segment_result_json }),
      ("reports.update", { File.reports_update_params_json }, { File.reports_update_result_json }),
      ("reports.utm", { File.reports_utm_params_json }, { File.reports_utm_result_json }),
      ("rpc.discover", { File.rpc_discover_params_json }, { File.rpc_discover_result_json }),
      ("store.inspect", { File.store_inspect_params_json }, { File.store_inspect_result_json }),
      ("umami.attribution", { File.umami_attribution_params_json }, { File.umami_attribution_result_json }),
      ("umami.breakdown", { File.umami_breakdown_params_json }, { File.umami_breakdown_result_json }),
      ("umami.funnel", { File.umami_funnel_params_json }, { File.umami_funnel_result_json }),
      ("umami.goal", { File.umami_goal_params_json }, { File.umami_goal_result_json }),
      ("umami.journey", { File.umami_journey_params_json }, { File.umami_journey_result_json }),
      ("umami.performance", { File.umami_performance_params_json }, { File.umami_performance_result_json }),
      (
        "umami.performance.chart", { File.umami_performance_chart_params_json },
        { File.umami_performance_chart_result_json }
      ),
      (
        "umami.performance.metrics", { File.umami_performance_metrics_params_json },
        { File.umami_performance_metrics_result_json }
      ),
      (
        "umami.performance.stats", { File.umami_performance_stats_params_json },
        { File.umami_performance_stats_result_json }
      ),
      ("umami.reports", { File.umami_reports_params_json }, { File.umami_reports_result_json }),
      ("umami.retention", { File.umami_retention_params_json }, { File.umami_retention_result_json }),
      ("umami.revenue", { File.umami_revenue_params_json }, { File.umami_revenue_result_json }),
      (
        "umami.revenue.chart", { File.umami_revenue_chart_params_json },
        { File.umami_revenue_chart_result_json }
      ),
      (
        "umami.revenue.metrics", { File.umami_revenue_metrics_params_json },
        { File.umami_revenue_metrics_result_json }
      ),
      (
        "umami.revenue.stats", { File.umami_revenue_stats_params_json },
        { File.umami_revenue_stats_result_json }
      ),
      ("umami.utm", { File.umami_utm_params_json }, { File.umami_utm_result_json }),
      ("umami.utm.metrics", { File.umami_utm_metrics_params_json }, { File.umami_utm_metrics_result_json }),
      ("websites.active", { File.websites_active_params_json }, { File.websites_active_result_json }),
      (
        "websites.daterange", { File.websites_daterange_params_json }, { File.websites_daterange_result_json }
      ),
      (
        "websites.eventData.events", { File.websites_eventData_events_params_json },
        { File.websites_eventData_events_result_json }
      ),
      (
        "websites.eventData.properties", { File.websites_eventData_properties_params_json },
        { File.websites_eventData_properties_result_json }
      ),
      (
        "websites.eventData.stats", { File.websites_eventData_stats_params_json },
        { File.websites_eventData_stats_result_json }
      ),
      (
        "websites.eventData.values", { File.websites_eventData_values_params_json },
        { File.websites_eventData_values_result_json }
      ),
      (
        "websites.events.list", { File.websites_events_list_params_json },
        { File.websites_events_list_result_json }
      ),
      (
        "websites.events.series", { File.websites_events_series_params_json },
        { File.websites_events_series_result_json }
      ),
      (
        "websites.events.stats", { File.websites_events_stats_params_json },
        { File.websites_events_stats_result_json }
      ),
      ("websites.list", { File.websites_list_params_json }, { File.websites_list_result_json }),
      (
        "websites.metrics.expanded", { File.websites_metrics_expanded_params_json },
        { File.websites_metrics_expanded_result_json }
      ),
      ("websites.metrics", { File.websites_metrics_params_json }, { File.websites_metrics_result_json }),
      (
        "websites.pageviews", { File.websites_pageviews_params_json }, { File.websites_pageviews_result_json }
      ),
      ("websites.series", { File.websites_series_params_json }, { File.websites_series_result_json }),
      (
        "websites.sessions.stats", { File.websites_sessions_stats_params_json },
        { File.websites_sessions_stats_result_json }
      ),
      (
        "websites.sessions.weekly", { File.websites_sessions_weekly_params_json },
        { File.websites_sessions_weekly_result_json }
      ),
      ("websites.stats", { File.websites_stats_params_json }, { File.websites_stats_result_json }),
      ("websites.values", { File.websites_values_params_json }, { File.websites_values_result_json }),
    ]
  }
}
