/// Draws indexes with given weights in constant time, whatever their number: Walker's alias method, with
/// Vose's algorithm to fill the table.
struct AliasTable {
  /// By slot: the probability that it yields itself and not its alias.
  private var chances: [Double]
  private var aliases: [Int]

  /// - Parameter weights: not negative, and with a sum above 0.
  init(weights: some Collection<Double>) {
    let scale = Double(weights.count) / weights.reduce(0, +)
    chances = weights.map { $0 * scale }
    aliases = Array(chances.indices)
    var small = chances.indices.filter { chances[$0] < 1 }
    var large = chances.indices.filter { chances[$0] >= 1 }
    while let poor = small.popLast(), let rich = large.last {
      // The rich slot fills up the remainder of the poor one.
      aliases[poor] = rich
      chances[rich] -= 1 - chances[poor]
      if chances[rich] < 1 { small.append(large.removeLast()) }
    }
  }

  func draw(_ random: inout RandomSource) -> Int {
    let slot = random.below(chances.count)
    return random.unit() < chances[slot] ? slot : aliases[slot]
  }
}
