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

  init(_ website: WebsiteColumns, _ scanner: Scanner) {
    paths = website.dictionary(.urlPath)
    names = website.dictionary(.eventName)
    itemOfName = website.pathsOfNames(scanner).enumerated().map { [paths] name, path in
      name == 0 ? 0 : UInt32(Self.first) + (path != 0 ? path : UInt32(paths.count + name))
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

  /// Whether one visit's items stand before another's: item by item by name, the `end` before any name, and a
  /// beginning before what it is a beginning of.
  func comesFirst<Path: JourneyPath>(_ a: Path, _ b: Path) -> Bool {
    let bits = bitsPerItem
    let (countOfA, countOfB) = (a.itemCount(bits: bits), b.itemCount(bits: bits))
    for place in 1...max(min(countOfA, countOfB), 1) {
      let (a, b) = (
        a.item(before: countOfA - place, bits: bits), b.item(before: countOfB - place, bits: bits)
      )
      if a == b { continue }
      if a == Self.end { return true }
      if b == Self.end { return false }
      return withBytes(of: a) { a in withBytes(of: b) { a.lexicographicallyPrecedes($0) } }
    }
    return countOfA < countOfB
  }

  private func withBytes<Result>(of item: UInt32, _ body: (Bytes) -> Result) -> Result {
    let code = Int(item) - Self.first
    return code < paths.count
      ? paths.withBytes(of: code, body) : names.withBytes(of: code - paths.count, body)
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
