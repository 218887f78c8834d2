extension JSONValue {
  /// Whether it has no texts, and no numbers except zeros.
  public var isBlank: Bool {
    switch self {
    case .null: true
    case .bool, .string: false
    case .integer, .decimal, .double: double == 0
    case .array(let elements): elements.allSatisfy(\.isBlank)
    case .object(let object): object.members.allSatisfy { $0.value.isBlank }
    }
  }
}
