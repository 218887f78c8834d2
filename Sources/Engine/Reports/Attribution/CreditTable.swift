/// The credits of the names of one dimension. Names are numbered as they appear.
struct CreditTable: Sendable {
  /// The number of models.
  private let models: Int
  private var numbers = GroupKeyTable(secondCount: 1)
  /// By number: the conversions with a touch of the name, and those whose last touch has it.
  private var touched: [Int] = []
  private var last: [Int] = []
  /// At number × models + model.
  private var conversions: [Int128] = []
  private var values: [Int128] = []

  init(models: Int) { self.models = models }

  mutating func number(of code: UInt32) -> Int {
    let number = Int(numbers.number(code, 0))
    if number < touched.count { return number }
    extend(&touched, to: number + 1, with: 0)
    extend(&last, to: number + 1, with: 0)
    extend(&conversions, to: (number + 1) * models, with: 0)
    extend(&values, to: (number + 1) * models, with: 0)
    return number
  }

  func code(_ number: Int) -> UInt32 { numbers.pairs[number].first }

  /// Counts conversions with a touch of a name, those of them included whose last touch has it.
  mutating func count(_ touched: Int, last: Int, _ number: Int) {
    self.touched[number] += touched
    self.last[number] += last
  }

  mutating func add(_ conversions: Int128, _ value: Int128, of model: Int, to number: Int) {
    self.conversions[number * models + model] += conversions
    values[number * models + model] += value
  }

  mutating func merge(_ other: CreditTable) {
    for (index, pair) in other.numbers.pairs.enumerated() {
      let number = number(of: pair.first)
      count(other.touched[index], last: other.last[index], number)
      for model in 0..<models {
        add(
          other.conversions[index * models + model], other.values[index * models + model], of: model,
          to: number)
      }
    }
  }

  func assisted(_ number: Int) -> Int { touched[number] - last[number] }

  /// Returns the credit of some names together, by model.
  func credits(_ numbers: [Int]) -> [AttributionCredit] {
    (0..<models).map { model in
      var credit = AttributionCredit()
      for number in numbers {
        credit.conversions.tenThousandths += conversions[number * models + model]
        credit.value.tenThousandths += values[number * models + model]
      }
      return credit
    }
  }

  /// Returns the numbers of the names that touched a conversion: the first ones by the first model's credit, then by
  /// name, and all others, in no particular order.
  func order(
    limit: Int, byValue: Bool, _ texts: TextDictionary, _ executor: ParallelExecutor
  ) -> (shown: [Int], cut: [Int]) {
    let named = touched.indices.filter { touched[$0] > 0 }
    let credits = byValue ? values : conversions
    let shown = executor.first(limit, of: named) { a, b in
      let (creditOfA, creditOfB) = (credits[a * models], credits[b * models])
      return creditOfA != creditOfB
        ? creditOfA > creditOfB : texts.precedes(Int(code(a)), Int(code(b)))
    }
    if shown.count == named.count { return (shown, []) }
    let isShown = Set(shown)
    return (shown, named.filter { !isShown.contains($0) })
  }
}
