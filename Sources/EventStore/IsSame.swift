/// Whether two ids have the same bytes.
func isSame(_ a: String, _ b: String) -> Bool {
  guard a.utf8.count == b.utf8.count else { return false }
  // Walking the bytes where they lie takes a fraction of what the views' iterators take.
  return a.utf8.span.withUnsafeBufferPointer { a in
    b.utf8.span.withUnsafeBufferPointer { b in a.elementsEqual(b) }
  }
}
