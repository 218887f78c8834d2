import Engine

/// Where events come from.
protocol EventSource: AnyObject {
  /// Whether files are not those any more that were opened: removed, replaced, or changed by anything but what
  /// ``hasChanged()`` tells of. Cheap: asked before every request.
  func isReplaced() -> Bool

  /// Is told after whatever was written through this source.
  func noteOwnWriting()

  /// Brings what stands next to the files into them, if that can be done at once, so that they stay as they are when
  /// they are closed; the fingerprint of the same rows then.
  func settle(_ fingerprint: SourceFingerprint) throws(StoreError) -> SourceFingerprint

  /// Why nothing can be written, where it is something else than that the file does not let itself be written.
  var writingFailure: StoreError? { get }

  /// Is told before it is left because it was replaced.
  func leave()

  /// What tells the rows as they are now from others; nil if nothing does (a pipe). From here on
  /// ``hasChanged()`` means: since now.
  func fingerprint() throws(StoreError) -> SourceFingerprint?

  /// Reads every row; says on the diagnostics what was left out. From here on ``hasChanged()`` means: since
  /// now. The fingerprint is nil if the rows may have changed while they were read, or without a fingerprint.
  func load() throws(StoreError) -> (columns: ColumnSet, fingerprint: SourceFingerprint?)

  /// The columns of the rows as they are now, made from those of an earlier moment. Nil if the source does
  /// not know what has changed since, or where it is so much that all rows are read as quickly.
  func update(
    _ columns: StoreColumns, from fingerprint: SourceFingerprint
  ) throws(StoreError) -> (columns: [WebsiteColumns], fingerprint: SourceFingerprint)?

  /// Whether rows may have changed. Cheap: asked before every request.
  func hasChanged() throws(StoreError) -> Bool

  /// Appends events; ``hasChanged()`` is true afterwards if any was added. Throws `unwritable` if the
  /// source is not a store of ours.
  func append(_ events: [NewEvent], allOrNone: Bool) throws(StoreError) -> AppendOutcome

  /// The websites that have a name or a domain of their own.
  func namedWebsites() throws(StoreError) -> [NamedWebsite]
}

/// A row of the table `website`.
struct NamedWebsite: Equatable {
  let id: String
  let name: String
  let domain: String
}

/// Throws `unusableFile` if there are more rows than columns can have.
func checkRowCount(_ builders: [ColumnsBuilder], path: String, _ limits: DataLimits) throws(StoreError) {
  let count = builders.reduce(0) { $0 + $1.rowCount }
  guard count > limits.rows else { return }
  throw .unusableFile(
    path: path, sentence: "has more than \(limits.rows) rows; split it by website or by time")
}
