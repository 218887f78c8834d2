import Calendar
import JSON
import System
import Testing

@testable import Worker

/// What models write in place of params.
@Suite struct ToolArgumentsTests {
  /// 2026-03-18T10:00:00Z, a Wednesday.
  private let arguments = ToolArguments(
    zones: TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system), now: 1_773_828_000_000)

  private func params(_ text: String) throws -> JSONValue {
    .object(try arguments.params(try #require(try JSONValue(parsing: text).object), of: .insights))
  }

  private func check(_ text: String, is expected: String) throws {
    #expect(try params(text) == JSONValue(parsing: expected), "\(text)")
  }

  @Test func `a period in place of two dates`() throws {
    try check(#"{"dateRange":"2026-03"}"#, is: #"{"dateRange":{"startDate":"2026-03","endDate":"2026-03"}}"#)
    try check(
      #"{"dateRange":"2026-03-01..2026-03-17"}"#,
      is: #"{"dateRange":{"startDate":"2026-03-01","endDate":"2026-03-17"}}"#)
    try check(
      #"{"dateRange":"last-month"}"#,
      is: #"{"dateRange":{"startDate":1769904000000,"endDate":1772323199999}}"#)
    try check(
      #"{"dateRange":"Today","timezone":"Europe/Berlin"}"#,
      is: #"{"dateRange":{"startDate":1773788400000,"endDate":1773874799999},"timezone":"Europe/Berlin"}"#)
    try check(
      #"{"dateRange":{"startDate":"2026","endDate":"2026"}}"#,
      is: #"{"dateRange":{"startDate":"2026","endDate":"2026"}}"#)
    for text in ["", "soon", "last month", "2026-02-30", "0d", "..", "12"] {
      #expect(throws: WorkerError.self, "\(text)") { try params(#"{"dateRange":"\#(text)"}"#) }
    }
  }

  @Test func `a method whose dates are members of their own takes a period too`() throws {
    let params = try arguments.params(["dateRange": "2026-03"], of: .currencies)
    #expect(params == ["startDate": "2026-03", "endDate": "2026-03"])
  }

  @Test func `a comparison in one word`() throws {
    try check(#"{"compare":"previous"}"#, is: #"{"compare":{"mode":"previous"}}"#)
    try check(#"{"compare":"year"}"#, is: #"{"compare":{"mode":"year"}}"#)
    try check(#"{"compare":"week"}"#, is: #"{"compare":{"mode":"shift","unit":"week"}}"#)
    try check(#"{"compare":"prev"}"#, is: #"{"compare":"prev"}"#)
    #expect(throws: WorkerError.self) { try check(#"{"compare":"before"}"#, is: "{}") }
  }

  @Test func `operators in words, numbers and single filters`() throws {
    try check(
      #"{"filters":[{"name":"url","operator":"contains","value":"blog"}]}"#,
      is: #"{"filters":[{"name":"url","operator":"c","value":"blog"}]}"#)
    try check(
      #"{"filters":{"name":"property:seats","operator":">=","value":5}}"#,
      is: #"{"filters":[{"name":"property:seats","operator":"gte","value":5}]}"#)
    try check(
      #"{"filters":[{"not":{"any":[{"name":"property:seats","value":5}]}}]}"#,
      is: #"{"filters":[{"not":{"any":[{"name":"property:seats","value":"5","operator":"eq"}]}}]}"#)
    try check(
      #"{"filters":[{"name":"country","operator":"in","value":["DE",1,true]}]}"#,
      is: #"{"filters":[{"name":"country","operator":"eq","value":["DE","1","true"]}]}"#)
    try check(
      #"{"filters":[{"name":"country","operator":"not_in","value":"DE, FR"}]}"#,
      is: #"{"filters":[{"name":"country","operator":"neq","value":["DE","FR"]}]}"#)
    try check(
      #"{"filters":[{"did":{"by":"visitor","filters":{"name":"event","operator":"is","value":"search"}}}]}"#,
      is:
        #"{"filters":[{"did":{"by":"visitor","filters":[{"name":"event","operator":"eq","value":"search"}]}}]}"#
    )
    try check(#"{"filters":"country=DE"}"#, is: #"{"filters":"country=DE"}"#)
  }

  @Test(arguments: ["from", "to", "of", "start", "return"])
  func `filters of a matcher`(member: String) throws {
    try check(
      #"{"\#(member)":{"type":"url","filters":[{"name":"url","operator":"contains","value":"a"}]}}"#,
      is: #"{"\#(member)":{"type":"url","filters":[{"name":"url","operator":"c","value":"a"}]}}"#)
    try check(
      #"{"\#(member)":{"any":[{"type":"url","filters":{"name":"url","operator":"contains","value":"a"}}]}}"#,
      is: #"{"\#(member)":{"any":[{"type":"url","filters":[{"name":"url","operator":"c","value":"a"}]}]}}"#)
    try check(#"{"\#(member)":"2026"}"#, is: #"{"\#(member)":"2026"}"#)
  }

  @Test(arguments: ["steps", "goals", "exclude", "exclusions"])
  func `filters of lists of matchers`(member: String) throws {
    try check(
      #"{"\#(member)":[{"any":[{"type":"url","filters":[{"name":"url","operator":"is","value":1}]}]}]}"#,
      is:
        #"{"\#(member)":[{"any":[{"type":"url","filters":[{"name":"url","operator":"eq","value":"1"}]}]}]}"#
    )
  }

  @Test func `fields by their names, and filters of steps`() throws {
    try check(
      #"{"fields":["country",{"name":"device"}]}"#, is: #"{"fields":[{"name":"country"},{"name":"device"}]}"#)
    try check(
      #"{"steps":[{"type":"url","value":"/","filters":[{"name":"country","operator":"is","value":"DE"}]},7]}"#,
      is:
        #"{"steps":[{"type":"url","value":"/","filters":[{"name":"country","operator":"eq","value":"DE"}]},7]}"#
    )
  }
}
