import Engine

/// Throws `unusableFile` where there are more rows than columns can have.
func checkRowCount(_ builders: [ColumnsBuilder], path: String, _ limits: DataLimits) throws(StoreError) {
  let count = builders.reduce(0) { $0 + $1.rowCount }
  guard count > limits.rows else { return }
  throw .unusableFile(
    path: path, sentence: "has over \(limits.rows) rows; divide it by website or by time")
}
