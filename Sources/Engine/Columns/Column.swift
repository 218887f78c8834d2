/// A fixed-width column: `count` elements in memory that is shared and never changes.
struct Column<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  private let storage: ColumnStorage
  private let start: UnsafePointer<Element>
  let count: Int

  /// A column of `count` elements that `fill` writes, all of them.
  init(count: Int, fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
    storage = ColumnStorage(byteCount: count * MemoryLayout<Element>.stride)
    let elements = storage.base.bindMemory(to: Element.self, capacity: count)
    fill(UnsafeMutableBufferPointer(start: elements, count: count))
    start = UnsafePointer(elements)
    self.count = count
  }

  init(_ elements: [Element]) {
    self.init(count: elements.count) { _ = $0.update(fromContentsOf: elements) }
  }

  /// The elements; valid while the column is.
  var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      // Sound: `storage` keeps the memory as long as `self`, and `count` elements were written.
      let span = Span(_unsafeStart: start, count: count)
      return _overrideLifetime(span, borrowing: self)
    }
  }

  subscript(index: Int) -> Element { span[index] }
}
