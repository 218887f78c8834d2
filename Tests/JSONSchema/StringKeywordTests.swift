import Testing

/// `minLength`, `maxLength`, `pattern` and `format`.
struct StringKeywordTests {
  @Test func `lengths count scalars`() throws {
    try check(#"{"minLength":2}"#, "\"ab\"")
    try check(#"{"minLength":2.0}"#, "\"éé\"")
    try check(#"{"minLength":2}"#, "\"e\u{301}\"")
    try check(#"{"minLength":2}"#, "\"😀\"", " /minLength: must have at least 2 characters, has 1")
    try check(#"{"minLength":1}"#, "\"\"", " /minLength: must not be empty")
    try check(#"{"maxLength":2}"#, "\"😀😀\"")
    try check(#"{"maxLength":0}"#, "\"\"")
    try check(#"{"maxLength":2}"#, "\"abc\"", " /maxLength: must have at most 2 characters, has 3")
    try check(#"{"maxLength":2}"#, "\"e\u{301}e\"", " /maxLength: must have at most 2 characters, has 3")
  }

  @Test func `patterns match anywhere unless they are anchored`() throws {
    try check(#"{"pattern":"b+"}"#, "\"abbc\"")
    try check(#"{"pattern":"^b+"}"#, "\"abbc\"", " /pattern: must match the pattern ^b+, is \"abbc\"")
    try check(#"{"pattern":"^a$"}"#, "\"a\\n\"", #" /pattern: must match the pattern ^a$, is "a\n""#)
    try check(#"{"pattern":"^.$"}"#, "\"😀\"")
    try check(#"{"pattern":"^.$"}"#, "\"e\u{301}\"", " /pattern: must match the pattern ^.$, is \"e\u{301}\"")
    try check(#"{"pattern":"^\\w\\d$"}"#, "\"a1\"")
    try check(
      #"{"pattern":"^\\d$"}"#, "\"\u{665}\"", " /pattern: must match the pattern ^\\d$, is \"\u{665}\"")
    try check(#"{"pattern":"^\\w$"}"#, "\"é\"", #" /pattern: must match the pattern ^\w$, is "é""#)
    try check(#"{"pattern":"^\\p{Letter}$"}"#, "\"é\"")
    try check(
      #"{"pattern":"^[0-9]+$","examples":["12"]}"#, "\"x\"",
      #" /pattern: must be written like "12", is "x"; the pattern is ^[0-9]+$"#)
  }

  @Test(arguments: [
    "2025-03-01T09:30:00Z", "2025-03-01t09:30:00z", "2025-03-01T09:30:00.123456789+02:00",
    "2025-03-01T23:59:59-23:59", "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "2025-12-31T23:59:60Z",
    "2025-12-31T15:59:60-08:00", "2026-01-01T01:29:60+01:30", "0000-01-01T00:00:00Z",
  ])
  func `date-times`(text: String) throws {
    try check(#"{"format":"date-time"}"#, "\"\(text)\"")
  }

  @Test(arguments: [
    "", "2025-03-01", "2025-03-01T09:30Z", "2025-03-01T09:30:00", "2025-03-01 09:30:00Z",
    "2025-3-01T09:30:00Z",
    "2025-13-01T09:30:00Z", "2025-00-01T09:30:00Z", "2025-02-29T09:30:00Z", "1900-02-29T09:30:00Z",
    "2025-04-31T09:30:00Z", "2025-03-00T09:30:00Z", "2025-03-01T24:00:00Z", "2025-03-01T09:60:00Z",
    "2025-03-01T09:30:61Z", "2025-03-01T09:30:60Z", "2025-03-01T09:30:00.Z", "2025-03-01T09:30:00+24:00",
    "2025-03-01T09:30:00+02", "2025-03-01T09:30:00+02:60", "2025-03-01T09:30:00Zx", "2025-03-01T09:30:00ZZ",
    "+2025-03-01T09:30:00Z", "2025-03-0\u{661}T09:30:00Z",
  ])
  func `what is no date-time`(text: String) throws {
    try check(
      #"{"format":"date-time"}"#, "\"\(text)\"",
      " /format: must be a date and time (RFC 3339) such as 2025-03-01T09:30:00Z, is \"\(text)\"")
  }

  @Test(arguments: ["8a5ff68d-8d5e-4bd7-958e-3675404ceb40", "8A5FF68D-8D5E-4BD7-958E-3675404CEB40"])
  func `UUIDs`(text: String) throws {
    try check(#"{"format":"uuid"}"#, "\"\(text)\"")
  }

  @Test(arguments: [
    "", "8a5ff68d8d5e4bd7958e3675404ceb40", "8a5ff68d-8d5e-4bd7-958e-3675404ceb4",
    "8a5ff68d-8d5e-4bd7-958e-3675404ceb400", "8a5ff68d-8d5e-4bd7-958e-3675404ceb4g",
    "8a5ff68d-8d5e-4bd7-958e3-675404ceb40", "{8a5ff68d-8d5e-4bd7-958e-3675404ceb}",
  ])
  func `what is no UUID`(text: String) throws {
    try check(
      #"{"format":"uuid"}"#, "\"\(text)\"",
      " /format: must be a UUID such as 8a5ff68d-8d5e-4bd7-958e-3675404ceb40, is \"\(text)\"")
  }

  @Test func `values that are no strings are of no concern`() throws {
    let schema = #"{"minLength":5,"maxLength":5,"pattern":"^a","format":"uuid"}"#
    for value in ["null", "true", "1", "[\"\"]", #"{"a":""}"#] { try check(schema, value) }
  }

  @Test func `what the keywords cannot be`() throws {
    try check(#"{"minLength":-1}"#, refused: "/minLength: must be a whole number from 0 on")
    try check(#"{"maxLength":1.5}"#, refused: "/maxLength: must be a whole number from 0 on")
    try check(#"{"pattern":1}"#, refused: "/pattern: must be a string")
    try check(
      #"{"pattern":"("}"#,
      refused: "/pattern: must be a regular expression: "
        + "expected the ')' of the '(' at character 1, found the end of the pattern at character 2")
    try check(
      #"{"format":"email"}"#, refused: #"/format: must be one of the formats known here: "date-time", "uuid""#
    )
  }
}
