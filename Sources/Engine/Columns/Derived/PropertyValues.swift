/// The values of a website's properties with one key: the distinct texts, and the text and the number of each event.
/// Defined in `Sources/Engine/Reports/README.md`, section "Properties".
struct PropertyValues: Sendable {
  /// The distinct texts; code 0 is the empty text, also of events without the property.
  let texts: TextDictionary
  /// By partition: the events that have the property, ascending by row.
  let entries: [[Entry]]

  struct Entry: RowEntry {
    let row: UInt32
    /// The code of the text.
    let text: UInt32
    /// In ten-thousandths: `number_value`, else the text as a decimal; `PropertyColumns.missingNumber` if there is none.
    let number: Int64
  }

  /// Creates the values of a key that no property has.
  init(_ partitions: Int) {
    texts = .empty
    entries = Array(repeating: [], count: partitions)
  }

  /// The result is meaningless once the executor is cancelled.
  init(_ website: WebsiteColumns, key: UInt32, _ executor: ParallelExecutor) {
    let strings = website.propertyStrings
    var interner = TextInterner.forDictionary()
    /// Code of a property's text → its code here, and its number.
    var known: [UInt32: (text: UInt32, number: Int64)] = [:]
    var decimal: [UInt8] = []
    let predicate = CodePredicate<UInt8>(code: key)
    entries = website.partitions.map { partition in
      let properties = partition.properties
      var hasKey = Array(repeating: UInt8(0), count: properties.count)
      properties.keys.combine(predicate, 0..<properties.count, into: &hasKey)
      let (rows, numbers) = (properties.rows.span, properties.numbers.span)
      var entries: [Entry] = []
      if executor.isCancelled { return entries }
      forEachSet(hasKey.span, properties.count) { index in
        let (string, number) = (properties.strings[index], numbers[index])
        if string == 0 {
          decimal.removeAll(keepingCapacity: true)
          if number != PropertyColumns.missingNumber { appendDecimal(number, to: &decimal) }
          let text = decimal.withUnsafeBufferPointer { interner.code(of: $0) }
          return entries.append(Entry(row: rows[index], text: text, number: number))
        }
        let value =
          known[string]
          ?? strings.withBytes(of: Int(string)) { text in
            (interner.code(of: text), parseTenThousandths(text) ?? PropertyColumns.missingNumber)
          }
        known[string] = value
        let isMissing = number == PropertyColumns.missingNumber
        entries.append(Entry(row: rows[index], text: value.text, number: isMissing ? value.number : number))
      }
      return entries
    }
    texts = interner.dictionary()
  }
}
