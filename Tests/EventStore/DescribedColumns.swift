@testable import Engine

/// What the columns of a website say, a line a column, whatever numbers they have for texts and visits.
func describe(_ website: WebsiteColumns) -> [String] {
  let (keys, strings) = (website.propertyKeys, website.propertyStrings)
  let dictionaries = TextColumn.allCases.map(website.dictionary)
  return website.partitions.flatMap { partition in
    let rows = 0..<partition.rowCount
    let (starts, properties) = (partition.sessionStarts, partition.properties)
    let sessions = 0..<(starts.count - 1)
    // Their order depends on hashes; reading them verifies their sections.
    _ = partition.identities
    var lines = [
      "\(website.id) in month \(partition.month)", "\((0..<starts.count).map { starts[$0] })",
      "\(rows.map { partition.times[$0] })", "\(rows.map { partition.visits[$0] })",
      "\(rows.map { partition.types[$0] })", "\(rows.map { partition.clickIDs[$0] })",
      sharedVisits(partition, of: sessions), arrivals(partition, of: sessions),
    ]
    for (column, dictionary) in zip(TextColumn.allCases, dictionaries) {
      lines.append("\(column) \(rows.map { dictionary[Int(partition[column][$0])] })")
    }
    for index in 0..<properties.count {
      let (key, string) = (keys[Int(properties.keys[index])], strings[Int(properties.strings[index])])
      lines.append(
        "\(key) of \(properties.rows[index]) is \(string), \(properties.numbers[index]) \(properties.types[index])"
      )
    }
    return lines
  }
}

/// The rows of each visit that sessions of the partition share, in order of arrival.
private func arrivals(_ partition: Partition, of sessions: Range<Int>) -> String {
  guard let inputOrder = partition.inputOrder else { return "no arrivals" }
  var visits: [(number: UInt32, rows: [Int])] = []
  for session in sessions {
    for row in Int(partition.sessionStarts[session])..<Int(partition.sessionStarts[session + 1]) {
      guard let number = partition.sharedVisits.number(session: session, ordinal: partition.visits[row])
      else {
        continue
      }
      if let place = visits.firstIndex(where: { $0.number == number }) {
        visits[place].rows.append(row)
      } else {
        visits.append((number, [row]))
      }
    }
  }
  return "arrived \(visits.map { $0.rows.sorted { inputOrder[$0] < inputOrder[$1] } })"
}

/// The visits that sessions of the partition share, numbered as they come.
private func sharedVisits(_ partition: Partition, of sessions: Range<Int>) -> String {
  var numbers: [UInt32: Int] = [:]
  let visits = sessions.map { session in
    (0..<3).map { ordinal in
      partition.sharedVisits.number(session: session, ordinal: ordinal).map { number in
        numbers[number] = numbers[number] ?? numbers.count
        return numbers[number] ?? 0
      }
    }
  }
  return "shared \(visits)"
}
