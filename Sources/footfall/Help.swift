import Reporting

/// What `--help` prints.
enum Help {
  case overview, serve, create, importing, websites, schema
  /// Nil for all reports.
  case report(ReportKind?)

  /// - Parameter words: The arguments beside which help is asked for.
  init(_ words: [String]) throws(CommandError) {
    let topics = words.filter { !$0.hasPrefix("-") }
    switch topics.first {
    case nil: self = .overview
    case "report": self = .report(topics.count > 1 ? try Report.kind(named: topics[1]) : nil)
    case "websites": self = .websites
    case "serve": self = .serve
    case "create": self = .create
    case "import": self = .importing
    case "schema": self = .schema
    case let topic?: throw Command.unknown(topic)
    }
  }

  var text: String {
    switch self {
    case .overview: Self.overviewText
    case .serve: Self.serveText
    case .create: Self.createText
    case .importing: Self.importText
    case .report(let kind): kind?.help ?? ReportKind.overview
    case .websites: Self.websitesText
    case .schema: Self.schemaText
    }
  }

  private static let overviewText = """
    Answers web-analytics reports over an event store, as a worker process.

    usage: footfall serve STORE...            answer JSON-RPC requests, a line each, from stdin on stdout
           footfall create STORE              make an empty SQLite store, to append events to
           footfall import STORE FILE...      copy CSV exports into an SQLite store
           footfall report NAME STORE...      print one report, for people or as CSV
           footfall websites STORE...         print the websites of a store
           footfall schema [NAME]             print a JSON Schema of the methods, or the names of all
           footfall --help | --version        also: footfall COMMAND --help

    STORE is an SQLite file or one or more CSV exports of Umami; its content tells which. Two examples:

      footfall report insights website_event.csv --field country --during 2026-03
      echo '{"method":"websites.list"}' | footfall serve website_event.csv event_data.csv

    Exit codes: 0 done, 1 a reply was an error (serve --strict), 64 wrong usage, 65 wrong data, 66 no such file,
    70 a fault of footfall, 74 reading or writing failed.

    """

  private static let serveText = """
    usage: footfall serve STORE... [--map LIST] [--website ID] [--strict] [--cache DIR | --no-cache]

    Answers JSON-RPC 2.0 requests, one a line, from stdin; replies go to stdout, one a line, in the same
    order, and nothing else does. Where the input begins with Content-Length, requests and replies stand
    behind headers instead, as language servers have it. The messages of the Model Context Protocol, with
    which AI assistants call tools, are answered as well. Ends with its input, and at SIGTERM or SIGINT when the
    request in hand is answered; at a second one at once.

    STORE        an SQLite file with a table website_event, or CSV files (events, and event data)
    --map LIST   which columns of a CSV file stand for which: created_at=timestamp,session_id=client,url=page
    --website ID the website of events that name none
    --strict     a bad row is an error; otherwise it is reported on stderr and left out.
                 Ends with 1 where a reply was an error; otherwise with 0
    --cache DIR  where columns are kept for the next process; otherwise that is STORE-columns beside an
                 SQLite file, and the user's cache folder for CSV files. It may be deleted at any time.
    --no-cache   columns are not kept

    An example:

      footfall serve visits.csv --map created_at=time,session_id=client,url=address < requests.ndjson

    """

  private static let createText = """
    usage: footfall create STORE

    Makes the SQLite file STORE, a store without events, which requests of the method events.append fill.
    One that is there already is left as it is. An example:

      footfall create store.db
      echo '{"method":"events.append","events":[{"visitor":"ann","url":"/"}]}' | footfall serve store.db

    """

  private static let importText = """
    usage: footfall import STORE FILE... [--map LIST] [--website ID] [--strict]

    Copies the rows of CSV files into the SQLite file STORE, which is made where it is missing. Rows that
    are there already (by event_id) are left as they are, so an import that was interrupted is finished by
    running it again.

    --map, --website and, for bad rows, --strict are those of footfall serve. An example:

      footfall import store.db website_event.csv event_data.csv

    """

  private static let websitesText = """
    usage: footfall websites STORE... [--format FORMAT] [--map LIST] [--website ID] [--strict]
                             [--cache DIR | --no-cache]

    Prints the websites of a store: name, events, first and last event, and the id.

    --format FORMAT  table (on a terminal), csv (elsewhere) or json

    The others are those of footfall serve. An example:

      footfall websites store.db --format csv

    """

  private static let schemaText = """
    usage: footfall schema [NAME]

    Prints the bundled JSON Schema (draft 2020-12) of that name, or the names of all. An example:

      footfall schema reports.funnel.params

    """
}
