import System

/// How the cost of some work grows when its input is doubled.
///
///     let growth = try Growth.ofThreadTime(10_000) { count in makeInput(count) } work: { input in read(input) }
///     #expect(growth.isLinear, "\(growth)")
///
/// Linear work costs twice as much for 2n as for n, sorting a little more, quadratic work four times as much. The
/// bound between them is 3 a doubling. Choose n so large that quadratic work would be far above the floor, and see the
/// test fail with it: a cost below the floor always passes, since it says nothing.
public struct Growth: CustomStringConvertible {
  public enum Unit: String, Sendable { case milliseconds, kibibytes }

  /// What a doubling of the input may cost at most.
  public static let most = 3.0

  public let count: Int
  public let doublings: Int
  /// The least cost that was seen of `count` things.
  public let small: Double
  /// That of `count << doublings` things.
  public let large: Double
  public let unit: Unit
  let floor: Double

  /// The large cost in terms of the small one.
  public var ratio: Double { large / max(small, .leastNonzeroMagnitude) }

  /// Whether each doubling costs less than 3 times as much.
  public var isLinear: Bool {
    let bound = (0..<doublings).reduce(small) { bound, _ in bound * Self.most }
    return large < max(bound, floor)
  }

  public var description: String {
    let names = "\(Int(small)) \(unit) for \(count), \(Int(large)) for \(count << doublings)"
    return "\(names): \((ratio * 100).rounded() / 100) times as much"
  }

  init(
    count: Int, doublings: Int, small: Double, large: Double, unit: Unit, floor: Double
  ) {
    (self.count, self.doublings, self.small, self.large) = (count, doublings, small, large)
    (self.unit, self.floor) = (unit, floor)
  }
}

extension Growth {
  /// Of the CPU time that `work` takes on this thread, which must do all of it (pass `threads: 1`).
  ///
  /// Noise only adds to a time, so that of several tries the least counts. With few tries a burst may hide in the
  /// small times, with many the test is slow: three are always made, and more only while the growth is too large.
  ///
  /// - Parameters:
  ///   - doublings: 2 is steadier where a larger input falls out of the processor's caches, and takes longer.
  ///   - make: The input of so many things; not measured.
  public static func ofThreadTime<Input>(
    _ count: Int, doublings: Int = 1, make: (Int) throws -> Input, work: (Input) throws -> Void
  ) rethrows -> Growth {
    let (few, many) = (try make(count), try make(count << doublings))
    func milliseconds(_ input: Input) throws -> Double {
      let start = threadMilliseconds()
      try work(input)
      return threadMilliseconds() - start
    }
    var growth = Growth(
      count: count, doublings: doublings, small: try milliseconds(few), large: try milliseconds(many),
      unit: .milliseconds, floor: timeFloor)
    for round in 1..<mostTries where round < fewestTries || !growth.isLinear {
      growth = growth.with(small: try milliseconds(few), large: try milliseconds(many))
    }
    return growth
  }

  /// Of the CPU time that `work` takes on this thread for so many things, all that it does included.
  public static func ofThreadTime(
    _ count: Int, doublings: Int = 1, work: (Int) throws -> Void
  ) rethrows -> Growth {
    try ofThreadTime(count, doublings: doublings, make: { $0 }, work: work)
  }

  /// What a process has cost.
  public struct Cost: Equatable, Sendable {
    public var milliseconds: Double
    /// The most memory that it had.
    public var bytes: Int

    public init(milliseconds: Double, bytes: Int) { (self.milliseconds, self.bytes) = (milliseconds, bytes) }
  }

  /// Of the CPU time and the peak memory of processes, each of which `run` starts for so many things (see
  /// `RunningWorker.cost()` and `BuiltBinary.cost(of:)`).
  ///
  /// Memory hardly varies, and every run is a process, so two tries are made, and more while time grows too much.
  public static func ofProcess(
    _ count: Int, doublings: Int = 1, _ run: (Int) throws -> Cost
  ) rethrows -> (time: Growth, memory: Growth) {
    let (few, many) = (try run(count), try run(count << doublings))
    var time = Growth(
      count: count, doublings: doublings, small: few.milliseconds, large: many.milliseconds,
      unit: .milliseconds, floor: processTimeFloor)
    var memory = Growth(
      count: count, doublings: doublings, small: Double(few.bytes >> 10), large: Double(many.bytes >> 10),
      unit: .kibibytes, floor: memoryFloor)
    for round in 1..<mostProcessTries where round < 2 || !time.isLinear {
      let (few, many) = (try run(count), try run(count << doublings))
      time = time.with(small: few.milliseconds, large: many.milliseconds)
      memory = memory.with(small: Double(few.bytes >> 10), large: Double(many.bytes >> 10))
    }
    return (time, memory)
  }

  private func with(small: Double, large: Double) -> Growth {
    Growth(
      count: count, doublings: doublings, small: min(self.small, small), large: min(self.large, large),
      unit: unit, floor: floor)
  }

  private static let (fewestTries, mostTries, mostProcessTries) = (3, 10, 5)
  /// In milliseconds: less may be the work of a scheduler.
  private static let timeFloor = 4.0
  /// Starting a process alone takes some of it.
  private static let processTimeFloor = 60.0
  /// In KiB; likewise.
  private static let memoryFloor = 48.0 * 1024

  private static func threadMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
  }
}
