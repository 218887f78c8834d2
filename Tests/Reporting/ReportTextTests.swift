import Calendar
import Engine
import JSON
import System
import Testing

@testable import Reporting

/// Results as text, to the character.
@Suite struct ReportTextTests {
  @Test func `a funnel has bars that get shorter`() throws {
    try checkText(
      "funnel", ["--step", "url:/", "--step", "url:/pricing", "--step", "event:purchase", "--window", "1h"],
      #"""
      [{"type":"url","value":"/","visitors":12345,"previous":0,"dropped":0,"dropoff":null,"remaining":1},
       {"type":"url","value":"/pricing","visitors":1100,"previous":12345,"dropped":11245,"dropoff":0.9109,"remaining":0.0891},
       {"type":"event","value":"purchase","visitors":0,"previous":1100,"dropped":1100,"dropoff":1,"remaining":0}]
      """#, width: 80,
      is: """
        Funnel of example.com
        2026-03-01 to 2026-03-31 (UTC) · within 60 minutes from step to step

           step            visitors  of first    lost  of previous
        1  url:/             12,345    100.0%                       ████████████████████
        2  url:/pricing       1,100      8.9%  11,245        91.1%  █▊
        3  event:purchase         0      0.0%   1,100       100.0%

        """)
  }

  @Test func `a funnel with options has tables for what was asked`() throws {
    try checkText(
      "funnel",
      [
        "--step", "url:/", "--step", "url:/b?", "--step", "url:/c", "--within", "1d", "--exclude", "event:x",
        "--breakdown", "channel", "--trend", "week",
      ],
      #"""
      {"steps":[
        {"type":"url","value":"/","visitors":100,"previous":0,"dropped":0,"dropoff":null,"remaining":1,
         "next":[{"item":"/x","visitors":30},{"item":null,"visitors":5}]},
        {"type":"url","value":"/b","optional":true,"visitors":50,"previous":100,"dropped":50,"dropoff":0.5,
         "remaining":0.5,"timing":{"fromPrevious":{"count":9,"minimum":1,"average":2,"median":130000,"p90":3600000,
         "maximum":90061000},"fromFirst":{"count":9,"minimum":1,"average":2,"median":999,"p90":4,"maximum":5}}},
        {"type":"url","value":"/c","visitors":20,"previous":100,"dropped":80,"dropoff":0.8,"remaining":0.2,
         "timing":{"fromPrevious":{"count":0,"minimum":null,"average":null,"median":null,"p90":null,"maximum":null},
         "fromFirst":{"count":0,"minimum":null,"average":null,"median":null,"p90":null,"maximum":null}}}],
       "breakdown":[
        {"value":"Direct","steps":[{"visitors":60,"remaining":1},{"visitors":30,"remaining":0.5},{"visitors":15,"remaining":0.25}]},
        {"rest":true,"steps":[{"visitors":40,"remaining":1},{"visitors":20,"remaining":0.5},{"visitors":5,"remaining":0.125}]}],
       "trend":[
        {"t":"2026-03-02T00:00:00Z","entered":80,"converted":20,"rate":0.25,"complete":true},
        {"t":"2026-03-09T00:00:00Z","entered":20,"converted":4,"rate":0.2,"complete":true},
        {"t":"2026-03-16T00:00:00Z","entered":0,"converted":0,"rate":null,"complete":false}]}
      """#, width: 80,
      is: """
        Funnel of example.com
        2026-03-01 to 2026-03-31 (UTC) · within 1 d in all · without event:x

           step     visitors  of first  lost  of previous
        1  url:/         100    100.0%                     █████████████████████████████
        2  url:/b?        50     50.0%    50        50.0%  ██████████████▌
        3  url:/c         20     20.0%    80        80.0%  █████▊

           time to    median  90% within  longest  from first
        2  url:/b?  2 m 10 s         1 h  1 d 1 h      999 ms
        3  url:/c

        channel   step 1  step 2  step 3  of first
        Direct        60      30      15     25.0%  ███████▌
        (others)      40      20       5     12.5%  ███▊

                   lowest  highest  by week
        entered         0       80  █▂·
        converted       0       20  █▂·
        rate        20.0%    25.0%  █▇·

        Each line goes from 2026-03-02 to 2026-03-16 and has a scale of its own. Later events may still change 1 of 3.

           next, instead of going on  visitors
        1  /x                               30
        1  (nothing)                         5

        """)
  }

  @Test(
    arguments: [
      (0, "0 ms"), (999, "999 ms"), (1000, "1 s"), (59_999, "59 s"), (60_000, "1 m"), (130_500, "2 m 10 s"),
      (3_600_000, "1 h"), (3_661_000, "1 h 1 m"), (3_601_000, "1 h"), (90_061_000, "1 d 1 h"),
      (1000 * 86_400_000, "1,000 d"),
    ] as [(Int64, String)])
  func `times have two units at most`(milliseconds: Int64, text: String) {
    #expect(timeText(milliseconds) == text)
  }

  @Test func `goals say how far they are reached`() throws {
    try checkText(
      "goals", ["--goal", "url:/=10", "--filter", "country!=DE"],
      #"""
      [{"type":"url","value":"/blog*","goal":10,"result":5},
       {"type":"event-data","value":"purchase","goal":100,"result":1082.5,"property":"revenue","operator":"sum"},
       {"type":"event-data","value":"purchase","goal":0,"result":46.87294117647059,"property":"revenue","operator":"average"}]
      """#, width: 72,
      is: """
        Goals of example.com
        2026-03-01 to 2026-03-31 (UTC) · country!=DE

        goal                      reached  wanted
        url:/blog*                      5      10     50.0%  █████████▌
        sum:purchase:revenue      1,082.5     100  1,082.5%  ███████████████████
        average:purchase:revenue    46.87       0

        """)
  }

  @Test func `insights are groups with their numbers`() throws {
    try checkText(
      "insights", ["--field", "country,url"],
      #"""
      [{"views":1370,"visitors":15,"visits":24,"bounces":3,"totaltime":4651,"country":"US","url":"/a/very/long/path/to/nowhere"},
       {"views":5,"visitors":1,"visits":1,"bounces":0,"totaltime":59,"country":"","url":"/漢字"}]
      """#, width: 80,
      is: """
        Insights of example.com
        2026-03-01 to 2026-03-31 (UTC)

        country  url               views  visitors  visits  bounces     time
        US       /a/very/long/pa…  1,370        15      24        3  1:17:31  ██████████
        (none)   /漢字                 5         1       1        0     0:59  ▏

        """)
  }

  @Test func `insights of any metrics end with the rest and the total`() throws {
    try checkText(
      "insights",
      [
        "--by", "weekday,hour,time:day", "--metrics", "visitors,bounceRate,averageTime,share", "--goal",
        "custom:signup",
        "--scope", "visit", "--having", "visits>=2", "--timezone", "Europe/Berlin", "--of", "every",
      ],
      #"""
      {"rows":[{"visitors":1200,"bounceRate":0.25,"averageTime":61.5,"share":0.6,"weekday":7,"hour":9,
                "time:day":"2026-03-07T23:00:00Z","goals":[{"visitors":12,"rate":0.01}]}],
       "count":2,
       "rest":{"rest":true,"visitors":800,"bounceRate":null,"averageTime":null,"share":0.4,"goals":[{"visitors":0,"rate":0}]},
       "total":{"visitors":2000,"bounceRate":0.5,"averageTime":30,"share":1,"goals":[{"visitors":12,"rate":0.006}]}}
      """#, width: 120,
      is: """
        Insights of example.com
        2026-03-01 to 2026-03-31 (Europe/Berlin) · of every · by visit · visits ≥ 2

        weekday       hour  time:day    visitors  bounce rate  time per visit   share  custom:signup
        Sunday        09    2026-03-08     1,200        25.0%            1:02   60.0%             12  1.0%  ████████████████████
        (all others)                         800                                40.0%              0  0.0%
        (total)                            2,000        50.0%            0:30  100.0%             12  0.6%

        """)
  }

  @Test func `compared insights have the views of the other range, and the change`() throws {
    try checkText(
      "insights", ["--field", "country", "--compare", "month"],
      #"""
      {"result":[{"views":270,"visitors":40,"visits":66,"bounces":16,"totaltime":60,"country":"US"},
      {"views":5,"visitors":1,"visits":1,"bounces":0,"totaltime":59,"country":""}],
      "comparison":[{"views":230,"visitors":1,"visits":1,"bounces":0,"totaltime":0,"country":"US"},
      {"views":0,"visitors":0,"visits":0,"bounces":0,"totaltime":0,"country":""}],"range":{},"comparisonRange":{}}
      """#, width: 80,
      is: """
        Insights of example.com
        2026-03-01 to 2026-03-31 (UTC) · compared with 2026-02-01 to 2026-02-28

        country  views  before  change  visitors  visits  bounces  time
        US         270     230   +17 %        40      66       16  1:00  ███████████████
        (none)       5       0     new         1       1        0  0:59  ▎

        """)
  }

  @Test func `journeys are a tree, whose ways without branches are one line`() throws {
    try checkText(
      "journey", ["--steps", "4", "--start-step", "/"],
      #"""
      [{"items":["/","/pricing",null],"count":30},{"items":["/","/blog","/pricing","signup"],"count":15},
       {"items":["/docs",null],"count":10},{"items":["/","/pricing","signup"],"count":4},
       {"items":["/","/blog","/docs",null],"count":1}]
      """#,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 4 steps · from /

        journey                  visits  share
        /                            50  83.3%  ████████████████▋
        ├─ /pricing                  34  56.7%  ███████████▍
        │  ├─ (end)                  30  50.0%  ██████████
        │  └─ signup                  4   6.7%  █▍
        └─ /blog                     16  26.7%  █████▍
           ├─ /pricing → signup      15  25.0%  █████
           └─ /docs → (end)           1   1.7%  ▍
        /docs → (end)                10  16.7%  ███▍

        """)
    try checkText(
      "journey", [], #"[{"items":["/one","/two","/three/and/more/than/fits"],"count":1}]"#, width: 40,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 5 steps

        journey                 visits   share
        /one → /two                  1  100.0%
        └─ /three/and/more/th…       1  100.0%

        """)
  }

  @Test func `items that look the same are different in a tree and in a graph`() throws {
    try checkText(
      "journey", [],
      #"""
      [{"items":["/\u00e9",null],"count":3},{"items":["/e\u0301","x"],"count":2},{"items":["/\u00e9","(end)"],"count":1}]
      """#,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 5 steps

        journey   visits  share
        /\u{e9}             4  66.7%  ████████████████████
        ├─ (end)       3  50.0%  ███████████████
        └─ (end)       1  16.7%  █████
        /e\u{301} → x         2  33.3%  ██████████

        """)
  }

