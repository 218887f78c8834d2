/// Writes JSON text as bytes: one line, without spaces, members in their order, always the same bytes for the
/// same value.
///
/// Write whole values with `write(_:)`. Stream a result that is never a `JSONValue` with `beginObject`,
/// `name`, `endObject` and so on; the writer inserts commas. The caller must balance brackets and write a
/// name before each member's value.
public struct JSONWriter {
  /// The text so far, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// The maximum number of bytes. If a value takes more, further elements and members are left out; the text
  /// is then not valid JSON and must be rolled back.
  public var maximumBytes = Int.max { didSet { nextCheck = min(maximumBytes, nextCheck) } }
  /// Called now and then while much is written; returns whether the text is no longer wanted. The text is
  /// then not valid JSON.
  public var isCancelled: (() -> Bool)? {
    didSet {
      isStopped = false
      nextCheck = isCancelled == nil ? maximumBytes : min(maximumBytes, bytes.count + Self.bytesPerCheck)
    }
  }
  /// Whether writing stopped early because `isCancelled` returned true.
  public private(set) var isStopped = false
  /// Up to this many bytes, no check is needed.
  private var nextCheck = Int.max

  private static let bytesPerCheck = 64 << 10
  /// Whether the next element or member must be preceded by a comma.
  private var needsComma = false

  /// Whether more than `maximumBytes` was to be written.
  public var isOverfull: Bool { bytes.count > maximumBytes }

  public init() {
    // Most replies fit this capacity; otherwise each growth would copy them.
    bytes.reserveCapacity(512)
  }

  /// Removes the text and keeps the storage.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
    isStopped = false
    nextCheck = isCancelled == nil ? maximumBytes : min(maximumBytes, Self.bytesPerCheck)
  }

  /// A position to which the writer can be reset.
  public struct Mark {
    fileprivate let count: Int
    fileprivate let needsComma: Bool
  }

  /// The current position.
  public var mark: Mark { Mark(count: bytes.count, needsComma: needsComma) }

  /// Removes what was written since the mark.
  public mutating func rollBack(to mark: Mark) {
    bytes.removeLast(bytes.count - mark.count)
    needsComma = mark.needsComma
    isStopped = false
  }

  /// Writes a whole value.
  public mutating func write(_ value: JSONValue) {
    // Elements and members are accessed in place: counting a reference to each would take as long as writing
    // it.
    switch value {
    case .null: writeNull()
    case .bool(let value): write(value)
    case .integer(let value): write(value)
    case .decimal(let value): write(value)
    case .double(let value): write(value)
    case .string(let value): write(value)
    case .array(let elements):
      beginArray()
      let elements = elements.span
      for index in elements.indices where continues() { write(elements[index]) }
      endArray()
    case .object(let object):
      beginObject()
      let members = object.members.span
      for index in members.indices where continues() {
        name(members[index].name)
        write(members[index].value)
      }
      endObject()
    }
  }

  /// Returns whether the next element or member is to be written.
  private mutating func continues() -> Bool {
    if bytes.count <= nextCheck { return true }
    if isOverfull || isStopped { return false }
    isStopped = isCancelled?() ?? false
    nextCheck = min(maximumBytes, bytes.count + Self.bytesPerCheck)
    return !isStopped
  }

  /// Writes `{`. Write names and values next.
  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Writes `}`.
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Writes `[`. Write values next.
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Writes `]`.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes the name of a member. Write its value next.
  public mutating func name(_ name: String) {
    bytes.append(name: name, afterComma: needsComma)
    needsComma = false
  }

  /// Writes `null`.
  public mutating func writeNull() {
    separate()
    bytes.append(literal: "null")
  }

  /// Writes `true` or `false`.
  public mutating func write(_ value: Bool) {
    separate()
    bytes.append(literal: value ? "true" : "false")
  }

  /// Writes all digits.
  public mutating func write(_ value: Int) { write(Int64(value)) }

  /// Writes all digits.
  public mutating func write(_ value: Int64) {
    separate()
    bytes.append(decimal: value)
  }

  /// Writes all digits without an exponent, except for a whole number beyond 128 bits: its zeros become an
  /// exponent.
  public mutating func write(_ value: JSONDecimal) {
    separate()
    bytes.append(decimal: value)
  }

  /// Writes the shortest text that parses back to the same double; `null` for infinities and NaN, which JSON
  /// does not have.
  public mutating func write(_ value: Double) {
    separate()
    bytes.append(shortest: value)
  }

  /// Writes a string in quotes; only what JSON requires is escaped.
  public mutating func write(_ value: String) {
    separate()
    bytes.append(quoting: value)
  }

  /// Writes a value that is already JSON text, for example one written before. It is not checked.
  public mutating func write(text: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: text)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }
}

extension JSONValue {
  /// Returns the value as JSON text: one line, without spaces.
  public func serialized() -> [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as JSON text: one line, without spaces.
  public var description: String { String(decoding: serialized(), as: UTF8.self) }
}
