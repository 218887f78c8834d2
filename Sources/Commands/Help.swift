import EventStore
import Reporting
import Worker

/// The usage of each command: the single source of help, man page and completions.
enum Help {
  /// Every command and every report, in the order of help.
  static let commands: [CommandUsage] = {
    let descriptions = MethodDescription.all()
    func usages(_ kinds: [ReportDefinition]) -> [CommandUsage] {
      kinds.map { usage(of: $0, descriptions[$0.method]) }
    }
    return usages(ReportDefinition.traffic) + [report] + usages(ReportDefinition.reports) + [
      page(descriptions), serve,
    ]
      + [
        websites, inspect, importing, export, create, forget, sql, schema, completions, man,
      ]
  }()

  static let summary = "web-analytics reports from an SQLite file or CSV exports"

  /// The output of `footfall --help`.
  static var overview: String {
    let names = commands.filter { !$0.name.contains(" " as Character) }.map { ($0.name, $0.summary) }
    return """
      usage: footfall COMMAND ...

      Answers web-analytics reports from an SQLite file or CSV exports: in a terminal,
      as a JSON-RPC worker for programs, or as tools for AI assistants.

      commands:
      \(CommandUsage.list(names))
      footfall COMMAND --help shows the options of a command, footfall help reading
      those for files of other programs, footfall help server those for stores on a
      ClickHouse server, footfall --version the version.

      examples:
        footfall stats website_event.csv --during 2026-03
        footfall report insights website_event.csv --field country --during 2026-03
        echo '{"method":"websites.list"}' | footfall serve website_event.csv

      exit codes:
      \(CommandUsage.list(ExitCode.meanings.map { ("\($0.code)", $0.meaning) }))
      """
  }

  /// The help text that the words next to `--help` select.
  static func text(for words: [String]) throws(CommandError) -> String {
    let topics = words.filter { !$0.hasPrefix("-") }
    guard let first = topics.first else { return overview }
    if first == "reading" { return reading }
    if first == "server" { return server }
    let name =
      first == "report" && topics.count > 1 ? try ReportCommand.kind(named: topics[1]).command : first
    guard let command = commands.first(where: { $0.name == name }) else { throw Command.unknown(first) }
    return command.helpText + (name == "report" ? "\nreports:\n\(reportList)" : "")
  }

  private static var reportList: String {
    let reports = commands.filter { $0.name.hasPrefix("report ") }
    return CommandUsage.list(reports.map { (String($0.name.dropFirst("report ".count)), $0.summary + ".") })
  }

  /// The options for files of other programs.
  private static let reading = """
    Options of all commands that read events, for files of other programs:

    \(CommandUsage.list(readingOptions))
    footfall inspect FILE shows what each column is read as, and proposes a --map.

    """

  private static let readingTopic = CommandUsage.Topic(
    "reading", title: "options for files of other programs")
  private static let serverTopic = CommandUsage.Topic("server", title: "stores on a ClickHouse server")

  /// The options for stores on a server.
  private static let server = """
    A store may be on a ClickHouse server with the tables of Umami. It is only
    read. STORE is then its address, and the program footfall-clickhouse must be
    beside footfall or in PATH:

      clickhouse://USER@HOST:PORT/DATABASE?secure=true

    \(CommandUsage.list(serverOptions))
    """

  private static func usage(of kind: ReportDefinition, _ description: MethodDescription?) -> CommandUsage {
    kind.usage(
      ReportDescription(text: description?.text ?? "", members: description?.members ?? [:]),
      sharedOptions: [website(ofReport: true), format] + readingOptions.filter { $0.name != "--website" }
        + cacheOptions + serverOptions)
  }

  private static func website(ofReport: Bool) -> CommandUsage.Option {
    CommandUsage.Option(
      "--website", ofReport ? "WEBSITE" : "ID",
      ofReport
        ? "The id, name or domain of a website; the name to show, if events name none. Default: the only website of the store."
        : "The website of events that name none.")
  }

