import System

/// Counts that start as 0, few of which may ever change: a page of them takes memory only when one of its
/// counts changes.
///
/// Sound to hand from thread to thread: only the accumulator that owns it uses it.
final class SparseCounts: @unchecked Sendable {
  private let numbers: UnsafeMutableBufferPointer<Int>

  init(count: Int) {
    // The operating system provides large allocations as zeros, and maps a page on the first write to it.
    guard let memory = calloc(max(count, 1), MemoryLayout<Int>.stride) else {
      fatalError("no memory for \(count) numbers")
    }
    numbers = UnsafeMutableBufferPointer(
      start: memory.bindMemory(to: Int.self, capacity: count), count: count)
  }

  deinit { free(numbers.baseAddress) }

  var indices: Range<Int> { numbers.indices }

  subscript(index: Int) -> Int { numbers[index] }

  func withMutableSpan(_ body: (inout MutableSpan<Int>) -> Void) {
    var span = numbers.mutableSpan
    body(&span)
  }

  func increment(_ index: Int) { numbers[index] &+= 1 }

  func add(_ other: SparseCounts) {
    for index in indices where other.numbers[index] != 0 { numbers[index] += other.numbers[index] }
  }
}
