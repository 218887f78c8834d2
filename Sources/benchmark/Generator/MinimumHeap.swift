/// A binary heap of numbers, with constant-time access to the smallest.
struct MinimumHeap {
  private var numbers: [UInt64] = []

  var minimum: UInt64? { numbers.first }

  mutating func insert(_ number: UInt64) {
    numbers.append(number)
    var index = numbers.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      if numbers[parent] <= number { break }
      numbers[index] = numbers[parent]
      index = parent
    }
    numbers[index] = number
  }

  mutating func removeMinimum() {
    let last = numbers.removeLast()
    if !numbers.isEmpty { replaceMinimum(with: last) }
  }

  /// Replaces the smallest number by `number`. The heap must not be empty.
  mutating func replaceMinimum(with number: UInt64) {
    var index = 0
    while true {
      var child = 2 * index + 1
      if child >= numbers.count { break }
      if child + 1 < numbers.count, numbers[child + 1] < numbers[child] { child += 1 }
      if number <= numbers[child] { break }
      numbers[index] = numbers[child]
      index = child
    }
    numbers[index] = number
  }
}
