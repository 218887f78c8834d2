import JSON

/// What to request from a store: its largest website, and time ranges that suit its events.
struct StoreExtent: Equatable {
  let websiteID: String
  let events: Int
  let whole: DateRange
  /// A calendar month (UTC) in the middle of the events.
  let month: DateRange
  /// A day in the middle of the part of that month that has events.
  let day: DateRange

  /// Parses the result of `websites.list`.
  init(_ websites: JSONValue) throws(BenchmarkError) {
    let largest = websites.array?.max { ($0["events"]?.wholeNumber ?? 0) < ($1["events"]?.wholeNumber ?? 0) }
    guard let largest, let id = largest["id"]?.string, let events = largest["events"]?.wholeNumber,
      let first = largest["firstEvent"]?.string, let last = largest["lastEvent"]?.string,
      let firstDate = CalendarDate(startOf: first), let lastDate = CalendarDate(startOf: last)
    else { throw .worker("the store has no events to ask about: websites.list gives \(websites)") }
    websiteID = id
    self.events = Int(events)
    whole = DateRange(start: first, end: last)
    let middle = (firstDate.monthNumber + lastDate.monthNumber) / 2
    let firstOfMonth = CalendarDate(firstOfMonth: middle)
    let lastDay = CalendarDate(firstOfMonth: middle + 1).dayNumber - 1
    month = DateRange(firstOfMonth, CalendarDate(dayNumber: lastDay))
    let middleDay = (max(firstOfMonth.dayNumber, firstDate.dayNumber) + min(lastDay, lastDate.dayNumber)) / 2
    day = DateRange(CalendarDate(dayNumber: middleDay), CalendarDate(dayNumber: middleDay))
  }
}

/// The instants from `start` to `end`, both included, in ISO 8601.
struct DateRange: Equatable {
  let start: String
  let end: String

  init(start: String, end: String) { (self.start, self.end) = (start, end) }

  /// Whole days, UTC.
  init(_ first: CalendarDate, _ last: CalendarDate) {
    self.init(start: "\(first)T00:00:00Z", end: "\(last)T23:59:59.999Z")
  }

  var json: JSONValue { ["startDate": .string(start), "endDate": .string(end)] }
}
