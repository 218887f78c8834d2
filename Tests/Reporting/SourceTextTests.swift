import Testing

@testable import Reporting

/// Where money and visitors come from, as text.
@Suite struct SourceTextTests {
  @Test func `revenue with metrics has rates, and a table for each dimension`() throws {
    try checkText(
      "revenue",
      [
        "--currency", "EUR", "--unit", "month", "--metrics", "", "--total", "", "--by", "channel", "--rest",
        "",
      ],
      #"""
      {"chart":[{"x":"","t":"2026-03-01T00:00:00Z","y":7.5,"count":3}],
       "country":[{"name":"DE","value":7.5}],
       "total":{"sum":7.5,"count":3,"unique_count":2,"average":2.5,"perPayer":3.75,"gross":9,"refunds":-1.5,"visitors":40,"perVisitor":0.1875},
       "table":[{"currency":"EUR","sum":7.5,"count":3,"unique_count":2,"average":2.5,"perPayer":3.75,"gross":9,"refunds":-1.5}],
       "by":[{"name":"channel","rows":[{"name":"Email","sum":9,"count":2,"unique_count":1,"average":4.5,"perPayer":9,"gross":9,"refunds":0}],
        "rest":{"rest":true,"sum":-1.5,"count":1,"unique_count":1,"average":-1.5,"perPayer":-1.5,"gross":0,"refunds":-1.5}}]}
      """#, width: 70,
      is: """
        Revenue of example.com
        2026-03-01 to 2026-03-31 (UTC) · EUR

        7.50 EUR from 3 events of 2 visitors
        2.50 an event, 3.75 a buyer, 0.19 for each of 40 visitors, 5.0% of them buyers; gross 9.00, refunds -1.50

        month    events  amount
        2026-03       3    7.50  ██████████████████████████████

        country  amount
        DE         7.50  ██████████████████████████████

        channel     sum  events  buyers  an event  a buyer  refunds
        Email      9.00       2       1      4.50     9.00     0.00
        (others)  -1.50       1       1     -1.50    -1.50    -1.50

        currency   sum  events  visitors
        EUR       7.50       3         2

        """)
  }

  @Test func `the credits of models are columns, for each value`() throws {
    try checkText(
      "attribution",
      [
        "--step", "event:buy", "--models", "last,linear", "--by", "channel", "--lookback", "30", "--currency",
        "EUR",
      ],
      #"""
      {"credit":[{"by":"channel",
        "rows":[{"name":"Email","visitors":30,"assisted":1,"last":{"conversions":2,"value":80},"linear":{"conversions":1.6667,"value":66.5}},
         {"name":"","visitors":4,"assisted":0,"last":{"conversions":0,"value":0},"linear":{"conversions":0.3333,"value":13.5}}],
        "rest":{"rest":true,"visitors":9,"assisted":0,"last":{"conversions":1,"value":5},"linear":{"conversions":1,"value":5}},
        "unattributed":{"conversions":1,"value":10},"total":{"conversions":4,"value":95}},
       {"by":"country","rows":[],"unattributed":{"conversions":4,"value":95},"total":{"conversions":4,"value":95}}],
       "total":{"pageviews":7,"visitors":5,"visits":6}}
      """#, width: 70,
      is: """
        Attribution of example.com
        2026-03-01 to 2026-03-31 (UTC) · last conversion by event:buy · visits of 30 days before · by EUR

        7 conversions by 5 visitors in 6 visits
        4 (95 EUR) of them count, 1 (10 EUR) without a visit before them

        channel   last  linear  assisted  visitors
        Email       80   66.50         1        30  ██████████████████████████
        (none)       0   13.50         0         4
        (others)     5    5.00         0         9  █▋

        """)
  }

  @Test func `campaign parameters with metrics have a column for each number`() throws {
    try checkText(
      "utm", ["--metrics", "", "--key", "ref", "--scope", "visit"],
      #"{"utm_source":{"mail":{"views":4,"visitors":2,"visits":3}},"ref":{"":{"views":1,"visitors":1,"visits":1}}}"#,
      is: """
        Campaign parameters of example.com
        2026-03-01 to 2026-03-31 (UTC) · by visit

        utm_source  views  visitors  visits
        mail            4         2       3  ███████████████████████

        ref     views  visitors  visits
        (none)      1         1       1  ███████████████████████████

        """)
    try checkText(
      "utm", ["--scope", "visit"], #"{"utm_source":{"mail":4}}"#,
      is: """
        Campaign parameters of example.com
        2026-03-01 to 2026-03-31 (UTC) · by visit

        utm_source  visits
        mail             4  ██████████████████████████████

        """)
  }

  @Test func `expectations say what was expected, what is there, and how many failed`() throws {
    try checkText(
      "check", [],
      #"""
      [{"reportId":"r","name":"Signups","expect":{"path":"/change/0/result","operator":"gt","value":-0.5},"actual":0.0625,"ok":true},
       {"reportId":"r","name":"Signups","expect":{"path":"/0/result","operator":"gte","value":1000},"actual":17,"ok":false},
       {"reportId":"s","name":"Old","expect":{},"actual":null,"ok":false,"error":"it cannot be run"}]
      """#,
      is: """
        Expectations of example.com
        2026-03-01 to 2026-03-31 (UTC)

                report   expected                 actual
        ok      Signups  /change/0/result > -0.5  0.0625
        FAILED  Signups  /0/result ≥ 1000         17
        FAILED  Old                               it cannot be run

        2 of 3 failed.

        """)
  }
}
