import System

/// Numbers that begin as 0, of which few may ever be counted up: a page of them takes memory when the first
/// number in it changes.
///
/// Sound to hand from thread to thread: only the partial that it belongs to uses it.
final class SparseCounts: @unchecked Sendable {
  private let numbers: UnsafeMutableBufferPointer<Int>

  init(count: Int) {
    // The system gives large memory as zeros, and gives it when it is written to.
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

  func add(_ other: SparseCounts) {
    for index in indices where other.numbers[index] != 0 { numbers[index] += other.numbers[index] }
  }
}
