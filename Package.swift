// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: what a file needs it imports itself, existentials are spelled out,
/// and a warning is an error.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

/// A library target and the tests in the folder of the same name. `documents` are the pages among its sources.
func layer(
  _ name: String, _ dependencies: [Target.Dependency], tests: [Target.Dependency] = [],
  documents: [String] = []
) -> [Target] {
  [
    .target(
      name: name, dependencies: dependencies, exclude: documents, swiftSettings: strict,
      // Rounding of doubles is libm's on Linux, which nothing else here would link.
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies + tests,
      path: "Tests/\(name)", swiftSettings: strict),
  ]
}

let layers: [Target] = [
  layer("JSON", ["System"]),
  layer("Threads", ["System"]),
  layer("RegularExpression", ["System"], tests: ["TestSupport"]),
  layer("Calendar", ["System"], tests: ["TestSupport"]),
  layer("JSONSchema", ["Calendar", "JSON", "RegularExpression", "System"]),
  layer("JSONRPC", ["JSON", "System", "Threads"], tests: ["TestSupport"]),
  layer(
    "Engine", ["Calendar", "RegularExpression", "System", "Threads"], tests: ["TestSupport"],
    documents: ["Reports/README.md"]),
  layer(
    "EventStore", ["Calendar", "Engine", "System", "Threads", "CSQLite"], tests: ["TestSupport"],
    documents: ["README.md"]),
  layer(
    "Reporting", ["Calendar", "Engine", "JSON"], tests: ["System"], documents: ["README.md"]),
  layer(
    "Worker",
    [
      "Calendar", "EventStore", "Engine", "JSONRPC", "JSONSchema", "JSON", "Reporting", "Schemas", "System",
    ],
    tests: ["TestSupport"]),
].flatMap(\.self)

/// The fuzz targets: in the tests, which mutate a corpus, or with `FOOTFALL_FUZZING=1`, as `Tests/Fuzzing/run` sets
/// it, in an executable for libFuzzer, which takes a build of its own.
let fuzzing: Target =
  if Context.environment["FOOTFALL_FUZZING"] == nil {
    .testTarget(
      name: "FuzzingTests",
      dependencies: [
        "Reporting", "Worker", "EventStore", "Engine", "Calendar", "JSONRPC", "JSON", "RegularExpression",
        "footfall", "TestSupport", "System",
      ],
      path: "Tests/Fuzzing", exclude: ["Driver", "corpus", "run"], swiftSettings: strict)
  } else {
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Reporting", "Worker", "EventStore", "Engine", "Calendar", "JSONRPC", "JSON", "RegularExpression",
        "System",
      ],
      path: "Tests/Fuzzing", exclude: ["corpus", "run"], sources: ["Targets", "Driver"], swiftSettings: strict
    )
  }

let package = Package(
  name: "footfall",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "footfall", targets: ["footfall"]),
    .executable(name: "footfall-clickhouse", targets: ["footfall-clickhouse"]),
  ],
  targets: layers + [
    // The one place that imports the C library; the tests of the layers above are its tests.
    .target(name: "System", swiftSettings: strict),
    // Reports as statements, and the client that sends them.
    .target(
      name: "ClickHouse", dependencies: ["Calendar", "Engine", "EventStore", "RegularExpression", "System"],
      exclude: ["README.md"], swiftSettings: strict),
    .testTarget(
      name: "ClickHouseTests",
      dependencies: ["ClickHouse", "footfall", "footfall-clickhouse", "JSON", "TestSupport", "System"],
      path: "Tests/ClickHouse",
      exclude: ["benchmark.py", "load.py", "requirements.txt", "server.py", "test_server.py", "through.py"],
      swiftSettings: strict),
    // Found where the system keeps it; without pkg-config, so that a build can name another place first.
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "Schemas", path: "schemas", exclude: ["README.md"],
      resources: [.embedInCode("common"), .embedInCode("params"), .embedInCode("results")],
      swiftSettings: strict),
    .target(
      name: "Commands",
      dependencies: [
        "Reporting", "Worker", "EventStore", "Engine", "Calendar", "JSONRPC", "JSON", "Schemas", "System",
        "Threads",
      ],
      swiftSettings: strict),
    .executableTarget(name: "footfall", dependencies: ["Commands"], swiftSettings: strict),
    .executableTarget(
      name: "footfall-clickhouse", dependencies: ["ClickHouse", "Commands", "EventStore", "System"],
      swiftSettings: strict),
    // Not a product: it makes event sets and times the built footfall, for those who work on it.
    .executableTarget(
      name: "benchmark", dependencies: ["JSON", "System"], exclude: ["README.md"], swiftSettings: strict,
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .testTarget(
      name: "BenchmarkTests", dependencies: ["benchmark", "footfall", "EventStore", "JSON", "TestSupport"],
      path: "Tests/Benchmark", swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["JSON", "System"], path: "Tests/Support", swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["footfall", "Commands", "Reporting", "JSON", "TestSupport"],
      path: "Tests/EndToEnd", swiftSettings: strict),
    .testTarget(
      name: "GoldenTests", dependencies: ["footfall", "footfall-clickhouse", "JSON", "TestSupport"],
      path: "Tests/Golden",
      exclude: ["events"], swiftSettings: strict),
    fuzzing,
  ]
)