  private static let readingOptions = [
    CommandUsage.Option(
      "--map", "LIST",
      """
      The columns of a file or table that has names of its own: created_at=timestamp,session_id=client,url="page, full". \
      COLUMN=none ignores a column. property:revenue=amount reads a column as a property of the events, \
      property:currency='EUR' gives them a text.
      """),
    CommandUsage.Option(
      "--table", "NAME", "The table or view of an SQLite file that has the events. Default: website_event."),
    CommandUsage.Option(
      "--pageviews", "LIST",
      """
      The names of events that are pageviews. Default, if --map names columns and there is no type: \
      page_view,pageview,$pageview,screen_view.
      """),
    CommandUsage.Option(
      "--separator", "NAME",
      "comma, tab, semicolon or pipe. Default: what separates the names in the first line.",
      value: .words(Separator.allCases.map(\.rawValue))),
    CommandUsage.Option(
      "--header", "LIST", "The names of the columns, in order, of CSV files whose first line is not a header."
    ),
    CommandUsage.Option(
      "--time-format", "FORMAT",
      """
      How times are written that may have several meanings, in the letters of strptime: "%d.%m.%Y %H:%M". Default: every \
      form that names one instant.
      """),
    CommandUsage.Option(
      "--time-zone", "ZONE",
      """
      The zone of times in files that name none, such as Europe/Berlin or UTC+2. Default: UTC. serve, websites, inspect and \
      import also take it as --timezone, which in other commands is the zone of days.
      """),
    website(ofReport: false),
    CommandUsage.Option(
      "--strict", nil, "Fail on a bad row. By default bad rows are reported on stderr and skipped."),
    CommandUsage.Option(
      "--encoding", "NAME",
      """
      The encoding of text files: utf-8, utf-16, or latin1, which is read as Windows-1252. Default: UTF-16 if the file \
      begins with its byte order mark, otherwise UTF-8.
      """, value: .words(["utf-8", "utf-16", "latin1"])),
    CommandUsage.Option(
      "--visitor-key", "TEXT",
      """
      The key of the hash that tells visitors apart in access logs. Default: a random one, with which ids differ in \
      every process and columns are not cached.
      """),
    CommandUsage.Option("--keep-bots", nil, "Count the requests of bots in access logs."),
    CommandUsage.Option(
      "--keep-assets", nil, "Count the requests of images, scripts and fonts in access logs."),
  ].map { option in
    var option = option
    // Of these, everybody needs --map for a file of one's own.
    if option.name != "--map", option.name != "--website" { option.topic = readingTopic }
    return option
  }

  private static let serverOptions = [
    CommandUsage.Option(
      "--reports", "FILE",
      """
      The SQLite file for saved reports, made by footfall create, if the store is on a server. Default: they are kept in \
      memory.
      """),
    CommandUsage.Option(
      "--password-file", "FILE",
      """
      The file whose first line is the password, if the store is on a server. Default: the environment variable \
      FOOTFALL_CLICKHOUSE_PASSWORD.
      """),
  ].map { option in
    var option = option
    option.topic = serverTopic
    return option
  }

  private static let cacheOptions = [
    CommandUsage.Option(
      "--cache", "DIR",
      """
      Where columns are cached for the next process. Default: STORE-columns next to an SQLite file, the user's cache \
      folder for CSV files. The cache can be deleted at any time.
      """, value: .folder),
    CommandUsage.Option("--no-cache", nil, "Do not cache columns."),
  ]

  private static let format = CommandUsage.Option(
    ResultFormat.name, "FORMAT",
    "table, csv, json, html (a page) or svg (a drawing). Default: table on a terminal, csv elsewhere.",
    value: .words(ResultFormat.allCases.map(\.rawValue)))

  private static let serve = CommandUsage(
    "serve", "Answer JSON-RPC requests from stdin on stdout", operands: [.store],
    description: [
      """
      Answers JSON-RPC 2.0 requests, one per line, in their order. Only replies are written to stdout; diagnostics go \
      to stderr. If the input begins with Content-Length, requests and replies are preceded by LSP-style headers \
      instead. Requests of the Model Context Protocol are recognised by their method names.
      """,
      """
      Ends at the end of the input. SIGTERM and SIGINT let the current request finish; a second signal ends the \
      process immediately. With --strict, the exit code is 1 if a reply was an error.
      """,
    ],
    options: readingOptions + cacheOptions + serverOptions,
    examples: [
      "footfall serve store.db",
      "footfall serve visits.csv --map created_at=time,session_id=client,url=address < requests.ndjson",
    ])

