/// A fixed-width column: `count` elements in shared, immutable memory.
struct Column<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// Keeps the memory alive.
  let owner: any AnyObject & Sendable
  private let start: UnsafePointer<Element>
  let count: Int

  /// Creates a column of `count` elements; `fill` must write all of them.
  init(count: Int, fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
    let storage = ColumnStorage(byteCount: count * MemoryLayout<Element>.stride)
    let elements = storage.base.bindMemory(to: Element.self, capacity: count)
    fill(UnsafeMutableBufferPointer(start: elements, count: count))
    owner = storage
    start = UnsafePointer(elements)
    self.count = count
  }

  init(_ elements: [Element]) {
    self.init(count: elements.count) { _ = $0.update(fromContentsOf: elements) }
  }

  /// Creates a column over a section whose elements have this width.
  init(_ section: StoredSection) {
    precondition(section.width == MemoryLayout<Element>.stride)
    guard let base = section.bytes.baseAddress else { preconditionFailure("a section without memory") }
    precondition(Int(bitPattern: base).isMultiple(of: MemoryLayout<Element>.alignment))
    owner = section.owner
    // Sound: the section's memory is aligned, lives as long as its owner, and any bits are valid elements.
    start = base.assumingMemoryBound(to: Element.self)
    count = section.count
  }

  /// The memory of the elements; valid as long as the owner lives.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: count * MemoryLayout<Element>.stride)
  }

  /// The elements; valid as long as the column lives.
  var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      // Sound: `owner` keeps the memory as long as `self`, and `count` elements were written.
      let span = Span(_unsafeStart: start, count: count)
      return _overrideLifetime(span, borrowing: self)
    }
  }

  subscript(index: Int) -> Element { span[index] }

  /// Writes the elements in `range` to the start of `output`.
  func copy(_ range: Range<Int>, to output: UnsafeMutableBufferPointer<Element>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= output.count)
    // Sound: both have room for `range.count` elements, and the owner lives as long as `self`.
    output.baseAddress?.update(from: start + range.lowerBound, count: range.count)
  }
}

/// The memory of columns, aligned to cache lines. It is freed with its last reference.
///
/// Sound to share between threads: its creator fills it, and nobody writes to it afterwards.
final class ColumnStorage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
  }

  deinit { base.deallocate() }
}
