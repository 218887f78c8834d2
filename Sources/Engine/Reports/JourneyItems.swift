/// What a journey shows of an event, as one number: the event's name, or its path where it has no name.
///
/// A name and a path of the same text are the same item, so items are codes of paths, and names that are
/// no path are numbered behind them.
struct JourneyItems: Sendable {
  /// Stands for the `null` behind a visit with fewer events than were asked for.
  static let end = UInt32.max
  /// Stands behind everything else, up to the width of a path.
  static let filler = UInt32.max - 1

  private let paths: TextDictionary
  private let names: TextDictionary
  /// By code of the name.
  private let itemOfName: [UInt32]

  init(_ website: WebsiteColumns) {
    paths = website.dictionary(.urlPath)
    names = website.dictionary(.eventName)
    itemOfName = (0..<names.count).map { [paths, names] code in
      UInt32(paths.code(of: names[code]) ?? paths.count + code)
    }
  }

  /// By codes of the event's name and path.
  func item(name: UInt32, path: UInt32) -> UInt32 {
    name == 0 ? path : itemOfName[Int(name)]
  }

  /// The item that `text` is, nil where no event shows it.
  func item(of text: String) -> UInt32? {
    if let path = paths.code(of: text) { return UInt32(path) }
    return names.code(of: text).map { itemOfName[$0] }
  }

  func text(_ item: UInt32) -> String? {
    if item == Self.end { return nil }
    return item < paths.count ? paths[Int(item)] : names[Int(item) - paths.count]
  }
}
