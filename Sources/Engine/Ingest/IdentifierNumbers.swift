/// Dense numbers of distinct texts, in order of first appearance, for counting which of them are repeated.
public struct IdentifierNumbers {
  private var table = IdentifierTable()

  public init() {}

  /// How many distinct texts there are.
  public var count: Int { table.count }

  /// The number of `text`, and whether it is new.
  public mutating func number(of text: Bytes) -> (number: UInt32, isNew: Bool) { table.number(of: text) }
}
