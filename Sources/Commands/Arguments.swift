/// The arguments of a command, taken one by one: operands, `--flag`, `--option VALUE` and `--option=VALUE`;
/// after `--` all are operands.
struct Arguments {
  enum Argument: Equatable {
    case operand(String)
    /// The name with its hyphens, and the value after `=`, if there is one.
    case option(name: String, value: String?)
  }

  private var rest: ArraySlice<String>
  private var areOperands = false
  /// The options that had a value.
  private var valued: Set<String> = []

  init(_ arguments: [String]) { rest = arguments[...] }

  /// How many arguments are left.
  var count: Int { rest.count }

  mutating func next() -> Argument? {
    guard let argument = rest.popFirst() else { return nil }
    if areOperands || argument == "-" || !argument.hasPrefix("-") { return .operand(argument) }
    if argument == "--" {
      areOperands = true
      return next()
    }
    guard let equals = argument.firstIndex(of: "=") else { return .option(name: argument, value: nil) }
    return .option(
      name: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]))
  }

  /// The next argument of `command`, which has no options; nil at the end.
  mutating func nextOperand(of command: String) throws(CommandError) -> String? {
    switch next() {
    case nil: return nil
    case .operand(let operand): return operand
    case .option(let name, _): throw .unknownOption(name, of: command, known: [])
    }
  }

  /// The value of the option `name`: the one after its `=`, else the next argument.
  ///
  /// - Parameter isList: Whether the option may be given again.
  mutating func value(of name: String, _ inline: String?, isList: Bool = false) throws(CommandError) -> String
  {
    if !valued.insert(name).inserted, !isList { throw .usage("\(name) is given twice; give it once") }
    if let inline { return inline }
    guard let value = rest.popFirst() else { throw .usage("\(name) needs a value") }
    return value
  }

  /// Throws if a flag, which takes no value, has one.
  func checkNoValue(of name: String, _ inline: String?) throws(CommandError) {
    if let inline { throw .usage("\(name) takes no value, found \"\(inline)\"") }
  }
}
