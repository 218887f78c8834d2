import Calendar
import Engine

/// Reads columns of events as properties, as the map of columns says.
final class MappedProperties {
  private let columns: [(key: PinnedUTF8, slot: Int)]
  private let texts: [(key: PinnedUTF8, text: PinnedUTF8)]

  /// Nil if no columns of the layout are properties.
  init?(_ layout: EventLayout) {
    guard !layout.propertyColumns.isEmpty else { return nil }
    columns = layout.propertyColumns.map { (PinnedUTF8($0.key), $0.slot) }
    texts = layout.propertyTexts.map { (PinnedUTF8($0.key), PinnedUTF8($0.text)) }
  }

  /// Adds a property for each of the columns that has a value in the row.
  func read(_ fields: RowFields) {
    var isFound = false
    for column in columns where !fields[column.slot].isEmpty {
      fields.add(property(column.key.bytes, fields[column.slot], fields))
      isFound = true
    }
    guard isFound else { return }
    for (key, text) in texts { fields.add(RowProperty(key: key.bytes, text: text.bytes, type: .text)) }
  }

  /// A number if the text is one as JSON writes it without an exponent, so that `007` stays a text; else a date or a text.
  private func property(_ key: Bytes, _ text: Bytes, _ fields: RowFields) -> RowProperty {
    if isPlainNumber(text), let number = parseTenThousandths(text) {
      return RowProperty(
        key: key, text: fields.keep(fourDecimals: number), type: .number, numberTenThousandths: number)
    }
    guard let instant = storedDate(text) else { return RowProperty(key: key, text: text, type: .text) }
    return RowProperty(key: key, text: fields.keep(formatInstantWithMilliseconds(instant)), type: .date)
  }
}

private func isPlainNumber(_ text: Bytes) -> Bool {
  let zero = UInt8(ascii: "0")
  let digits = zero...UInt8(ascii: "9")
  var rest = text[...]
  if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
  let whole = rest.prefix(while: digits.contains)
  guard !whole.isEmpty, whole.count == 1 || whole.first != zero else { return false }
  rest = rest.dropFirst(whole.count)
  guard rest.first == UInt8(ascii: ".") else { return rest.isEmpty }
  return rest.count > 1 && rest.dropFirst().allSatisfy(digits.contains)
}
