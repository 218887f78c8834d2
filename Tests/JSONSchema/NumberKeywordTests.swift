import JSON
import JSONSchema
import Testing

/// `multipleOf`, `minimum`, `maximum`, `exclusiveMinimum` and `exclusiveMaximum`.
struct NumberKeywordTests {
  @Test func `bounds`() throws {
    for value in ["3", "3.0", "4", "1e308"] { try check(#"{"minimum":3}"#, value) }
    try check(#"{"minimum":3}"#, "2", " /minimum: must be at least 3, is 2")
    try check(#"{"minimum":3}"#, "2.999", " /minimum: must be at least 3, is 2.999")
    try check(#"{"minimum":-1.5}"#, "-1.5")
    try check(#"{"minimum":-1.5}"#, "-2", " /minimum: must be at least -1.5, is -2")

    for value in ["3", "3.0", "-1e308"] { try check(#"{"maximum":3}"#, value) }
    try check(#"{"maximum":3}"#, "3.001", " /maximum: must be at most 3, is 3.001")

    try check(#"{"exclusiveMinimum":3}"#, "3.1")
    try check(#"{"exclusiveMinimum":3}"#, "3", " /exclusiveMinimum: must be greater than 3, is 3")
    try check(#"{"exclusiveMaximum":3}"#, "2.9")
    try check(#"{"exclusiveMaximum":3}"#, "3.0", " /exclusiveMaximum: must be less than 3, is 3")
  }

  @Test func `bounds are exact`() throws {
    try check(
      #"{"maximum":9007199254740992}"#, "9007199254740993",
      " /maximum: must be at most 9007199254740992, is 9007199254740993")
    try check(#"{"maximum":9223372036854775807}"#, "9223372036854775807")
    try check(
      #"{"maximum":9223372036854775807}"#, "9223372036854775808",
      " /maximum: must be at most 9223372036854775807, is 9223372036854775808")
    try check(#"{"minimum":18446744073709551615}"#, "18446744073709551615")
    try check(
      #"{"minimum":18446744073709551615}"#, "1",
      " /minimum: must be at least 18446744073709551615, is 1")
    try check(
      #"{"minimum":0.1}"#, "0.09999999999999999999",
      " /minimum: must be at least 0.1, is 0.09999999999999999999")
  }

  @Test func `doubles are compared as the decimals that they show`() throws {
    var compiler = SchemaCompiler()
    try compiler.add(["minimum": .decimal(JSONDecimal(significand: 1, scale: 1)), "maximum": 5], uri: "a")
    let schema = try compiler.schema("a")
    for value in [0.1, 0.5, 5] { #expect(schema.isValid(.double(value))) }
    for value in [Double(0.1).nextDown, Double(5).nextUp, -1, 1e300] {
      #expect(!schema.isValid(.double(value)))
    }
  }

  @Test func `multiples are exact`() throws {
    try check(#"{"multipleOf":0.01}"#, "19.99")
    try check(#"{"multipleOf":0.1}"#, "0.3")
    try check(#"{"multipleOf":7}"#, "0")
    try check(#"{"multipleOf":7}"#, "-14.0")
    try check(#"{"multipleOf":1e-8}"#, "12391239123")
    try check(#"{"multipleOf":7}"#, "15", " /multipleOf: must be a multiple of 7, is 15")
    try check(#"{"multipleOf":0.01}"#, "19.999", " /multipleOf: must be a multiple of 0.01, is 19.999")
    try check(
      #"{"multipleOf":0.1}"#, "0.30000000000000004",
      " /multipleOf: must be a multiple of 0.1, is 0.30000000000000004")
    try check(#"{"multipleOf":1}"#, "-9223372036854775808")
  }

  @Test func `values that are no numbers are of no concern`() throws {
    let schema = #"{"multipleOf":2,"minimum":3,"maximum":3,"exclusiveMinimum":3,"exclusiveMaximum":3}"#
    for value in ["null", "true", "\"1\"", "[1]", #"{"a":1}"#] { try check(schema, value) }
  }

  @Test func `what the keywords cannot be`() throws {
    try check(#"{"minimum":"3"}"#, refused: "/minimum: must be a number")
    try check(#"{"exclusiveMaximum":true}"#, refused: "/exclusiveMaximum: must be a number")
    try check(#"{"multipleOf":0}"#, refused: "/multipleOf: must be a number greater than 0")
    try check(#"{"multipleOf":-1}"#, refused: "/multipleOf: must be a number greater than 0")
  }
}
