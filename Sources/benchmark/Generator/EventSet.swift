/// The options of an event set to generate.
struct EventSetOptions {
  /// The number of events; from 1 on.
  var events: Int
  var folder: String
  var seed: UInt64 = 1
  /// The approximate number of days over which the events are spread.
  var days = 90
  var start = CalendarDate(dayNumber: 20_148)
}

/// Generates `website_event.csv` and `event_data.csv`. The same options always produce the same bytes.
func makeEventSet(_ options: EventSetOptions) throws(BenchmarkError) {
  try makeFolder(options.folder)
  var events = try OutputFile(path: options.folder + "/website_event.csv")
  var properties = try OutputFile(path: options.folder + "/event_data.csv")
  events.text += EventRows.header.utf8
  properties.text += PropertyRows.header.utf8

  var source = EventSource(options)
  let eventRows = EventRows(contents: source.contents)
  var propertyRows = PropertyRows(source.contents, seed: options.seed)
  for _ in 0..<options.events {
    let event = source.next()
    eventRows.append(event, to: &events.text)
    propertyRows.append(event, to: &properties.text)
    try events.endRow()
    try properties.endRow()
  }
  try events.flush()
  try properties.flush()
}