  @Test func `journeys to an event are read from there, with their share of all visits`() throws {
    try checkText(
      "journey",
      [
        "--to-step", "event:signup", "--exclude", "every", "--group", "/b*=Blog", "--only", "pages", "--item",
        "title", "--total", "",
      ],
      #"""
      {"rows":[{"items":["/a","/pricing","signup"],"count":6},{"items":[null,"/pricing","signup"],"count":3}],
       "total":{"visits":12,"shown":9,"paths":4}}
      """#, width: 80,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 5 steps · to the last event:signup · only pages · showing title · without event · /b* as Blog

        journey            visits  share
        signup ← /pricing       9  75.0%  ██████████████████████▌
        ├─ /a                   6  50.0%  ███████████████
        └─ (start)              3  25.0%  ███████▌

        9 of 12 visits, 2 of 4 paths.

        """)
    try checkText(
      "journey", ["--from-step", "every", "--to-step", "pageview:/b", "--limit", "1"],
      #"[{"items":["/a","/b"],"count":1}]"#, width: 80,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 5 steps · from the first event · to the next pageview:/b

        journey  visits  share of these
        /a → /b       1          100.0%  ██████████████████████████████

        The most frequent journey; visits that went other ways are not counted.

        """)
    try checkText(
      "journey", ["--item", "property:plan", "--min-count", "2"], #"[{"items":["","pro",null],"count":2}]"#,
      width: 80,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 5 steps · showing property:plan

        journey               visits  share of these
        (none) → pro → (end)       2          100.0%  ██████████████████████████████

        """)
  }

