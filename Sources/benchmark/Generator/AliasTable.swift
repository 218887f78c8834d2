/// Draws indices with given weights, in constant time whatever their number: Walker's alias method, with
/// Vose's way to fill the table.
struct AliasTable {
  /// By slot: the chance that it stands for itself and not for its alias.
  private var chances: [Double]
  private var aliases: [Int]

  /// The weights are not negative and their sum is above 0.
  init(weights: some Collection<Double>) {
    let scale = Double(weights.count) / weights.reduce(0, +)
    chances = weights.map { $0 * scale }
    aliases = Array(chances.indices)
    var small = chances.indices.filter { chances[$0] < 1 }
    var large = chances.indices.filter { chances[$0] >= 1 }
    while let poor = small.popLast(), let rich = large.last {
      // The rich slot gives away what the poor one lacks.
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
