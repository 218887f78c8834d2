import Testing

@testable import benchmark

struct CommandTests {
  @Test(arguments: [
    ([], "name a command: make, run or scale"),
    (["mkae"], "there is no command \"mkae\"; there are make, run and scale"),
    (["make", "10"], "make takes a number of events and a folder"),
    (["make", "0", "f"], "EVENTS is a whole number from 1 to 1000000000, found \"0\""),
    (["make", "1", "f", "--days=0"], "--days is a whole number from 1 to 10000, found \"0\""),
    (["make", "1", "f", "--seed", "-1"], "--seed is a whole number from 0 to \(UInt64.max), found \"-1\""),
    (["make", "1", "f", "--seed"], "--seed needs a value"),
    (
      ["make", "1", "f", "--start", "2025-02-30"],
      "--start is a date such as 2025-03-01, found \"2025-02-30\""
    ),
    (["make", "1", "f", "--json"], "there is no option --json here"),
    (["run", "footfall"], "run takes the built footfall and a store"),
    (["run", "footfall", "s", "--runs", "x"], "--runs is a whole number from 1 to 1000, found \"x\""),
    (["scale"], "scale takes the built footfall"),
    (["scale", "f", "--sizes", "10,,20"], "--sizes is a whole number from 1 to 1000000000, found \"\""),
    (["scale", "f", "--sizes", "20,10"], "--sizes ascend, found \"20,10\""),
  ])
  func `wrong usage is said`(arguments: [String], sentence: String) {
    #expect(throws: BenchmarkError.usage(sentence)) { _ = try Command(parsing: arguments) }
  }

  @Test func `options stand anywhere`() throws {
    guard
      case .make(let made) = try Command(
        parsing: ["make", "--seed=3", "10", "--start", "2024-02-29", "--", "-f"])
    else { throw BenchmarkError.usage("make is not understood") }
    #expect(made.events == 10 && made.folder == "-f" && made.seed == 3 && made.days == 90)
    #expect(made.start.description == "2024-02-29")
    guard case .run(let run) = try Command(parsing: ["run", "f", "--json", "a", "b", "--runs", "1"])
    else { throw BenchmarkError.usage("run is not understood") }
    #expect(run.footfall == "f" && run.store == ["a", "b"] && run.isJSON && run.runs == 1)
  }
}
