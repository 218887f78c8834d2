import Dispatch
import Synchronization
import System

/// A lower bound for every program on this machine: reading a number of bytes once, with all cores.
struct MachineLimit {
  let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// The time of a plain sum over `bytes` bytes of memory, spread over all cores.
  func sum(bytes: Int, runs: Int) -> Samples {
    let words = Array(repeating: UInt64(1), count: max(1, bytes / 8))
    var durations: [Duration] = []
    // The first sum wakes up the threads and is not counted.
    for run in 0...runs {
      let start = ContinuousClock.now
      let sum = sum(words)
      let duration = ContinuousClock.now - start
      precondition(sum == UInt64(words.count))
      if run > 0 { durations.append(duration) }
    }
    return Samples(durations)
  }

  private func sum(_ words: [UInt64]) -> UInt64 {
    let total = Atomic<UInt64>(0)
    let share = (words.count + cores - 1) / cores
    DispatchQueue.concurrentPerform(iterations: cores) { core in
      let end = min(words.count, (core + 1) * share)
      var sum: UInt64 = 0
      for word in words[min(end, core * share)..<end] { sum &+= word }
      total.wrappingAdd(sum, ordering: .relaxed)
    }
    return total.load(ordering: .relaxed)
  }
}
