/// Puts JSON text together as bytes: one line, without spaces, members in their order, the same bytes for
/// the same value every time.
///
/// Whole values go through `write(_:)`. A result that is never held as a `JSONValue` is streamed with
/// `beginObject`, `name`, `endObject` and so on; commas come by themselves. It is for the caller to
/// balance brackets and to write a name before each member's value.
public struct JSONWriter {
  public private(set) var bytes: [UInt8] = []
  /// So many bytes may be written. Of a value that takes more, what is beyond is left out, as far as arrays and
  /// objects go; what is written is then no JSON text, and to be taken back.
  public var maximumBytes = Int.max { didSet { nextLook = min(maximumBytes, nextLook) } }
  /// Is asked now and then, while much is written, whether nobody wants it any more. What is then written is no JSON
  /// text.
  public var isCancelled: (() -> Bool)? {
    didSet {
      isStopped = false
      nextLook = isCancelled == nil ? maximumBytes : min(maximumBytes, bytes.count + Self.bytesBetweenLooks)
    }
  }
  /// Whether writing has ended early, since `isCancelled` has said so.
  public private(set) var isStopped = false
  /// Up to so many bytes nothing has to be looked at.
  private var nextLook = Int.max

  private static let bytesBetweenLooks = 64 << 10
  /// Whether something stands before the next element or member that a comma must part from it.
  private var needsComma = false

  /// Whether more was to be written than may be.
  public var isOverfull: Bool { bytes.count > maximumBytes }

  public init() {
    // Most replies fit this; they would else be copied at each step of growth.
    bytes.reserveCapacity(512)
  }

  /// Forgets what is written and keeps the storage.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
    isStopped = false
    nextLook = isCancelled == nil ? maximumBytes : min(maximumBytes, Self.bytesBetweenLooks)
  }

  /// A place to which what is written can be taken back.
  public struct Mark {
    fileprivate let count: Int
    fileprivate let needsComma: Bool
  }

  public var mark: Mark { Mark(count: bytes.count, needsComma: needsComma) }

  /// Takes back what was written since the mark.
  public mutating func takeBack(to mark: Mark) {
    bytes.removeLast(bytes.count - mark.count)
    needsComma = mark.needsComma
    isStopped = false
  }

  // Elements and members are looked at where they stand: counting references to each would take as long as
  // writing it.
  public mutating func write(_ value: JSONValue) {
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
      for index in elements.indices where goesOn() { write(elements[index]) }
      endArray()
    case .object(let object):
      beginObject()
      let members = object.members.span
      for index in members.indices where goesOn() {
        name(members[index].name)
        write(members[index].value)
      }
      endObject()
    }
  }

  /// Whether another element or member is to be written.
  private mutating func goesOn() -> Bool {
    if bytes.count <= nextLook { return true }
    if isOverfull || isStopped { return false }
    isStopped = isCancelled?() ?? false
    nextLook = min(maximumBytes, bytes.count + Self.bytesBetweenLooks)
    return !isStopped
  }

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// The name of a member. Its value is written next.
  public mutating func name(_ name: String) {
    bytes.append(name: name, afterComma: needsComma)
    needsComma = false
  }

  public mutating func writeNull() {
    separate()
    bytes.append(literal: "null")
  }

  public mutating func write(_ value: Bool) {
    separate()
    bytes.append(literal: value ? "true" : "false")
  }

  public mutating func write(_ value: Int) { write(Int64(value)) }

  public mutating func write(_ value: Int64) {
    separate()
    bytes.append(decimal: value)
  }

  /// All digits and no exponent, but for a whole number beyond 128 bits: its zeros become an exponent.
  public mutating func write(_ value: JSONDecimal) {
    separate()
    bytes.append(decimal: value)
  }

  /// The shortest text that reads back as the same double; `null` for infinities and NaN, which JSON does not have.
  public mutating func write(_ value: Double) {
    separate()
    bytes.append(shortest: value)
  }

  public mutating func write(_ value: String) {
    separate()
    bytes.append(quoting: value)
  }

  /// A value that is JSON text already, such as one written before. It is taken as it is.
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
  /// The value as JSON text: one line, without spaces.
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
