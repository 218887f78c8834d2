import Calendar
import JSON

/// The answer to a tool call: a text for models, with tables as CSV, and the same as JSON for programs. Both have at
/// most so many rows as a model can read, and say how many there are.
struct ToolReply {
  private let request: InterpretedRequest
  private let result: JSONValue
  private let notes: [String]
  private let revision: ProtocolRevision

  /// - Parameters:
  ///   - result: of the method.
  ///   - notes: Sentences about the answer.
  init(
    _ request: InterpretedRequest, result: JSONValue, notes: [String], _ revision: ProtocolRevision
  ) {
    self.request = request
    self.result = LocalDates(request).rewritten(result)
    self.notes = notes
    self.revision = revision
  }

  /// The reply with at most `limit` rows in each list, or fewer if it would be too long.
  func json(limit: Int, unless isCancelled: @escaping () -> Bool) throws(WorkerError) -> JSONValue {
    var limit = limit
    let total = TruncatedResult(result, of: request, limit: .max).rows
    while true {
      if isCancelled() { throw .cancelled }
      let reply = json(TruncatedResult(result, of: request, limit: limit), of: total)
      var writer = JSONWriter()
      writer.maximumBytes = Limits.replyBytes
      writer.isCancelled = isCancelled
      writer.write(reply)
      if writer.isStopped { throw .cancelled }
      if !writer.isOverfull, writer.bytes.count <= Limits.toolReplyBytes || limit == 1 || total == nil {
        return reply
      }
      if writer.isOverfull, limit == 1 || total == nil { throw .replyTooLarge }
      let fitting = writer.isOverfull ? limit / 2 : limit * Limits.toolReplyBytes / writer.bytes.count
      limit = max(1, min(limit - 1, fitting))
    }
  }

  private func json(_ truncated: TruncatedResult, of total: Int?) -> JSONValue {
    let truncation = total.flatMap { total in
      truncated.isTruncated ? "\(truncated.rows ?? 0) of \(total), truncated; \(advice)" : nil
    }
    let rows = total.map { total in "rows: \(truncation ?? "\(total)")" }
    // A saved report has params, which are no table.
    let isReport = request.method.name == Method.getReport.name
    let tables = tables(of: isReport ? [:] : truncated.result)
    let head = request.lines + notes.map { "note: \($0)" } + [rows].compactMap(\.self) + tables.lines
    let text =
      head.joined(separator: "\n") + (head.isEmpty ? "" : "\n\n")
      + (isReport ? truncated.result.description : tables.text)
    var reply: JSONObject = ["content": [["type": "text", "text": .string(text)]]]
    if revision.hasStructuredContent {
      reply["structuredContent"] = .object(structured(truncated, of: total))
    }
    reply["isError"] = false
    return ServerDescription.complete(reply, revision)
  }

  /// How to see other rows.
  private var advice: String {
    request.method.name == Method.series.name
      ? "narrow dateRange, or choose a larger unit, fewer metrics or by.limit"
      : "a larger limit, filters or a shorter dateRange show others"
  }

  private func structured(_ truncated: TruncatedResult, of total: Int?) -> JSONObject {
    let own = ["asked", "rows", "truncated", "narrow", "notes"]
    var content = truncated.result.object ?? ["result": truncated.result]
    if own.contains(where: { content[$0] != nil }) { content = ["result": truncated.result] }
    content["asked"] = request.json.map(JSONValue.object)
    if let total {
      content["rows"] = JSONValue(total)
      content["truncated"] = .bool(truncated.isTruncated)
      if truncated.isTruncated { content["narrow"] = .string(advice) }
    }
    if !notes.isEmpty { content["notes"] = .array(notes.map(JSONValue.string)) }
    return content
  }

  private func tables(of result: JSONValue) -> ToolTables {
    let hasCounts = request.method.name == Method.utm.name
    if request.method.comparison == .own, var own = result.object, let other = own["comparison"] {
      own["comparison"] = nil
      return ToolTables(.object(own), comparedWith: other)
    }
    if request.comparesBeside(result) {
      return ToolTables(
        result["result"] ?? .null, comparedWith: result["comparison"] ?? .null, hasCounts: hasCounts)
    }
    return ToolTables(result, hasCounts: hasCounts)
  }
}

/// A result with at most so many rows in each of its lists of objects.
private struct TruncatedResult {
  private(set) var result: JSONValue
  /// The number of rows that it has, without those of a comparison; nil if it has no lists.
  private(set) var rows: Int?
  private(set) var isTruncated = false
  private let limit: Int