  @Test func `a graph has the ways that lead on from each node`() throws {
    try checkText(
      "journey", ["--graph", "", "--steps", "2"],
      #"""
      {"nodes":[{"step":1,"item":"/","count":30,"exits":10,"cut":0},
        {"step":1,"item":null,"count":10,"exits":0,"cut":0,"rest":true},
        {"step":2,"item":"/pricing","count":30,"exits":20,"cut":10}],
       "links":[{"step":1,"from":"/","to":"/pricing","count":20},
        {"step":1,"from":null,"to":"/pricing","count":10}]}
      """#,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 2 steps

        step  item             visits   share
           1  /                    30   75.0%  ███████████████▊
              ├─ → /pricing        20   66.7%  ██████████████
              └─ (end)             10   33.3%  ███████
           1  (others)             10   25.0%  █████▎
              └─ → /pricing        10  100.0%  █████████████████████
           2  /pricing             30   75.0%  ███████████████▊
              ├─ (end)             20   66.7%  ██████████████
              └─ (more steps)      10   33.3%  ███████

        """)
    try checkText(
      "journey", ["--graph", "", "--to-step", "custom"],
      #"""
      {"nodes":[{"step":-1,"item":"buy","count":3,"entries":1,"cut":0},
        {"step":-2,"item":"/","count":2,"entries":2,"cut":0}],
       "links":[{"step":-2,"from":"/","to":"buy","count":2}]}
      """#,
      is: """
        Journeys of example.com
        2026-03-01 to 2026-03-31 (UTC) · 5 steps · to the last custom event

        step  item        visits   share
          -1  buy              3  100.0%  ██████████████████████████
              ├─ ← /           2   66.7%  █████████████████▍
              └─ (start)       1   33.3%  ████████▋
          -2  /                2   66.7%  █████████████████▍
              └─ (start)       2  100.0%  ██████████████████████████

        """)
  }

  private static let cohorts = #"""
    [{"date":"2026-03-26T23:00:00Z","day":0,"visitors":1200,"returnVisitors":1200,"percentage":100},
     {"date":"2026-03-26T23:00:00Z","day":1,"visitors":1200,"returnVisitors":300,"percentage":25},
     {"date":"2026-03-26T23:00:00Z","day":3,"visitors":1200,"returnVisitors":5,"percentage":0.4166},
     {"date":"2026-03-28T23:00:00Z","day":0,"visitors":8,"returnVisitors":8,"percentage":100},
     {"date":"2026-03-28T23:00:00Z","day":1,"visitors":8,"returnVisitors":1,"percentage":12.5},
     {"date":"2026-03-29T22:00:00Z","day":0,"visitors":2,"returnVisitors":2,"percentage":100},
     {"date":"2026-03-29T22:00:00Z","day":1,"visitors":2,"returnVisitors":2,"percentage":100}]
    """#

  @Test func `retention is a grid in the days of the zone, as far as the range goes`() throws {
    try checkText(
      "retention", ["--timezone", "Europe/Berlin"], Self.cohorts,
      is: """
        Retention of example.com
        2026-03-01 to 2026-03-31 (Europe/Berlin)

        first day   visitors   1    2    3    4
        2026-03-27     1,200  25▓   ·   <1░   ·
        2026-03-29         8  13▒   ·
        2026-03-30         2 100█

        Percent of the visitors of a first day who came again so many days later:
        ░ below 10  ▒ from 10  ▓ from 25  █ from 50  · nobody

        """)
  }

  @Test func `with colours, the shades are colours`() throws {
    try checkText(
      "retention", ["--timezone", "Europe/Berlin", "--during", "2026-03-27"],
      #"[{"date":"2026-03-26T23:00:00Z","day":0,"visitors":4,"returnVisitors":4,"percentage":100}]"#,
      hasColors: true,
      is: """
        \u{1B}[1mRetention of example.com\u{1B}[0m
        \u{1B}[2m2026-03-27 (Europe/Berlin)\u{1B}[0m

        \u{1B}[2mfirst day   visitors   1\u{1B}[0m
        2026-03-27         4

        Percent of the visitors of a first day who came again so many days later:
        \u{1B}[48;5;195;38;5;16m below 10 \u{1B}[0m \u{1B}[48;5;153;38;5;16m from 10 \u{1B}[0m \u{1B}[48;5;74;38;5;16m from 25 \u{1B}[0m \u{1B}[48;5;25;38;5;231m from 50 \u{1B}[0m  · nobody

        """)
  }

  @Test func `a narrow grid has the first week and every seventh day`() throws {
    let month = (0...31).map { day in
      #"{"date":"2026-03-01T00:00:00Z","day":\#(day),"visitors":100,"returnVisitors":1,"percentage":1}"#
    }.joined(separator: ",")
    try checkText(
      "retention", ["--during", "2026"], "[\(month)]", width: 80,
      is: """
        Retention of example.com
        2026-01-01 to 2026-12-31 (UTC)

        first day   visitors   1    2    3    4    5    6    7   14   21   28
        2026-03-01       100   1░   1░   1░   1░   1░   1░   1░   1░   1░   1░

        Percent of the visitors of a first day who came again so many days later:
        ░ below 10  ▒ from 10  ▓ from 25  █ from 50  · nobody

        """)
  }

  @Test func `retention by week marks what is not complete, and has all cohorts and money below`() throws {
    try checkText(
      "retention",
      [
        "--unit", "week", "--start", "custom:signup", "--cohort", "every", "--on-or-after", "", "--dense", "",
        "--total", "", "--currency", "EUR", "--breakdown", "channel",
      ],
      #"""
      {"rows":[
       {"date":"2026-03-02T00:00:00Z","period":0,"visitors":30,"returnVisitors":30,"percentage":100,"complete":true,"sum":10,"cumulative":10,"perVisitor":0.3333},
       {"date":"2026-03-02T00:00:00Z","period":1,"visitors":30,"returnVisitors":0,"percentage":0,"complete":true,"sum":90,"cumulative":100,"perVisitor":3.3333},
       {"date":"2026-03-02T00:00:00Z","period":2,"visitors":30,"returnVisitors":6,"percentage":20,"complete":false,"sum":0,"cumulative":100,"perVisitor":3.3333},
       {"date":"2026-03-30T00:00:00Z","period":0,"visitors":1,"returnVisitors":1,"percentage":100,"complete":false,"sum":0,"cumulative":0,"perVisitor":0}],
       "total":[{"period":0,"cohorts":1,"visitors":30,"returnVisitors":30,"percentage":100},{"period":1,"cohorts":1,"visitors":30,"returnVisitors":0,"percentage":0}],
       "breakdown":[{"value":"","rows":[{"date":"2026-03-30T00:00:00Z","period":0,"visitors":1,"returnVisitors":1,"percentage":100,"complete":false,"sum":0,"cumulative":0,"perVisitor":0}]},
        {"rest":true,"rows":[{"date":"2026-03-02T00:00:00Z","period":2,"visitors":30,"returnVisitors":6,"percentage":20,"complete":true,"sum":0,"cumulative":100,"perVisitor":3.3333}]}]}
      """#, width: 80,
      is: """
        Retention of example.com
        2026-03-01 to 2026-03-31 (UTC) · by week · from custom:signup · in every cohort

        week        visitors   1    2    3    4
        2026-03-02        30   ·  ~20▒   ·    ·
        2026-03-30         1
        all               30   ·

        EUR of each visitor so far:
        week        visitors      0     1      2  3  4
        2026-03-02        30   0.33  3.33  ~3.33
        2026-03-30         1  ~0.00

        (none)
        week        visitors   1
        2026-03-30         1

        (others)
        week        visitors   1    2    3    4
        2026-03-02        30   ·   20▒   ·    ·

        Percent of the visitors of a week who came again so many weeks later or after that:
        ░ below 10  ▒ from 10  ▓ from 25  █ from 50  · nobody
        ~ Only a part of the cohort's or the later week is in the range.

        """)
  }

  @Test func `goals have visitors, a line of bars for each unit, and a bar for each value`() throws {
    try checkText(
      "goals",
      [
        "--goal", "pageview:/pricing=30", "--goal", "every=1", "--metrics", "", "--trend", "week", "--by",
        "channel",
      ],
      #"""
      [{"type":"pageview","value":"/pricing","goal":30,"result":66,"visitors":61,"visits":64,"rate":0.1832,"visitRate":0.1125,
        "trend":[{"t":"2026-02-23T00:00:00Z","result":0,"visitors":0,"complete":false},{"t":"2026-03-02T00:00:00Z","result":66,"visitors":61,"complete":true}],
        "by":[{"value":"Direct","result":60,"visitors":58,"total":146,"rate":0.3973},{"rest":true,"result":6,"visitors":3,"total":10,"rate":0.3}]},
       {"any":[{"type":"every"},{"type":"custom","value":"a"}],"goal":1,"result":0,"visitors":0,"visits":0,"rate":null,"visitRate":null,
        "trend":[{"t":"2026-02-23T00:00:00Z","result":0,"visitors":0,"complete":false},{"t":"2026-03-02T00:00:00Z","result":0,"visitors":0,"complete":true}],
        "by":[]}]
      """#, width: 80,
      is: """
        Goals of example.com
        2026-03-01 to 2026-03-31 (UTC)

        goal               reached  wanted          visitors  of all  visits
        pageview:/pricing       66      30  220.0%        61   18.3%      64  ██████████
        every or custom:a        0       1    0.0%         0               0

        goal               lowest  highest  reached by week
        pageview:/pricing       0       66  ·█
        every or custom:a       0        0  ··

        Each line goes from 2026-02-23* to 2026-03-02 and has a scale of its own.
        * Only a part of this week is in the range.

        pageview:/pricing
        channel   reached  visitors   of
        Direct         60        58  146  39.7%  ██████████████████████████████
        (others)        6         3   10  30.0%  ███

        """)
  }

  @Test func `sources are lists with bars of one measure`() throws {
    try checkText(
      "attribution", ["--step", "event:purchase"],
      #"""
      {"referrer":[{"name":"google.com","value":8},{"name":"","value":2}],"paidAds":[],"utm_source":[{"name":"news","value":4}],
       "utm_medium":[],"utm_campaign":[],"utm_content":[],"utm_term":[],"total":{"pageviews":34,"visitors":1,"visits":30}}
      """#, width: 40,
      is: """
        Attribution of example.com
        2026-03-01 to 2026-03-31 (UTC) · converting by event:purchase · first-click

        34 conversions by 1 visitor in 30 visits

        referrer    visitors
        google.com         8  ██████████████████
        (none)             2  ████▌

        utm_source  visitors
        news               4  █████████

        """)
    try checkText(
      "utm", ["--during", "2026-03-10"],
      #"{"utm_source":{"google":1500,"a\u001b[31mb":3},"utm_medium":{"cpc":2}}"#,
      width: 40,
      is: """
        Campaign parameters of example.com
        2026-03-10 (UTC)

        utm_source  views
        google      1,500  █████████████████████
        a�[31mb         3  ▏

        utm_medium  views
        cpc             2  ▏

        """)
  }

  @Test func `revenue is a total, a chart, countries and currencies`() throws {
    try checkText(
      "revenue", ["--currency", "GBP", "--unit", "month", "--timezone", "Europe/Berlin"],
      #"""
      {"chart":[{"x":"purchase","t":"2026-02-28T23:00:00Z","y":1166.5},{"x":"","t":"2026-03-31T22:00:00Z","y":-3}],
       "country":[{"name":"JP","value":1100},{"name":"","value":63.5}],
       "total":{"sum":1163.5,"count":4,"unique_count":3},
       "table":[{"currency":"USD","sum":765.5125,"count":22,"unique_count":20},{"currency":"GBP","sum":1163.5,"count":4,"unique_count":3}]}
      """#, width: 50,
      is: """
        Revenue of example.com
        2026-03-01 to 2026-03-31 (Europe/Berlin) · GBP

        1,163.50 GBP from 4 events of 3 visitors

        month    event       amount
        2026-03  purchase  1,166.50  █████████████████████
        2026-04  (none)       -3.00

        country    amount
        JP       1,100.00  ██████████████████████████████
        (none)      63.50  █▊

        currency         sum  events  visitors
        USD         765.5125      22        20
        GBP       1,163.5000       4         3

        """)
    try checkText(
      "currencies", [], #"[{"currency":"EUR"},{"currency":"GBP"}]"#,
      is: """
        Currencies of example.com
        2026-03-01 to 2026-03-31 (UTC)

        currency
        EUR
        GBP

        """)
  }

  @Test(
    arguments: [
      ("insights", ["--field", "url"], "[]"), ("journey", ["--steps", "3"], "[]"), ("retention", [], "[]"),
      ("utm", [], "{}"), ("currencies", [], "[]"),
      (
        "revenue", ["--currency", "EUR"],
        #"{"chart":[],"country":[],"total":{"sum":0,"count":0,"unique_count":0},"table":[]}"#
      ),
      (
        "attribution", ["--step", "url:/"],
        #"{"referrer":[],"total":{"pageviews":0,"visitors":0,"visits":0}}"#
      ),
    ] as [(String, [String], String)])
  func `a result without anything says so`(name: String, flags: [String], result: String) throws {
    var arguments = ReportArguments(try #require(ReportDefinition.all.first { $0.name == name }))
    for index in stride(from: 0, to: flags.count, by: 2) {
      _ = try arguments.take(flags[index], flags[index + 1])
    }
    let context = ReportContext(
      arguments, params: arguments.params(websiteID: "w", range: Period(start: 0, end: 60_000)), website: "w",
      range: Period(start: 0, end: 60_000), zone: .utc)
    let value = try JSONValue(parsing: Array(result.utf8), maximumDepth: 16)
    let text = reportText(value, context, on: Canvas(width: 80, hasColors: false))
    #expect(text.hasSuffix("\n\nNothing in this range.\n"), "\(text)")
    #expect(text.contains("\n1970-01-01 00:00 to 1970-01-01 00:01 (UTC)"))
  }

  @Test func `websites are named as people call them`() throws {
    let list = try JSONValue(
      parsing: Array(
        #"""
        [{"id":"w1","name":"Shop","domain":"shop.example","events":1234567,"firstEvent":"2026-03-01T00:10:19Z","lastEvent":"2026-05-02T21:51:13Z"},
         {"id":"w2","name":"","domain":null,"events":0,"firstEvent":null,"lastEvent":null}]
        """#.utf8), maximumDepth: 4)
    #expect(
      websitesText(list, on: Canvas(width: 80, hasColors: false)) == """
        website     events  from–to (UTC)          id
        Shop     1,234,567  2026-03-01–2026-05-02  w1
        w2               0                         w2

        """)
    #expect(websitesText([], on: Canvas(width: 80, hasColors: false)) == "The store has no websites.\n")
  }
}
