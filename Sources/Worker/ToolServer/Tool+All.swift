extension Tool {
  /// The tools in the order in which they are listed. A new one is an entry here.
  static let all: [Tool] = [
    Tool(
      name: "list_websites", title: "Websites",
      description: """
        Lists the websites that there are events of: id, name, domain, number of events, and the time of the \
        first and the last event. Use it first, for a websiteId and for dates that have data.
        """, method: .listWebsites),
    Tool(
      name: "utm_report", title: "Campaign parameters (UTM)",
      description: """
        Which campaign parameters (utm_source, utm_medium, utm_campaign, …) pageviews came with. Use it for \
        questions about campaigns, newsletters and tagged links. The result has a member for each parameter, \
        and in it a member for each value with the number of pageviews that carried it, the most frequent \
        first. Pageviews without such parameters are not counted.
        """, method: .utm),
    Tool(
      name: "list_currencies", title: "Currencies",
      description: """
        Lists the currencies that events name in a range of time. Use it before revenue_report, or before \
        attribution_report by money, when the currency is not known.
        """, method: .currencies),
    Tool(
      name: "revenue_report", title: "Revenue",
      description: """
        Money earned in one currency: chart has the sum y for each event name x and start t of a unit of time \
        (dateRange.unit: minute, hour, day, week, month or year), country the sum by country code (empty: not \
        known), total the sum, the number of events with money (count) and of visitors (unique_count). table \
        has those three for every currency, whatever currency was asked for.
        """, method: .revenue),
    Tool(
      name: "journey_report", title: "Journeys",
      description: """
        The 100 most frequent ways in which visits begin: items are the first pages or event names of a visit, \
        repeats as one, null at the end where the visit ended earlier; count is the number of visits. Use it \
        for questions about what people look at next. steps is how many events are looked at (3 to 7).
        """, method: .journey),
    Tool(
      name: "retention_report", title: "Retention",
      description: """
        How many visitors come back. For each day (date) on which visitors first came in the range: visitors is \
        how many did, and for each later day (day 0 to 31) returnVisitors is how many of them came again, \
        percentage the same in percent of visitors. Days on which nobody came again are left out.
        """, method: .retention),
    Tool(
      name: "insights_report", title: "Breakdown by fields",
      description: """
        Pageviews broken down by one or more fields, such as country, browser, device, url, referrer or \
        utm_source. The general tool for how much traffic there was, where it came from and what was read. Of \
        each combination of values: views (pageviews), visitors, visits, bounces (visits with one pageview in \
        the group), totaltime (seconds from first to last pageview, summed). At most 500 rows, the most views \
        first. Visitors of several rows must not be added up: one visitor may be in many.
        """, method: .insights),
    Tool(
      name: "goals_report", title: "Goals",
      description: """
        How often pages were seen (type url) or events happened (type event), or the count, sum or average of a \
        property of events (type event-data), each beside the goal that was set. result is the number reached. \
        Use it also to count pageviews or events: a goal with value * counts all.
        """, method: .goals),
    Tool(
      name: "funnel_report", title: "Funnel",
      description: """
        How many visitors get from step to step, in order, each within window minutes of the step before. Of \
        each step: visitors who reached it, previous (visitors of the step before), dropped (lost since), \
        dropoff (their share of previous, 0 to 1), remaining (share of the first step's visitors). Use it for \
        conversion along a known path.
        """, method: .funnel),
    Tool(
      name: "attribution_report", title: "Attribution",
      description: """
        Where visitors came from who converted, that is, reached the one step that is given: by referrer, paid \
        advertisement and campaign parameters of their first event in the range (model firstClick) or of their \
        last before the conversion (lastClick). value is the number of visitors, or the money where a currency \
        is given; total counts the conversions themselves. Each list has the 20 largest.
        """, method: .attribution),
    Tool(
      name: "list_saved_reports", title: "Saved reports",
      description: """
        Lists reports that somebody saved under a name, newest first: id, type, name, description and, as a \
        JSON text, their parameters. count is how many there are on all pages.
        """, method: .listReports),
    Tool(
      name: "get_saved_report", title: "Saved report",
      description: "A saved report by its id, with its parameters as an object. It is not run.",
      method: .getReport),
    Tool(
      name: "run_saved_report", title: "Run a saved report",
      description: """
        Runs a saved report and returns what the tool of its type returns. Members of parameters replace those \
        that were saved, for example another dateRange.
        """, method: .runReport),
  ]
}