  private static func page(_ descriptions: [String: MethodDescription]) -> CommandUsage {
    let names = PageSection.all.map(\.name)
    return CommandUsage(
      "page", "Write a web page with the charts of a website", operands: [.store],
      description: [
        """
        Writes one file that any browser opens, without a server and without a network: the numbers of a website with their \
        change, charts over time, pages, sources, campaigns, countries, devices, events, hours, retention, journeys, revenue, \
        and every saved report and segment of the website.
        """,
        """
        If the store has several websites, each gets a page next to that file, which becomes an index of them. The file \
        appears when it is complete, and replaces an earlier one.
        """,
      ],
      options: [
        CommandUsage.Option("-o", "FILE", "The file. Default: page.html. A hyphen is the standard output."),
        CommandUsage.Option(
          "--sections", "LIST", "Some of \(names.joined(separator: ", ")). Default: all.",
          value: .words(names)),
        CommandUsage.Option("--title", "TEXT", "The title of the page. Default: the name of the website."),
        CommandUsage.Option(
          "--website", "WEBSITE",
          "The id, name or domain of a website; the name to show, if events name none. Default: all websites."
        ),
      ] + WebsitePage.options(descriptions["websites.stats"]?.members ?? [:])
        + readingOptions.filter { $0.name != "--website" } + cacheOptions + serverOptions,
      examples: [
        "footfall page store.db --during last-month -o month.html",
        "footfall page website_event.csv event_data.csv --sections summary,traffic,pages",
      ])
  }

  private static let report = CommandUsage(
    "report", "Print a report, for people or as CSV",
    operands: [
      .init("NAME", "One of \(ReportCommand.names).", words: ReportDefinition.reports.map(\.name)), .store,
    ],
    description: [
      """
      Prints one report: as a table on a terminal, as CSV elsewhere. footfall report NAME --help shows the options of \
      a report. All reports have --from, --to, --during, --timezone, --filter, --website and --format.
      """
    ],
    examples: ["footfall report insights store.db --field country --during last-month"])

  private static let sql = CommandUsage(
    "sql", "Print the statements that compute a report on a server",
    operands: [
      .init(
        "NAME", "The name of a report, or stats, series and so on.",
        words: ReportDefinition.all.map(\.name)),
      .init("STORE", "The address of a ClickHouse server: footfall help server."),
    ],
    description: [
      """
      Computes a report on a ClickHouse server, and prints in place of its result the statements that the server was sent, as \
      clickhouse-client reads them: the values of the request are parameters. The options are those of the report.
      """
    ],
    examples: [
      "footfall sql funnel clickhouse://analytics@db.example/umami --step url:/pricing --step event:signup"
    ])

  private static let websites = CommandUsage(
    "websites", "Print the websites of a store", operands: [.store],
    description: ["Prints the websites of a store: name, number of events, first and last event, and id."],
    options: [format] + readingOptions + cacheOptions + serverOptions,
    examples: ["footfall websites store.db --format csv"])

  private static let inspect = CommandUsage(
    "inspect", "Print what files have, and what is left out and why", operands: [.store],
    description: [
      """
      Prints for each file its format, its columns and what each is read as, its rows, events, first and last event, and \
      every kind of row that does not count, with the reason, the number of rows and the first lines. Reads all files \
      again, whatever is cached.
      """,
      """
      If columns have names of another program, it proposes a --map for them. A file that cannot be read is no error \
      here.
      """,
    ],
    options: [
      CommandUsage.Option(
        ResultFormat.name, "FORMAT",
        "table, or the result of store.inspect as csv, json, html or svg. Default: table, a text for people.",
        value: .words(ResultFormat.allCases.map(\.rawValue)))
    ] + readingOptions + cacheOptions,
    examples: [
      "footfall inspect visits.csv", "footfall inspect visits.csv --map created_at=time,session_id=client",
    ])

