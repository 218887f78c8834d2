/// The arguments of a command: operands, `--flag`, `--option VALUE` and `--option=VALUE`; after `--` all are
/// operands.
struct Arguments {
  private(set) var operands: [String] = []
  private var flags: Set<String> = []
  private var values: [String: String] = [:]

  /// Sorts `arguments` by kind. The names of flags and options include their hyphens.
  init(
    _ arguments: some Collection<String>, flags flagNames: [String] = [], options optionNames: [String] = []
  ) throws(BenchmarkError) {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        return
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        operands.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if flagNames.contains(name), parts.count == 1 {
        flags.insert(name)
      } else if optionNames.contains(name) {
        guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
          throw .usage("\(name) needs a value")
        }
        values[name] = value
      } else {
        throw .usage("there is no option \(argument) here")
      }
    }
  }

  func has(_ flag: String) -> Bool { flags.contains(flag) }

  func value(_ name: String) -> String? { values[name] }

  /// The whole number given for the option `name`; nil if the option is not given.
  func number<Number: FixedWidthInteger>(
    _ name: String, in range: ClosedRange<Number>
  ) throws(BenchmarkError) -> Number? {
    guard let text = values[name] else { return nil }
    return try wholeNumber(text, of: name, in: range)
  }
}

/// The whole number that `text` denotes; error messages refer to it as `name`.
func wholeNumber<Number: FixedWidthInteger>(
  _ text: String, of name: String, in range: ClosedRange<Number>
) throws(BenchmarkError) -> Number {
  guard let number = Number(text), range.contains(number) else {
    throw .usage(
      "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound), found \"\(text)\"")
  }
  return number
}
