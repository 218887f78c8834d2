import Testing

@testable import ClickHouse

@Suite struct SQLTests {
  @Test func `a value becomes a parameter, and equal values become one`() {
    let path = "/a' OR 1=1 --"
    let condition: SQL = "path = \(value: path) OR \(value: path) = title AND t < \(value: Int64(7))"
    let statement = Statement("SELECT \(name: "url_path") WHERE \(condition)")
    #expect(
      statement.text
        == "SELECT `url_path` WHERE path = {p1:String} OR {p1:String} = title AND t < {p2:Int64}")
    #expect(
      statement.parameters.map { "\($0.name) \($0.type) \($0.value)" } == [
        "p1 String /a' OR 1=1 --", "p2 Int64 7",
      ])
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\tb\nc\\", #"a\tb\nc\\"#), (#"\N"#, #"\\N"#), ("'é\u{0}\r", "'é\u{0}\r"), ("", ""),
  ])
  func `a text is written as a field of tab-separated values`(text: String, field: String) {
    #expect(SQLValue.text(text).parameterText == field)
  }

  @Test func `texts that only look the same are two parameters`() {
    let statement = Statement("SELECT \(value: "\u{E9}"), \(value: "e\u{301}"), \(value: "1"), \(value: 1)")
    #expect(statement.text == "SELECT {p1:String}, {p2:String}, {p3:String}, {p4:Int64}")
  }

  @Test func `the texts of an array are quoted`() {
    #expect(SQLValue.texts(["a", "it's", #"\"#, "a\tb"]).parameterText == #"['a','it\'s','\\','a"# + "\tb']")
    #expect(SQLValue.texts([]).parameterText == "[]")
    #expect(SQLValue.integers([1, -2, .min]).parameterText == "[1,-2,-9223372036854775808]")
  }

  @Test(arguments: [("url_path", "`url_path`"), ("a`b", #"`a\`b`"#), (#"a\"#, #"`a\\`"#), ("", "``")])
  func `names are quoted`(name: String, quoted: String) {
    #expect(Statement("\(name: name)").text == quoted)
  }

  @Test func `conditions are combined in parentheses`() {
    let two: [SQL] = ["a OR b", "c"]
    #expect(Statement(two.allHold()).text == "(a OR b) AND (c)")
    #expect(Statement(two.oneHolds()).text == "(a OR b) OR (c)")
    #expect(Statement([SQL]().allHold()).text == "true")
    #expect(Statement([SQL]().oneHolds()).text == "false")
  }

  @Test func `a value that is too long for one parameter is sent in parts`() {
    let text = (0..<30_000).map { "ä\($0)" }.joined()
    let statement = Statement("SELECT \(value: Array(Int64(0)..<10_000)), \(value: text)")
    #expect(
      statement.text
        == "SELECT arrayConcat({p1:Array(Int64)}, {p2:Array(Int64)}, {p3:Array(Int64)}, {p4:Array(Int64)}), "
        + "concat({p5:String}, {p6:String}, {p7:String}, {p8:String})")
    #expect(statement.parameters.allSatisfy { $0.value.utf8.count <= 131_072 })
    #expect(statement.parameters.dropFirst(4).map(\.value).joined() == text)
    #expect(Statement("SELECT \(value: [Int64]())").text == "SELECT {p1:Array(Int64)}")
  }
}
