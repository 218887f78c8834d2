import Calendar
import Engine
import JSON
import System
import Testing

@testable import Reporting

/// Flags, and the params that they make.
@Suite struct ReportArgumentsTests {
  private let events = Period(from: 1_772_323_819_000, through: 1_777_758_673_000)
  private let now: Int64 = 1_795_000_000_000

  private func kind(_ name: String) throws -> ReportDefinition {
    try #require(ReportDefinition.all.first { $0.name == name })
  }

  private func arguments(_ name: String, _ flags: [String]) throws -> ReportArguments {
    var arguments = ReportArguments(try kind(name))
    for index in stride(from: 0, to: flags.count, by: 2) {
      #expect(try arguments.take(flags[index], flags[index + 1]), "\(flags[index])")
    }
    try arguments.checkComplete()
    return arguments
  }

  /// The params as JSON, without what all of them begin with.
  private func params(_ name: String, _ flags: [String]) throws -> String {
    var params = try arguments(name, flags).params(websiteID: "w", range: Period(start: 1, end: 2))
    #expect(params["websiteId"] == "w")
    params["websiteId"] = nil
    let (start, end) = ("1970-01-01T00:00:00.001Z", "1970-01-01T00:00:00.002Z")
    if params["dateRange"] == ["startDate": .string(start), "endDate": .string(end)] {
      params["dateRange"] = nil
    }
    return JSONValue.object(params).description
  }

