/// What a journey shows of an event, as one number from 2 on: the event's name, or its path where it has no
/// name. The numbers below have a meaning of their own in a `JourneyPath`.
///
/// A name and a path of the same text are the same item, so items are codes of paths, and names that are
/// no path are numbered behind them.
struct JourneyItems: Sendable {
  /// Stands for the `null` behind a visit with fewer events than were asked for. 0 stands for no item.
  static let end: UInt32 = 1
  private static let first = 2

  private let paths: TextDictionary
  private let names: TextDictionary
  /// By code of the name; 0 where there is none.
  private let itemOfName: [UInt32]
  /// By code of the name: which bits of a path's item count, all where there is no name and else none.
  private let pathMask: [UInt32]

  init(_ website: WebsiteColumns) {
    paths = website.dictionary(.urlPath)
    names = website.dictionary(.eventName)
    itemOfName = (0..<names.count).map { [paths, names] code in
      code == 0 ? 0 : UInt32(Self.first + (paths.code(of: names[code]) ?? paths.count + code))
    }
    pathMask = (0..<names.count).map { $0 == 0 ? .max : 0 }
  }

  /// How many bits hold an item.
  var bitsPerItem: Int { Int.bitWidth - (Self.first + paths.count + names.count).leadingZeroBitCount }

  /// Replaces the first `count` of `paths`, codes of paths, by the items of the events.
  ///
  /// - Parameter names: Codes of the events' names.
  func replace(_ paths: inout [UInt32], names: [UInt32], count: Int) {
    let (names, itemOfName, pathMask) = (names.span, itemOfName.span, pathMask.span)
    var items = paths.mutableSpan
    precondition(names.count >= count && items.count >= count)
    for place in 0..<count {
      let name = Int(names[unchecked: place])
      let itemOfPath = items[unchecked: place] &+ UInt32(Self.first)
      items[unchecked: place] = itemOfName[name] | itemOfPath & pathMask[name]
    }
  }

  /// The item that `text` is, nil where no event shows it.
  func item(of text: String) -> UInt32? {
    if let path = paths.code(of: text) { return UInt32(Self.first + path) }
    return names.code(of: text).map { itemOfName[$0] }
  }

  func text(_ item: UInt32) -> String? {
    if item == Self.end { return nil }
    let code = Int(item) - Self.first
    return code < paths.count ? paths[code] : names[code - paths.count]
  }
}
