/// A fixed-width column: `count` elements in memory that is shared and never changes.
struct Column<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// Keeps the memory.
  let owner: any AnyObject & Sendable
  private let start: UnsafePointer<Element>
  let count: Int

  /// A column of `count` elements that `fill` writes, all of them.
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

  /// The elements of a section of this width.
  init(_ section: StoredSection) {
    precondition(section.width == MemoryLayout<Element>.stride)
    guard let base = section.bytes.baseAddress else { preconditionFailure("a section without memory") }
    precondition(Int(bitPattern: base).isMultiple(of: MemoryLayout<Element>.alignment))
    owner = section.owner
    // Sound: the section's memory is aligned, lives as long as its owner and holds any bits.
    start = base.assumingMemoryBound(to: Element.self)
    count = section.count
  }

  /// The memory of the elements; valid while the owner lives.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: count * MemoryLayout<Element>.stride)
  }

  /// The elements; valid while the column is.
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
    // Sound: both hold as many elements, and the owner lives as long as `self`.
    output.baseAddress?.update(from: start + range.lowerBound, count: range.count)
  }
}

/// The memory that columns stand in, freed when the last of them is gone. Aligned to cache lines.
///
/// It is filled by whoever makes it and never written afterwards, which is why it may be shared
/// between threads.
final class ColumnStorage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
  }

  deinit { base.deallocate() }
}
