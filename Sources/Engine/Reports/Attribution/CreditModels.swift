import System

/// Gives the credits of a session's conversions to its touches, model by model. One is reused from session to session by one
/// thread.
struct CreditModels: Sendable {
  /// A model's credits by touch: of conversions, and of their values in ten-thousandths.
  struct Sums: Sendable {
    var conversions = TouchSums()
    var values = TouchSums()
  }

  /// A conversion in ten-thousandths.
  static let one: Int128 = 10_000

  private var parts = CreditParts()
  private var distinct = DistinctNames()
  private let executor: ParallelExecutor

  init(_ executor: ParallelExecutor) { self.executor = executor }

  /// Writes the credits of a model.
  ///
  /// - Parameters:
  ///   - names: Those of the touches; nil if the model does not depend on them.
  ///   - values: By conversion, in ten-thousandths; nil if only conversions are credited.
  mutating func credit(
    _ model: AttributionModel, _ paths: CreditPaths, _ names: CreditNames?, _ values: ArraySlice<Int128>?,
    to sums: inout Sums
  ) {
    sums.conversions.reset(paths.touchCount)
    if values != nil { sums.values.reset(paths.touchCount) }
    if case .shapley = model, let names {
      distinct.count(names, paths)
      distinct.divide({ _ in Self.one }, names, paths, into: &sums.conversions)
      if let values {
        distinct.divide({ values[values.startIndex + $0] }, names, paths, into: &sums.values)
      }
    } else {
      for (conversion, path) in paths.paths.enumerated() where !path.isEmpty {
        parts.removeAll()
        weigh(path, model, names, paths, conversion)
        parts.divide(Self.one, into: &sums.conversions, executor)
        if let values {
          parts.divide(values[values.startIndex + conversion], into: &sums.values, executor)
        }
        if executor.isCancelled { return }
      }
    }
    sums.conversions.addUp()
    if values != nil { sums.values.addUp() }
  }

  /// Weighs the touches of a path.
  private mutating func weigh(
    _ path: Range<Int>, _ model: AttributionModel, _ names: CreditNames?, _ paths: CreditPaths,
    _ conversion: Int
  ) {
    switch model {
    case .first: parts.append(1, path.prefix(1))
    case .last: parts.append(1, path.suffix(1))
    case .lastNonDirect:
      let touch = names?.latestNotDirect[path.upperBound - 1] ?? -1
      parts.append(1, touch >= path.lowerBound ? touch..<touch + 1 : path.suffix(1))
    case .linear, .shapley: parts.append(1, path)
    case .position(let first, let middle, let last):
      weigh(path, Int64(first), Int64(middle), Int64(last))
    case .timeDecay(let halfLife):
      weigh(
        path, paths.touchTimes, before: paths.conversionTimes[conversion], halfLifeMilliseconds: halfLife)
    }
  }

  private mutating func weigh(_ path: Range<Int>, _ first: Int64, _ middle: Int64, _ last: Int64) {
    let between = Int64(path.count - 2)
    if between < 0 || between == 0 && first + last == 0 { return parts.append(1, path) }
    let share = max(between, 1)
    parts.append(first * share, path.prefix(1))
    if between > 0 { parts.append(middle, path.dropFirst().dropLast()) }
    parts.append(last * share, path.suffix(1))
  }

  /// Weighs each touch by its age. The sum of 2²⁸ weights has 68 bits.
  private mutating func weigh(
    _ path: Range<Int>, _ times: [Int64], before time: Int64, halfLifeMilliseconds: Double
  ) {
    executor.forEach(path) { touch in
      let age = Double(time - times[touch])
      let weight = (0x1p40 * exp2(-age / halfLifeMilliseconds)).rounded(.toNearestOrAwayFromZero)
      parts.append(max(1, Int64(weight)), touch..<touch + 1)
    }
  }
}

/// Divides amounts in equal parts among the distinct names of paths. Of each name, its last touch on the path gets the part,
/// so each touch gets credit from the conversions of which it is the last of its name.
private struct DistinctNames: Sendable {
  /// By conversion: the number of distinct names on its path.
  private var counts: [Int] = []
  /// By conversion, and one more: the parts of all conversions before it.
  private var sums: [Int128] = []
  /// By conversion: how many of the last names get a unit more.
  private var extras: [Int] = []
  /// By touch: 1 if it is the last of its name on the current path.
  private var lastTouches = PrefixSums()
  /// The units that were added to each touch and to those after it.
  private var units = PrefixSums()
  private var unitsBefore: [Int] = []