  init(_ result: JSONValue, of request: InterpretedRequest, limit: Int) {
    self.result = result
    self.limit = limit
    if request.method.name == Method.getReport.name { return }
    if request.method.name == Method.utm.name { rows = 0 }
    let hasCounts = request.method.name == Method.utm.name
    if request.comparesBeside(result), var object = result.object {
      let first = cut(result["result"] ?? .null, hasCounts)
      let counted = (rows, isTruncated)
      object["result"] = first
      object["comparison"] = cut(Self.aligned(result["comparison"] ?? .null, with: first), hasCounts)
      (rows, isTruncated) = counted
      self.result = .object(object)
    } else {
      self.result = cut(result, hasCounts)
    }
  }

  private mutating func cut(_ value: JSONValue, _ hasCounts: Bool) -> JSONValue {
    hasCounts ? counts(value) : lists(value)
  }

  /// Cuts lists of objects at any depth.
  private mutating func lists(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements):
      guard value.isListOfObjects || elements.isEmpty else { return value }
      if elements.count > limit { isTruncated = true }
      var shown: [JSONValue] = []
      for element in elements.prefix(limit) {
        let before = rows ?? 0
        shown.append(lists(element))
        // The rows of an element with lists are theirs.
        if rows ?? 0 == before { rows = before + 1 }
      }
      rows = rows ?? 0
      return .array(shown)
    case .object(let object):
      var members: [JSONObject.Member] = []
      for (name, member) in object.members { members.append((name, lists(member))) }
      return .object(JSONObject(members: members))
    default: return value
    }
  }

  /// Cuts objects of values by name.
  private mutating func counts(_ value: JSONValue) -> JSONValue {
    var parts: [JSONObject.Member] = []
    for (name, part) in value.object?.members ?? [] {
      let members = part.object?.members ?? []
      if members.count > limit { isTruncated = true }
      rows = (rows ?? 0) + min(members.count, limit)
      parts.append((name, .object(JSONObject(members: Array(members.prefix(limit))))))
    }
    return .object(JSONObject(members: parts))
  }

  /// The rows of a comparison with the names that a result has, if its rows have names.
  private static func aligned(_ comparison: JSONValue, with result: JSONValue) -> JSONValue {
    guard let rows = comparison.array, let shown = result.array, shown.first?["name"]?.string != nil,
      rows.allSatisfy({ $0["name"]?.string != nil })
    else { return comparison }
    func key(_ row: JSONValue) -> [String?] { [row["name"]?.string, row["country"]?.string] }
    let byKey = Dictionary(rows.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    return .array(shown.compactMap { byKey[key($0)] })
  }
}

/// Writes instants at which units of time begin as local dates.
private struct LocalDates {
  private let request: InterpretedRequest
  /// Whether units are shorter than a day.
  private let hasTimes: Bool

  init(_ request: InterpretedRequest) {
    self.request = request
    let unit = (request.params["unit"] ?? request.params["dateRange"]?["unit"])?.string
    hasTimes = unit == "minute" || unit == "hour"
  }

  func rewritten(_ value: JSONValue) -> JSONValue {
    guard request.range != nil else { return value }
    return lists(value)
  }

  private func lists(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let rows):
      guard value.isListOfObjects else { return value }
      let isComplete = rows.allSatisfy { $0["complete"] == true }
      let names = (rows[0].object?.members ?? []).map(\.name).filter {
        $0 == "t" || $0 == "date" || isTime($0)
      }
      let timed = names.filter { name in hasTimes || !rows.allSatisfy { isDay($0[name] ?? .null) } }
      return .array(
        rows.map { row in
          guard var object = lists(row).object else { return row }
          for name in names {
            object[name] = object[name].map { timed.contains(name) ? time($0) : day($0) }
          }
          if isComplete { object["complete"] = nil }
          return .object(object)
        })
    case .object(let object):
      var members: [JSONObject.Member] = []
      for (name, member) in object.members {
        let isRange = ["range", "comparisonRange"].contains(name) && member["startDate"] != nil
        members.append((name, isRange ? range(member) : lists(member)))
      }
      return .object(JSONObject(members: members))
    default: return value
    }
  }

  /// Whether it is the name of a field that is a unit of time.
  private func isTime(_ name: String) -> Bool { name.hasPrefix("time:") }

  private func range(_ range: JSONValue) -> JSONValue {
    guard request.coversWholeDays else { return range }
    return .object(JSONObject(members: (range.object?.members ?? []).map { ($0.name, day($0.value)) }))
  }

  private func instant(_ value: JSONValue) -> Int64? { value.string.flatMap { parseInstant($0) } }

  private func isDay(_ value: JSONValue) -> Bool {
    instant(value).map { request.zone.isStartOfDay($0) } ?? true
  }

  private func day(_ value: JSONValue) -> JSONValue {
    instant(value).map { .string(request.zone.dayText($0)) } ?? value
  }

  private func time(_ value: JSONValue) -> JSONValue {
    instant(value).map { .string(request.zone.instantText($0)) } ?? value
  }
}
