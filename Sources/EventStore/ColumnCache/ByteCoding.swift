// The encoding of a manifest: numbers and texts in sequence.

struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ number: Int64) { write(UInt64(bitPattern: number)) }

  mutating func write(_ number: Int) { write(Int64(number)) }

  mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes the count of `elements`, then each element by `body`.
  mutating func write<Element>(_ elements: [Element], _ body: (inout ByteWriter, Element) -> Void) {
    write(elements.count)
    for element in elements { body(&self, element) }
  }
}

/// Reads what a `ByteWriter` wrote. If something is missing, everything after it counts as missing too.
struct ByteReader {
  private var rest: ArraySlice<UInt8>
  private(set) var isComplete = true

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number() -> UInt64 {
    let bytes = take(8)
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func signed() -> Int64 { Int64(bitPattern: number()) }

  mutating func text() -> String { String(decoding: take(Int(signed())), as: UTF8.self) }

  mutating func elements<Element>(_ body: (inout ByteReader) -> Element) -> [Element] {
    let count = signed()
    // Every element takes at least one byte, so a wrong count cannot demand more than there is.
    guard isComplete, count >= 0, count <= rest.count else {
      isComplete = false
      return []
    }
    var elements: [Element] = []
    for _ in 0..<count where isComplete { elements.append(body(&self)) }
    return elements
  }

  /// Rejects the input: it is complete, but has values that no writer produces.
  mutating func refuse() { isComplete = false }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    guard isComplete, count >= 0, count <= rest.count else {
      isComplete = false
      return []
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