  mutating func count(_ names: CreditNames, _ paths: CreditPaths) {
    var changes = TouchSums()
    changes.reset(paths.paths.count)
    for conversions in names.conversions where !conversions.isEmpty { changes.add(1, to: conversions) }
    changes.addUp()
    counts.removeAll(keepingCapacity: true)
    for conversion in paths.paths.indices { counts.append(Int(changes[conversion])) }
  }

  mutating func divide(
    _ amount: (Int) -> Int128, _ names: CreditNames, _ paths: CreditPaths, into touchSums: inout TouchSums
  ) {
    sums.removeAll(keepingCapacity: true)
    extras.removeAll(keepingCapacity: true)
    var sum: Int128 = 0
    var hasExtras = false
    for (conversion, count) in counts.enumerated() {
      sums.append(sum)
      let (part, extra) = count == 0 ? (0, 0) : flooredQuotient(amount(conversion), Int128(count))
      sum += part
      extras.append(Int(extra))
      hasExtras = hasExtras || extra > 0
    }
    sums.append(sum)
    for (touch, conversions) in names.conversions.enumerated() where !conversions.isEmpty {
      touchSums.add(sums[conversions.upperBound] - sums[conversions.lowerBound], to: touch..<touch + 1)
    }
    if hasExtras { divideExtras(names, paths, into: &touchSums) }
  }

  /// Goes through the conversions in order, and adds a unit to each of the last names on their paths.
  private mutating func divideExtras(
    _ names: CreditNames, _ paths: CreditPaths, into touchSums: inout TouchSums
  ) {
    lastTouches.reset(paths.touchCount)
    units.reset(paths.touchCount)
    unitsBefore.removeAll(keepingCapacity: true)
    extend(&unitsBefore, to: paths.touchCount, with: -1)
    /// Ends the time in which a touch is the last of its name.
    func end(_ touch: Int, _ names: inout DistinctNames, _ touchSums: inout TouchSums) {
      guard names.unitsBefore[touch] >= 0 else { return }
      touchSums.add(Int128(names.units.sum(through: touch) - names.unitsBefore[touch]), to: touch..<touch + 1)
      names.lastTouches.add(-1, at: touch)
      names.unitsBefore[touch] = -1
    }
    var (first, next) = (0, 0)
    for (conversion, path) in paths.paths.enumerated() {
      while next < path.upperBound {
        if names.previous[next] >= 0 { end(names.previous[next], &self, &touchSums) }
        lastTouches.add(1, at: next)
        unitsBefore[next] = units.sum(through: next)
        next += 1
      }
      while first < path.lowerBound {
        end(first, &self, &touchSums)
        first += 1
      }
      if extras[conversion] == 0 { continue }
      let touch = lastTouches.index(ofUnit: counts[conversion] - extras[conversion])
      units.add(1, at: touch)
    }
    for touch in first..<next { end(touch, &self, &touchSums) }
  }
}

/// Whole numbers of which those up to an index can be added up, and each can be changed, in logarithmic time: a binary indexed
/// tree.
private struct PrefixSums: Sendable {
  /// At i, counted from 1: the sum of the last `i & -i` numbers up to the i-th.
  private var tree: [Int] = [0]

  mutating func reset(_ count: Int) {
    tree.removeAll(keepingCapacity: true)
    extend(&tree, to: count + 1, with: 0)
  }

  mutating func add(_ number: Int, at index: Int) {
    var place = index + 1
    while place < tree.count {
      tree[place] += number
      place += place & -place
    }
  }

  func sum(through index: Int) -> Int {
    var (sum, place) = (0, index + 1)
    while place > 0 {
      sum += tree[place]
      place &= place - 1
    }
    return sum
  }

  /// Returns the least index through which the sum is more than `unit`, if no number is negative.
  func index(ofUnit unit: Int) -> Int {
    var (place, left) = (0, unit)
    var step = 1 << (Int.bitWidth - 1 - tree.count.leadingZeroBitCount)
    while step > 0 {
      if place + step < tree.count, tree[place + step] <= left {
        place += step
        left -= tree[place]
      }
      step >>= 1
    }
    return place
  }
}
