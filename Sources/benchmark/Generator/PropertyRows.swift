/// Renders the rows of `event_data.csv`, in the column layout of Umami's export.
struct PropertyRows {
  static let header =
    "website_id,session_id,event_id,url_path,event_name,data_key,"
    + "string_value,number_value,date_value,data_type,created_at\n"

  private let contents: EventContents
  /// From `data_key` to `data_type`.
  private let currencies = Choices(
    ["USD", "EUR", "GBP"].map { Self.property("currency", text: $0) }, weights: [60, 30, 10])
  private let plans = Choices(["free", "pro", "team"].map { Self.property("plan", text: $0) })
  /// A separate random source, so that the events of a seed do not depend on their properties.
  private var random: RandomSource

  init(_ contents: EventContents, seed: UInt64) {
    self.contents = contents
    random = RandomSource(seed: ~seed)
  }

  /// Appends the properties of `event`: the value of a purchase, and a property for about half of the other
  /// custom events.
  mutating func append(_ event: Event, to text: inout [UInt8]) {
    guard let name = event.content.name else { return }
    if name == contents.names.purchase {
      let cents = Int((random.logNormal(mean: 3.4, deviation: 0.9) * 100).rounded())
      append(Self.property("revenue", hundredths: cents), of: event, name, to: &text)
      append(currencies.draw(&random), of: event, name, to: &text)
    } else if random.chance(0.5) {
      let tenths = Int(random.exponential(mean: 200).rounded())
      append(plans.draw(&random), of: event, name, to: &text)
      append(Self.property("seconds", hundredths: tenths * 10), of: event, name, to: &text)
    }
  }

  private func append(_ property: Fields, of event: Event, _ name: Int, to text: inout [UInt8]) {
    let comma = UInt8(ascii: ",")
    text += event.session.ids
    text.append(comma)
    event.id.append(to: &text)
    text.append(comma)
    text += contents.pages.paths[event.content.page].bytes
    text.append(comma)
    text += contents.names.names[name].bytes
    text.append(comma)
    text += property.bytes
    text.append(comma)
    text += event.createdAt
    text.append(UInt8(ascii: "\n"))
  }

  private static func property(_ key: String, text: String) -> Fields {
    Fields(raw: "\"\(key)\",\"\(text)\",,,1")
  }

  /// A number: as text with four decimal places, as trackers write it, and as a number.
  private static func property(_ key: String, hundredths: Int) -> Fields {
    let number = "\(hundredths / 100).\(padded(hundredths % 100, to: 2))"
    return Fields(raw: "\"\(key)\",\"\(number)00\",\(number),,2")
  }
}
