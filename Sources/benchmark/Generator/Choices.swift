/// Fields to draw from, with weights.
struct Choices {
  private let fields: [Fields]
  private let table: AliasTable

  init(_ fields: [Fields], weights: [Double]) {
    precondition(fields.count == weights.count)
    self.fields = fields
    table = AliasTable(weights: weights)
  }

  init(_ fields: [Fields]) {
    self.init(fields, weights: Array(repeating: 1, count: fields.count))
  }

  init(_ texts: KeyValuePairs<String, Double>) {
    self.init(texts.map { Fields($0.key) }, weights: texts.map(\.value))
  }

  func draw(_ random: inout RandomSource) -> Fields { fields[table.draw(&random)] }
}