  @Test(
    arguments: [
      ("utm", [], "{}"),
      (
        "utm",
        [
          "--filter", "property:plan=pro,free", "--filter", "property:a.b>=10", "--filter",
          "property:a:b:set",
        ],
        #"{"filters":[{"name":"property:plan","operator":"eq","value":["pro","free"]},"#
          + #"{"name":"property:a.b","operator":"gte","value":"10"},{"name":"property:a:b","operator":"s"}]}"#
      ),
      (
        "utm", ["--filter", "channel=Paid Search", "--filter", "property:x<-1", "--filter", "entry=@/p"],
        #"{"filters":[{"name":"channel","operator":"eq","value":"Paid Search"},"#
          + #"{"name":"property:x","operator":"lt","value":"-1"},{"name":"entry","operator":"c","value":"/p"}]}"#
      ),
      ("utm", ["--compare", "month"], #"{"compare":{"mode":"shift","unit":"month"}}"#),
      ("utm", ["--timezone", "Europe/Berlin"], #"{"timezone":"Europe/Berlin"}"#),
      ("currencies", [], #"{"startDate":"1970-01-01T00:00:00.001Z","endDate":"1970-01-01T00:00:00.002Z"}"#),
      (
        "revenue", ["--currency", "EUR", "--unit", "month"],
        #"{"dateRange":{"startDate":"1970-01-01T00:00:00.001Z","endDate":"1970-01-01T00:00:00.002Z","#
          + #""unit":"month"},"currency":"EUR"}"#
      ),
      ("journey", [], #"{"steps":5}"#),
      (
        "journey", ["--steps", "7", "--start-step", "/", "--end-step", "signup"],
        #"{"steps":7,"startStep":"/","endStep":"signup"}"#
      ),
      (
        "journey",
        [
          "--from-step", "url:/pricing", "--to-step", "event:sign*", "--only", "pages", "--exclude", "every",
          "--exclude", "custom:a:b", "--group", "/blog/*=Blog", "--group", "/a=b=", "--item", "title",
          "--total", "",
        ],
        #"{"steps":5,"from":{"type":"url","value":"/pricing"},"to":{"type":"event","value":"sign*"},"#
          + #""only":"pages","exclude":[{"type":"every"},{"type":"custom","value":"a:b"}],"item":"title","#
          + #""groups":[{"value":"/blog/*","as":"Blog"},{"value":"/a=b","as":""}],"total":true}"#
      ),
      (
        "journey", ["--graph", "", "--nodes", "5", "--collapse", "none", "--min-count", "2", "--limit", "7"],
        #"{"steps":5,"collapse":"none","minCount":2,"limit":7,"output":"graph","nodes":5}"#
      ),
      ("retention", [], "{}"),
      (
        "retention",
        [
          "--unit", "week", "--periods", "12", "--start", "event:sign:up", "--return", "pageview", "--cohort",
          "every", "--on-or-after", "", "--dense", "", "--total", "", "--currency", "EUR", "--breakdown",
          "channel", "--at", "visit", "--limit", "3", "--week-start", "sunday",
        ],
        #"{"unit":"week","periods":12,"start":{"type":"event","value":"sign:up"},"return":{"type":"pageview"},"#
          + #""cohort":"every","criterion":"onOrAfter","dense":true,"total":true,"currency":"EUR","#
          + #""breakdown":{"name":"channel","rest":true,"at":"visit","limit":3},"weekStart":"sunday"}"#
      ),
      (
        "goals",
        [
          "--goal", "pageview:/x=1", "--goal", "every=2", "--goal", "median:a:b:c=3", "--metrics", "",
          "--trend", "week", "--by", "channel", "--limit", "3",
        ],
        #"{"goals":[{"type":"pageview","value":"/x","goal":1},{"type":"every","goal":2},"#
          + #"{"type":"event-data","value":"a:b","property":"c","operator":"median","goal":3}],"#
          + #""metrics":true,"trend":{"unit":"week"},"by":{"name":"channel","rest":true,"limit":3}}"#
      ),
      (
        "insights", ["--field", "country, device", "--field", "url"],
        #"{"fields":[{"name":"country"},{"name":"device"},{"name":"url"}]}"#
      ),
      (
        "insights",
        [
          "--by", "channel", "--scope", "visit", "--metrics", "visitors, bounceRate", "--order-by", "visits",
          "--order-by", "property:a:asc,time:day:desc", "--limit", "10", "--offset", "0", "--having",
          "visitors>=100",
          "--having", "bounceRate < 0.5", "--goal", "event:sign:up", "--goal", "every", "--of", "custom",
          "--bounce", "engaged", "--rest", "", "--total", "", "--week-start", "sunday",
        ],
        #"{"fields":[{"name":"channel"}],"scope":"visit","of":{"type":"custom"},"#
          + #""metrics":["visitors","bounceRate"],"bounce":"engaged","#
          + #""orderBy":[{"name":"visits"},{"name":"property:a","descending":false},"#
          + #"{"name":"time:day","descending":true}],"#
          + #""having":[{"name":"visitors","operator":"gte","value":100},"#
          + #"{"name":"bounceRate","operator":"lt","value":0.5}],"limit":10,"offset":0,"#
          + #""goals":[{"type":"event","value":"sign:up"},{"type":"every"}],"rest":true,"total":true,"#
          + #""weekStart":"sunday"}"#
      ),
      (
        "goals",
        [
          "--goal", "url:/a=b=30", "--goal", "event:sign:up=1.5", "--goal", "path:/*=1",
          "--goal", "sum:a:b:revenue=1000", "--goal", "count:x:y=0", "--goal", "average:x:y=-1",
        ],
        #"{"goals":[{"type":"url","value":"/a=b","goal":30},{"type":"event","value":"sign:up","goal":1.5},"#
          + #"{"type":"path","value":"/*","goal":1},"#
          + #"{"type":"event-data","value":"a:b","property":"revenue","operator":"sum","goal":1000},"#
          + #"{"type":"event-data","value":"x","property":"y","operator":"count","goal":0},"#
          + #"{"type":"event-data","value":"x","property":"y","operator":"average","goal":-1}]}"#
      ),
      (
        "funnel", ["--step", "url:/", "--step", "event:a:b"],
        #"{"window":60,"steps":[{"type":"url","value":"/"},{"type":"event","value":"a:b"}]}"#
      ),
      (
        "funnel",
        [
          "--step", "url:/", "--step", "event:why\\?", "--step", "url:/a?", "--step", "url:/b", "--within",
          "7d",
        ],
        #"{"steps":[{"type":"url","value":"/"},{"type":"event","value":"why?"},"#
          + #"{"type":"url","value":"/a","optional":true},{"type":"url","value":"/b"}],"totalWindow":10080}"#
      ),
      (
        "funnel",
        [
          "--step", "url:/", "--step", "url:/b", "--within", "2h", "--window", "30m", "--exclude", "event:x",
          "--breakdown", "channel", "--at", "last", "--limit", "3", "--trend", "week", "--order", "strict",
        ],
        #"{"steps":[{"type":"url","value":"/"},{"type":"url","value":"/b"}],"window":30,"totalWindow":120,"#
          + #""exclusions":[{"type":"event","value":"x"}],"order":"strict","#
          + #""breakdown":{"name":"channel","rest":true,"at":"last","limit":3},"trend":{"unit":"week"}}"#
      ),
      (
        "funnel", ["--step", "url:/", "--step", "url:/b", "--window", "none"],
        #"{"window":null,"steps":[{"type":"url","value":"/"},{"type":"url","value":"/b"}]}"#
      ),
      (
        "funnel", ["--step", "url:/", "--step", "url:/b", "--order", "any", "--within", "1h"],
        #"{"steps":[{"type":"url","value":"/"},{"type":"url","value":"/b"}],"totalWindow":60,"order":"any"}"#
      ),
      (
        "funnel",
        [
          "--step", "url:/", "--step", "url:/b", "--exclude", "event:x@1-2", "--exclude", #"event:x\@1-2"#,
          "--exclude", "event:a@b", "--exclude", "every@2-3",
        ],
        #"{"window":60,"steps":[{"type":"url","value":"/"},{"type":"url","value":"/b"}],"exclusions":["#
          + #"{"type":"event","value":"x","from":1,"to":2},{"type":"event","value":"x@1-2"},"#
          + #"{"type":"event","value":"a@b"},{"type":"every","from":2,"to":3}]}"#
      ),
      (
        "attribution", ["--step", "path:/*"],
        #"{"model":"first-click","steps":[{"type":"path","value":"/*"}]}"#
      ),
      (
        "attribution", ["--step", "event:x", "--model", "last-click", "--currency", "USD"],
        #"{"model":"last-click","steps":[{"type":"event","value":"x"}],"currency":"USD"}"#
      ),
      (
        "attribution",
        [
          "--step", "event:x", "--step", "every", "--models", "last, timeDecay", "--models", "position",
          "--conversions", "every", "--lookback", "30", "--by", "channel,country", "--limit", "5", "--rest",
          "",
          "--weights", "30,40,30", "--half-life", "0.5",
        ],
        #"{"steps":[{"type":"event","value":"x"},{"type":"every"}],"models":["last","timeDecay","position"],"#
          + #""conversions":"every","lookback":30,"by":["channel","country"],"limit":5,"rest":true,"#
          + #""weights":[30,40,30],"halfLife":0.5}"#
      ),
    ] as [(String, [String], String)])
  func `the flags of each report make its params`(name: String, flags: [String], expected: String) throws {
    #expect(try params(name, flags) == expected)
  }

  @Test(arguments: [
    ("30", "30"), ("0.5", "0.5"), ("30m", "30"), ("2h", "120"), ("7d", "10080"), ("1.5h", "90"),
    ("0.25m", "0.25"),
  ])
  func `a window is minutes, or has a unit`(text: String, minutes: String) throws {
    let made = try params("funnel", ["--step", "url:/", "--step", "url:/", "--window", text])
    #expect(made.contains("\"window\":\(minutes),"), "\(made)")
  }

  @Test(arguments: [
    ("country=DE", #"{"name":"country","operator":"eq","value":"DE"}"#),
    ("country=DE,FR", #"{"name":"country","operator":"eq","value":["DE","FR"]}"#),
    ("country!=DE,FR", #"{"name":"country","operator":"neq","value":["DE","FR"]}"#),
    (#"title=a\,b,c\d\"#, #"{"name":"title","operator":"eq","value":["a,b","c\\d\\"]}"#),
    ("country=", #"{"name":"country","operator":"eq","value":""}"#),
    ("url=@a,b", #"{"name":"url","operator":"c","value":"a,b"}"#),
    ("url!@blog", #"{"name":"url","operator":"dnc","value":"blog"}"#),
    ("url=~^/a|=b", #"{"name":"url","operator":"re","value":"^/a|=b"}"#),
    ("url!~^/a", #"{"name":"url","operator":"nre","value":"^/a"}"#),
    ("utm_source:set", #"{"name":"utm_source","operator":"s"}"#),
    ("tag:unset", #"{"name":"tag","operator":"ns"}"#),
    // A combining mark is one character with the sign before it, but belongs to what follows.
    ("url=\u{301}x", "{\"name\":\"url\",\"operator\":\"eq\",\"value\":\"\u{301}x\"}"),
    (
      "property:\u{301}x=\u{301}y",
      "{\"name\":\"property:\u{301}x\",\"operator\":\"eq\",\"value\":\"\u{301}y\"}"
    ),
    ("property:x:set", #"{"name":"property:x","operator":"s"}"#),
    ("property:x:sets=1", #"{"name":"property:x:sets","operator":"eq","value":"1"}"#),
  ])
  func `each operator of filters has a sign`(text: String, filter: String) throws {
    #expect(try filterValue(text).description == filter)
  }

  @Test(
    arguments: [
      ("utm", ["--filter", "country"], "--filter must be NAME=VALUE"),
      ("utm", ["--filter", "=DE"], "--filter must be NAME=VALUE"),
      ("utm", ["--filter", "tag:settled"], "--filter must be NAME=VALUE"),
      ("funnel", ["--step", "/pricing"], "--step must be a page or an event: url:/pricing, is "),
      (
        "funnel", ["--step", "page:/pricing"],
        "--step must be a page (pageview:/pricing, url:/pricing), an event"
      ),
      (
        "funnel", [], "funnel needs at least 2 --step flags, for example --step url:/ --step url:/pricing"
      ),
      ("funnel", ["--step", "url:/"], "funnel needs at least 2 --step flags"),
      ("funnel", ["--order", "loose"], "--order must be strict or any, is \"loose\""),
      (
        "funnel", ["--step", "url:/", "--step", "url:/", "--limit", "3"], "--limit needs --breakdown"
      ),
      (
        "funnel", ["--step", "url:/", "--step", "url:/", "--order", "any"],
        "--order any needs --within, for example --within 1h"
      ),
      (
        "funnel", ["--step", "url:/?", "--step", "url:/a"],
        "--step url:/? must not end with a ?, which makes it optional, because only steps between the first and "
      ),
      (
        "funnel", ["--step", "url:/", "--step", "url:/a?"],
        "--step url:/a? must not end with a ?, which makes it optional, because only steps between"
      ),
      (
        "funnel", ["--step", "url:/", "--step", "url:/a?", "--step", "url:/b", "--open", ""],
        "--step url:/a? must not end with a ?, which makes it optional, together with --open"
      ),
      (
        "funnel",
        ["--step", "url:/", "--step", "url:/a?", "--step", "url:/b", "--order", "any", "--within", "1h"],
        "--step url:/a? must not end with a ?, which makes it optional, together with --order any"
      ),
      ("journey", ["--nodes", "3"], "--nodes needs --graph"),
      ("journey", ["--graph", "", "--total", ""], "--total must not be given together with --graph, whose"),
      ("retention", ["--currency", "EUR"], "--currency needs --dense, because amounts need every period"),
      ("funnel", ["--window", "soon"], "--window must be minutes"),
      ("funnel", ["--window", "1w"], "--window must be minutes"),
      ("retention", ["--start", "signup"], "--start must be a page or an event: "),
      ("retention", ["--return", "url"], "--return must be a page (pageview:/pricing"),
      ("retention", ["--limit", "3"], "--limit needs --breakdown"),
      ("goals", ["--goal", "url:/=1", "--limit", "3"], "--limit needs --by"),
      ("goals", ["--goal", "url:/"], "--goal must end with the number"),
      ("goals", ["--goal", "url:/=many"], "--goal must end with the number"),
      ("goals", ["--goal", "/=1"], "--goal must be a page"),
      ("goals", ["--goal", "sum:revenue=1"], "--goal must be a page"),
      ("goals", ["--goal", "total:a:b=1"], "--goal must be a page"),
      ("goals", [], "goals needs --goal, for example --goal url:/pricing=100"),
      ("insights", [], "insights needs --by, for example --by country"),
      ("insights", ["--of", "event"], "--of must be a page (pageview:/pricing, url:/pricing), an event"),
      ("insights", ["--goal", "page:/"], "--goal must be a page (pageview:/pricing"),
      ("insights", ["--having", "visitors"], "--having must be a metric, a sign and a number"),
      ("insights", ["--having", "visitors>many"], "--having must be a metric, a sign and a number"),
      ("insights", ["--having", ">1"], "--having must be a metric, a sign and a number"),
      ("journey", ["--steps", "three"], "--steps must be a number, is \"three\""),
      (
        "journey", ["--group", "/blog"], "--group must be PATTERN=NAME, such as '/blog/*=Blog', is \"/blog\""
      ),
      ("journey", ["--total", "", "--total", ""], "--total is given twice; give it once"),
      ("attribution", ["--model", "middle"], "--model must be first-click or last-click, is \"middle\""),
      ("attribution", ["--weights", "1,a,2"], "--weights must be a number, is \"a\""),
      (
        "attribution", ["--step", "every", "--model", "last-click", "--models", "last"],
        "--model must not be given together with --models"
      ),
      (
        "attribution", ["--step", "every", "--by", "channel"],
        "--by needs --models, for example --models last"
      ),
      ("attribution", ["--step", "every", "--lookback", "3"], "--lookback needs --models"),
      ("revenue", ["--unit", "decade"], "--unit must be one of minute, hour, day, week, month, year"),
      ("utm", ["--during", "2026", "--from", "2026"], "--during is --from and --to in one"),
    ] as [(String, [String], String)])
  func `what is wrong is said of the flag`(name: String, flags: [String], says: String) throws {
    let error = #expect(throws: FlagError.self) { try arguments(name, flags) }
    #expect(error?.description.hasPrefix(says) == true, "\(error?.description ?? "")")
  }

  @Test(
    arguments: [
      ([], "2026-03-01T00:00:00Z", "2026-05-02T23:59:59.999Z"),
      (["--from", "2026-04"], "2026-04-01T00:00:00Z", "2026-05-02T23:59:59.999Z"),
      (["--to", "2026-04"], "2026-03-01T00:00:00Z", "2026-04-30T23:59:59.999Z"),
      (["--from", "2026-03", "--to", "2026-04"], "2026-03-01T00:00:00Z", "2026-04-30T23:59:59.999Z"),
      (["--during", "2026-04"], "2026-04-01T00:00:00Z", "2026-04-30T23:59:59.999Z"),
      // Outside of the events both ways.
      (["--from", "2027-01-01"], "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
      (["--to", "2025"], "2025-12-31T23:59:59.999Z", "2025-12-31T23:59:59.999Z"),
    ] as [([String], String, String)])
  func `what is left out of the range is where the events end`(flags: [String], first: String, last: String)
    throws
  {
    let range = try arguments("utm", flags).range(in: .utc, events: events, now: now)
    #expect(formatInstant(range.start) == first)
    #expect(formatInstant(range.end) == last)
  }

  @Test func `a range that ends before it begins is refused, a store without events has today`() throws {
    let backwards = try arguments("utm", ["--from", "2026-03", "--to", "2026-02"])
    let error = #expect(throws: FlagError.self) { try backwards.range(in: .utc, events: events, now: now) }
    #expect(error?.description == "--to 2026-02 ends before --from 2026-03 begins; swap them")
    let range = try arguments("utm", []).range(in: .utc, events: nil, now: now)
    #expect(formatInstant(range.start) == "2026-11-18T00:00:00Z")
  }

  @Test func `a day that the zone left out is refused, in reports and in other commands`() throws {
    let apia = try TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system).rules(
      named: "Pacific/Apia")
    for (day, isRefused) in [("2011-12-29", false), ("2011-12-30", true), ("2011-12-31", false)] {
      var flags = PeriodFlags()
      flags.take("--during", day)
      let report = try arguments("utm", ["--during", day])
      let bodies = [
        { _ = try flags.bounds(in: apia, now: now) },
        { _ = try report.range(in: apia, events: events, now: now) },
      ]
      for body in bodies {
        let says = #"--during must be of days that the time zone has; it left out 2011-12-30"#
        do { try body(); #expect(!isRefused) } catch { #expect(isRefused && "\(error)" == says, "\(error)") }
      }
    }
  }

  @Test func `places in params are those of flags`() throws {
    let funnel = ReportArguments(try kind("funnel"))
    for (place, flag) in [
      ("/dateRange/startDate", "--from"), ("/dateRange/endDate", "--to"), ("/timezone", "--timezone"),
      ("/filters/0/value", "--filter"), ("/steps/1/type", "--step"), ("/window", "--window"),
      ("/websiteId", nil),
      ("", nil),
    ] {
      #expect(funnel.flag(at: place) == flag, "\(place)")
    }
    #expect(ReportArguments(try kind("revenue")).flag(at: "/dateRange/unit") == "--unit")
    #expect(ReportArguments(try kind("journey")).flag(at: "/steps") == "--steps")
  }

  @Test(arguments: ["1e308d", "1e307h", "1e309", "-1e308d"]) func `a window of too many minutes is refused`(
    window: String
  ) throws {
    var funnel = ReportArguments(try kind("funnel"))
    let error = try #require(throws: FlagError.self) { try funnel.take("--window", window) }
    #expect(error.description.hasPrefix("--window must be"))
    #expect(try funnel.take("--window", "1e308"))
  }

  @Test func `the example of each report is of that report`() {
    for kind in ReportDefinition.all { #expect(kind.example.hasPrefix("\(kind.name) store.db")) }
  }
}
