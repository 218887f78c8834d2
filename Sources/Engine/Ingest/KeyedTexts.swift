/// Rows of texts that are found by a key: a table that is joined to events while they are read.
///
/// The first row of a key counts. Texts are stored once, so a table of many rows with few distinct texts is
/// small. Rows are added by one thread; afterwards any number of threads may look them up.
public final class KeyedTexts {
  private var keys = TextInterner()
  private var texts = TextInterner.forDictionary()
  /// The texts' codes, row by row.
  private var codes: [UInt32] = []
  /// The texts, in memory that does not move, once all rows are added.
  private var dictionary = TextDictionary.empty
  private let columnCount: Int

  /// A table of rows with `columnCount` texts.
  public init(columnCount: Int) { self.columnCount = columnCount }

  /// The number of rows.
  public var rowCount: Int { keys.count }

  /// Adds a row; `text` returns its text in each column.
  public func add(_ key: Bytes, text: (_ column: Int) -> Bytes) {
    let row = keys.count
    guard keys.code(of: key) == row else { return }
    for column in 0..<columnCount { codes.append(texts.code(of: text(column))) }
  }

  /// Ends adding rows: from now on they can be looked up.
  public func finish() { dictionary = texts.dictionary() }

  /// The number of the row with this key; nil if there is none.
  public func row(of key: Bytes) -> Int? { keys.known(key).map { Int($0) } }

  /// A text of a row; valid as long as this object.
  public func text(row: Int, column: Int) -> Bytes {
    precondition(column < columnCount)
    // Sound: the dictionary's memory does not move and lives as long as this object.
    return dictionary.withBytes(of: Int(codes[row * columnCount + column])) { $0 }
  }
}
