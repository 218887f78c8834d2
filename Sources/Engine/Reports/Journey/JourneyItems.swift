/// The item that a journey shows for an event, as a number from 2 on: the event's name or, if it has none, its path (or
/// its title, hostname or property) or the name of a group. The smaller numbers are reserved in a `JourneyPath`.
///
/// Equal texts are the same item. So items are codes of paths, followed by numbers for the names that are not also
/// paths, followed by numbers for the names of groups that are neither.
struct JourneyItems: Sendable {
  /// The `null` of a visit with fewer events than `steps`. 0 is no item.
  static let end: UInt32 = 1
  private static let first = 2

  /// What events without a name show.
  let source: CompiledDimension
  /// The texts of `source`: paths, if nothing else is asked for.
  private let texts: TextDictionary
  private let names: TextDictionary
  /// By name code; 0 if the event has no name.
  private let itemOfName: [UInt32]
  /// By name code: a bit mask for the text's item, all ones if the event has no name, else 0.
  private let textMask: [UInt32]
  /// By text code; nil if there are no groups.
  private let itemOfText: [UInt32]?
  /// The names of groups that are neither texts nor names of events.
  private let groupNames: [String]

  /// The result is meaningless once the executor is cancelled.
  init(
    _ request: JourneyRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ReportError) {
    source = try CompiledDimension(request.item, in: request.scope, website, executor)
    let (names, texts, groups) = (website.dictionary(.eventName), source.dictionary, request.groups)
    let textOfName =
      request.item == .column(.urlPath)
      ? website.pathsOfNames(executor) : texts.codes(of: names, on: executor)
    let items = textOfName.enumerated().map { name, text in
      name == 0 ? 0 : UInt32(Self.first) + (text != 0 ? text : UInt32(texts.count + name))
    }
    itemOfName = items
    textMask = (0..<names.count).map { $0 == 0 ? .max : 0 }
    (self.texts, self.names) = (texts, names)
    if groups.isEmpty {
      (itemOfText, groupNames) = (nil, [])
      return
    }
    var groupNames: [String] = []
    let textsOfGroups = groups.map { Optional(Array($0.name.utf8)) }
    let (textCodes, nameCodes) = (
      texts.codes(ofTexts: textsOfGroups, on: executor), names.codes(ofTexts: textsOfGroups, on: executor)
    )
    let itemOfGroup = groups.indices.map { group in
      if let text = textCodes[group] { return UInt32(Self.first + text) }
      if let name = nameCodes[group] { return items[name] }
      let name = groups[group].name
      let known = groupNames.firstIndex { $0.utf8.elementsEqual(name.utf8) }
      if known == nil { groupNames.append(name) }
      return UInt32(Self.first + texts.count + names.count + (known ?? groupNames.count - 1))
    }
    var itemOfText = (0..<texts.count).map { UInt32(Self.first + $0) }
    let matching = texts.codes(matching: groups.map(\.pattern), on: executor)
    // The first group that matches comes last, and stays.
    for (group, codes) in matching.enumerated().reversed() where !executor.isCancelled {
      codes.forEach { code in
        itemOfText[code] = itemOfGroup[group]
        return true
      }
    }
    (self.itemOfText, self.groupNames) = (itemOfText, groupNames)
  }

  /// Items are smaller than this.
  var endIndex: Int { Self.first + texts.count + names.count + groupNames.count }

  /// The number of bits of an item.
  var bitsPerItem: Int { Int.bitWidth - endIndex.leadingZeroBitCount }

  /// Replaces the first `count` of `texts`, which are codes, by the items of the events.
  ///
  /// - Parameter names: The name codes of the events.
  func replace(_ texts: inout [UInt32], names: [UInt32], count: Int) {
    if let itemOfText { return replace(&texts, itemOfText, names: names, count: count) }
    let (names, itemOfName, textMask) = (names.span, itemOfName.span, textMask.span)
    var items = texts.mutableSpan
    precondition(names.count >= count && items.count >= count)
    for index in 0..<count {
      let name = Int(names[unchecked: index])
      let itemOfText = items[unchecked: index] &+ UInt32(Self.first)
      items[unchecked: index] = itemOfName[name] | itemOfText & textMask[name]
    }
  }

  /// Does the same if there are groups.
  private func replace(_ texts: inout [UInt32], _ itemOfText: [UInt32], names: [UInt32], count: Int) {
    let (names, itemOfName, textMask) = (names.span, itemOfName.span, textMask.span)
    let itemOfText = itemOfText.span
    var items = texts.mutableSpan
    precondition(names.count >= count && items.count >= count)
    for index in 0..<count {
      let name = Int(names[unchecked: index])
      items[unchecked: index] = itemOfName[name] | itemOfText[Int(items[unchecked: index])] & textMask[name]
    }
  }

  /// Returns whether the items of one visit precede those of another: item by item by name, `end` before any
  /// name, and a prefix before the longer list.
  func precedes<Path: JourneyPath>(_ a: Path, _ b: Path) -> Bool {
    let bits = bitsPerItem
    let (countOfA, countOfB) = (a.itemCount(bits: bits), b.itemCount(bits: bits))
    for index in 1...max(min(countOfA, countOfB), 1) {
      let (a, b) = (
        a.item(before: countOfA - index, bits: bits), b.item(before: countOfB - index, bits: bits)
      )
      if a != b { return precedes(item: a, b) }
    }
    return countOfA < countOfB
  }

  /// Returns whether an item precedes another by name, `end` before any name.
  func precedes(item a: UInt32, _ b: UInt32) -> Bool {
    if a == Self.end || b == Self.end { return b != Self.end }
    return withBytes(of: a) { a in withBytes(of: b) { a.lexicographicallyPrecedes($0) } }
  }

  private func withBytes<Result>(of item: UInt32, _ body: (Bytes) -> Result) -> Result {
    var code = Int(item) - Self.first
    if code < texts.count { return texts.withBytes(of: code, body) }
    code -= texts.count
    if code < names.count { return names.withBytes(of: code, body) }
    var name = groupNames[code - names.count]
    return name.withUTF8 { body($0) }
  }

  /// Returns the item of `text`, nil if no event shows it.
  func item(of text: String) -> UInt32? {
    if let code = texts.code(of: text) { return UInt32(Self.first + code) }
    if let name = names.code(of: text) { return itemOfName[name] }
    return groupNames.firstIndex { $0.utf8.elementsEqual(text.utf8) }.map {
      UInt32(Self.first + texts.count + names.count + $0)
    }
  }

  func text(_ item: UInt32) -> String? {
    if item == Self.end { return nil }
    let code = Int(item) - Self.first
    if code < texts.count { return texts[code] }
    return code < texts.count + names.count
      ? names[code - texts.count] : groupNames[code - texts.count - names.count]
  }
}