  private static let importing = CommandUsage(
    "import", "Copy CSV exports and other files into an SQLite store",
    operands: [
      .init("STORE", "The SQLite file. It is made if it does not exist."),
      .init("FILE...", "Files of events and of their properties: CSV and others, or SQLite files."),
    ],
    description: [
      """
      Copies the rows of files into an SQLite store; those of another store too, so that two stores become one. Events \
      whose event_id is already stored are skipped, so an interrupted import can be completed by running it again.
      """
    ],
    options: readingOptions,
    examples: [
      "footfall import store.db website_event.csv event_data.csv", "footfall import store.db other.db",
    ])

  private static let export = CommandUsage(
    "export", "Write the events of a store as CSV files",
    operands: [
      .store, .init("DIR", "The folder for the files. It is made if it does not exist."),
    ],
    description: [
      """
      Writes website_event.csv and event_data.csv with the columns of Umami's exports, and website.csv and report.csv if \
      the store names websites or has saved reports. Loaded again, these files give the same answers.
      """,
      """
      The files appear when all are complete. An interrupted export leaves none.
      """,
    ],
    options: PeriodFlags.options + [
      CommandUsage.Option(
        "--website", "WEBSITE", "The id, name or domain of the only website to export. Default: all."),
      CommandUsage.Option("--force", nil, "Replace the files of an earlier export."),
    ] + readingOptions.filter { $0.name != "--website" },
    examples: [
      "footfall export store.db backup",
      "footfall export store.db march --during 2026-03 --website example.com",
    ])

  private static let forget = CommandUsage(
    "forget", "Delete old events or those of a visitor from a store",
    operands: [.init("STORE", "An SQLite file that footfall made.")],
    requiredOptions: "--before WHEN | --visitor ID",
    description: [
      """
      Deletes events and all that belongs to them, in one transaction, and overwrites the deleted rows with zeros. The \
      cached columns are deleted too. Running workers see it at their next request. Backups and copies of the store \
      keep the events.
      """
    ],
    options: [
      CommandUsage.Option(
        "--before", "WHEN",
        "Delete the events before the start of a day (2026-03-15), a month, a year, or an instant."),
      CommandUsage.Option(
        "--visitor", "ID",
        "Delete the sessions with this session_id, and those with an event that has it as distinct_id."),
      CommandUsage.Option(
        "--website", "WEBSITE", "The id, name or domain of the only website that forgets. Default: all."),
      PeriodFlags.timezoneOption,
      CommandUsage.Option(
        "--cache", "DIR", "Where workers cache the columns of the store, if they are started with --cache.",
        value: .folder),
    ],
    examples: ["footfall forget store.db --before 2025-01-01", "footfall forget store.db --visitor ann"])

  private static let create = CommandUsage(
    "create", "Make an empty SQLite store",
    operands: [.init("STORE", "The SQLite file. An existing store is left unchanged.")],
    description: ["Makes an SQLite store without events, to which requests of events.append add some."],
    examples: [
      "footfall create store.db",
      #"echo '{"method":"events.append","events":[{"visitor":"ann","url":"/"}]}' | footfall serve store.db"#,
    ])

  private static let schema = CommandUsage(
    "schema", "Print a JSON Schema of the protocol, or the names of all",
    operands: [
      .init("[NAME]", "The name of a schema.", words: embeddedSchemaNames + ["\(channelsName).json"])
    ],
    description: [
      """
      Prints a bundled JSON Schema (draft 2020-12), or with channels the list of sources and domains by which visits \
      are assigned to channels. Without a name, prints all names.
      """
    ],
    examples: ["footfall schema reports.funnel.params", "footfall schema channels"])

  private static let completions = CommandUsage(
    "completions", "Print a script that completes command lines in a shell",
    operands: [.init("SHELL", "bash, zsh or fish.", words: Shell.allCases.map(\.rawValue))],
    description: ["Prints a script for a shell, which then completes commands, options and their values."],
    examples: ["source <(footfall completions bash)"])

  private static let man = CommandUsage(
    "man", "Print the man page", description: ["Prints the man page footfall(1), in roff."],
    examples: ["footfall man | man -l -"])
}
