import Engine

/// The amounts of events and their currencies. Defined in `Sources/Engine/Reports/README.md`, section "revenue".
extension EventSource {
  /// A SELECT with a row for each event that names a currency: `id`, `amount` and `gross`, the sums of its amounts and of
  /// its positive ones in ten-thousandths, `has_amount`, and `currencies`, each once.
  ///
  /// - Parameters:
  ///   - amountKey: The key of the properties that hold amounts; nil for all whose key contains `revenue`.
  ///   - currencyKey: The key of those that name currencies; nil for all whose key contains `currency`.
  func money(amountKey: String? = nil, currencyKey: String? = nil) -> SQL {
    guard layout.properties.types["data_key"] != nil else {
      return """
        SELECT event_id AS id, toInt128(0) AS amount, toInt128(0) AS gross, false AS has_amount,
          emptyArrayString() AS currencies
        FROM \(layout.from(layout.events)) WHERE false
        """
    }
    // Only letters of ASCII have two cases here.
    let isAmount: SQL =
      amountKey.map { "data_key = \(value: $0)" } ?? "positionCaseInsensitive(data_key, 'revenue') > 0"
    let isCurrency: SQL =
      currencyKey.map { "data_key = \(value: $0)" } ?? "positionCaseInsensitive(data_key, 'currency') > 0"
    return """
      SELECT id, sum(ifNull(number, 0)) AS amount, sum(greatest(ifNull(number, 0), 0)) AS gross,
        countIf(isNotNull(number)) > 0 AS has_amount, groupUniqArrayIf(currency, currency != '') AS currencies
      FROM (
        SELECT id, if(\(isAmount), \(Self.propertyNumber), NULL) AS number,
          if(\(isCurrency), ifNull(string_value, ''), '') AS currency
        FROM (\(propertyRows("((\(isAmount)) OR (\(isCurrency)))", grouping: "id, data_key"))))
      GROUP BY id
      HAVING notEmpty(currencies)
      """
  }
}

extension EventQuery {
  /// A join of `events`, which must have `id`, with `amount` and `has_amount` in a currency.
  func moneyJoin(in currency: String) -> SQL {
    """
     \(source.global)LEFT JOIN (
        SELECT id, amount, has_amount FROM (\(source.money()))
        WHERE has(currencies, \(value: currency))) AS money USING (id)
    """
  }
}

extension RowReader {
  /// An amount in ten-thousandths, written as a text.
  mutating func amount() throws(ClickHouseError) -> Amount {
    let text = try text()
    guard let number = Int128(text) else { throw .damagedAnswer("\"\(text)\" is no amount") }
    return Amount(tenThousandths: number)
  }
}
