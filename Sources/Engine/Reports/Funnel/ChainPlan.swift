/// The rules of a funnel's chains, with a bit for each step and for each exclusion.
struct ChainRules: Sendable {
  let stepCount: Int
  /// By step: the maximum and the minimum time of a link into it.
  let windows: [Int64]
  let waits: [Int64]
  /// The steps that a chain may leave out.
  let optional: UInt64
  /// The maximum time from the first event of a chain to its last; nil if there is no bound.
  let totalWindow: Int64?
  let isStrict: Bool
  let isDistinct: Bool
  let staysInVisit: Bool
  /// By exclusion: the steps between which its events must not lie.
  let exclusions: [ClosedRange<Int>]

  /// A duration longer than any between two events.
  static let unbounded = Int64(1) << 60

  init(_ request: FunnelRequest) {
    stepCount = request.steps.count
    windows = request.links.map { min($0.windowMilliseconds ?? Self.unbounded, Self.unbounded) }
    waits = request.links.map { min($0.minimumWaitMilliseconds, Self.unbounded) }
    var optional: UInt64 = 0
    for (step, link) in request.links.enumerated() where link.isOptional { optional |= 1 << UInt64(step) }
    precondition(optional & 1 == 0 && optional >> UInt64(request.steps.count - 1) == 0)
    self.optional = optional
    totalWindow = request.totalWindowMilliseconds
    isStrict = request.order == .strict
    isDistinct = request.isDistinct
    staysInVisit = request.staysInVisit
    exclusions = request.exclusions.map(\.steps)
  }

  func isOptional(_ step: Int) -> Bool { optional >> UInt64(step) & 1 != 0 }

  /// Returns the last step before `step` that is not optional.
  func lastRequired(before step: Int) -> Int {
    var step = step - 1
    while isOptional(step) { step -= 1 }
    return step
  }

  /// Returns the steps from which a link may lead to `step`.
  func sources(of step: Int) -> UInt64 {
    if step == 0 { return 0 }
    let first = lastRequired(before: step)
    return (UInt64.max >> UInt64(64 - step)) & (UInt64.max << UInt64(first))
  }

  /// The steps to which a link may lead from the first step.
  var stepsAfterFirst: UInt64 {
    var steps: UInt64 = 0
    for step in 1..<stepCount {
      steps |= 1 << UInt64(step)
      if !isOptional(step) { break }
    }
    return steps
  }

  /// Returns the exclusions whose events must not lie between an event of step `source` and one of step `step`.
  func exclusions(from source: Int, to step: Int) -> UInt16 {
    var bits: UInt16 = 0
    for (index, steps) in exclusions.enumerated()
    where source < steps.upperBound && step > steps.lowerBound {
      bits |= 1 << UInt16(index)
    }
    return bits
  }

  /// The longest time that a chain can take; nil if there is no bound.
  var longestChain: Int64? {
    if let totalWindow { return totalWindow }
    let windows = windows.dropFirst()
    return windows.contains(Self.unbounded) ? nil : windows.reduce(0, +)
  }
}

/// In which order the steps of chains are searched, forward from the first step or backward from the last.
///
/// A step's results are kept in a slot, which the steps after it read. Optional steps share a slot if all links from them
/// have the same rules, so that a row of optional steps takes one slot, as a rule.
struct ChainPlan: Sendable {
  /// A slot from which chains continue, and the rules of the links.
  struct Source {
    let slot: Int
    let link: Link
  }

  struct Link: Equatable {
    let window: Int64
    let wait: Int64
    let exclusions: UInt16
  }

  struct Layer {
    let step: Int
    /// The indices of the layer's sources.
    let sources: Range<Int>
    /// Where its results are kept.
    let slot: Int
    /// Whether the results of optional steps before it are in the slot too.
    let sharesSlot: Bool
    /// Whether chains may leave out the step.
    let isOptional: Bool
  }

  /// The step at which chains begin.
  let firstStep: Int
  private(set) var layers: [Layer] = []
  private(set) var sources: [Source] = []
  private(set) var slotCount = 1

  /// - Parameter isBackward: Whether chains are searched from the last step to the first.
  init(_ rules: ChainRules, isBackward: Bool = false) {
    let order = isBackward ? Array((0..<rules.stepCount).reversed()) : Array(0..<rules.stepCount)
    func link(from source: Int, to step: Int) -> Link {
      let (first, last) = (min(source, step), max(source, step))
      return Link(
        window: rules.windows[last], wait: rules.waits[last],
        exclusions: rules.exclusions(from: first, to: last))
    }
    /// Whether the links from two steps to all later steps have the same rules, up to the next step that no chain
    /// leaves out. `place` is that of the second one.
    func areAlike(_ source: Int, _ other: Int, place: Int) -> Bool {
      for step in order[(place + 1)...] {
        if link(from: source, to: step) != link(from: other, to: step) { return false }
        if !rules.isOptional(step) { break }
      }
      return true
    }
    firstStep = order[0]
    /// The slots in use, and a step of each.
    var slots: [(slot: Int, step: Int)] = [(0, order[0])]
    for (place, step) in order.enumerated().dropFirst() {
      let first = sources.count
      sources += slots.map { Source(slot: $0.slot, link: link(from: $0.step, to: step)) }
      let isOptional = rules.isOptional(step)
      var slot = 0
      var sharesSlot = false
      if !isOptional {
        slots = [(0, step)]
      } else if let shared = slots.first(where: { areAlike($0.step, step, place: place) }) {
        (slot, sharesSlot) = (shared.slot, true)
      } else {
        slot = slots.count
        slots.append((slot, step))
        slotCount = max(slotCount, slots.count)
      }
      layers.append(
        Layer(
          step: step, sources: first..<sources.count, slot: slot, sharesSlot: sharesSlot,
          isOptional: isOptional))
    }
  }

  /// Returns a plan that shares no memory with this one: threads that share an array wait for each other to count its
  /// references.
  func ownCopy() -> ChainPlan {
    var plan = self
    plan.layers = layers.map { $0 }
    plan.sources = sources.map { $0 }
    return plan
  }

  /// The plan of chains of two steps, each of which begins at any event of the step before.
  init(linksOf rules: ChainRules) {
    firstStep = 0
    for step in 1..<rules.stepCount {
      sources.append(
        Source(
          slot: 0,
          link: Link(
            window: rules.windows[step], wait: rules.waits[step],
            exclusions: rules.exclusions(from: step - 1, to: step))))
      layers.append(
        Layer(
          step: step, sources: step - 1..<step, slot: 0, sharesSlot: false, isOptional: false))
    }
  }
}
