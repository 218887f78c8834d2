import Engine

/// A source of events.
protocol EventSource: AnyObject {
  /// Whether the opened files were removed, replaced, or changed in a way that ``hasChanged()`` does not
  /// detect. Cheap: called before every request.
  func isReplaced() -> Bool

  /// Runs `body`, and cancels what runs in it for longer as `context` says: a statement may read a view that never ends.
  func watching<Answer>(
    _ context: LoadContext, _ body: () throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer

  /// Called after every write through this source.
  func didWrite()

  /// Writes pending data next to the files back into them, if that is possible at once, so that closing the
  /// files does not change them. Returns the fingerprint of the same rows afterwards.
  func checkpoint(_ fingerprint: SourceFingerprint) throws(StoreError) -> SourceFingerprint

  /// Why nothing can be written, if the reason is anything other than the file's permissions.
  var writingFailure: StoreError? { get }

  /// Called before a replaced source is closed.
  func prepareToClose()

  /// Identifies the current rows; nil if nothing does (a pipe). From now on ``hasChanged()`` refers to this
  /// moment.
  func fingerprint() throws(StoreError) -> SourceFingerprint?

  /// Reads every row and reports skipped rows as diagnostics. From now on ``hasChanged()`` refers to this
  /// moment. The fingerprint is nil if the rows may have changed while they were read, or if nothing
  /// identifies them.
  func load(_ context: LoadContext) throws(StoreError) -> (
    columns: ColumnSet, fingerprint: SourceFingerprint?
  )

  /// The columns of the current rows, updated from those of an earlier state. Nil if the source does not know
  /// what has changed since, or if so much has changed that reading all rows is as fast.
  func update(
    _ columns: StoreColumns, from fingerprint: SourceFingerprint, _ context: LoadContext
  ) throws(StoreError) -> (columns: [WebsiteColumns], fingerprint: SourceFingerprint)?

  /// Whether rows may have changed. Cheap: called before every request.
  func hasChanged() throws(StoreError) -> Bool

  /// Whether columns with this key may still be cached: a store that has forgotten events has another key.
  func accepts(_ key: CacheKey) -> Bool

  /// Appends events; afterwards ``hasChanged()`` is true if any was added. Throws `unwritable` if the source
  /// is not a store created by this program.
  func append(_ events: [NewEvent]) throws(StoreError) -> AppendOutcome

  /// What the source has, and what became of its columns and rows. Reads all rows.
  func inspect(_ context: LoadContext) throws(StoreError) -> [InspectedTable]

  /// The websites that have a name or a domain of their own.
  func namedWebsites() throws(StoreError) -> [NamedWebsite]

  /// The properties of a website's sessions that have this key; nil if the source has none of any key.
  func sessionProperties(
    _ key: String, of websiteID: String, _ context: LoadContext
  ) throws(StoreError) -> [SessionProperty]?
}

/// A row of the table `website`.
struct NamedWebsite: Equatable {
  let id: String
  let name: String
  let domain: String
  /// Milliseconds since 1970; nil if it has never been reset.
  var resetMilliseconds: Int64?
}

/// Throws `unusableFile` if there are more rows than columns can hold.
func checkRowCount(_ builders: [ColumnsBuilder], path: String, _ limits: DataLimits) throws(StoreError) {
  let count = builders.reduce(0) { $0 + $1.rowCount }
  guard count > limits.rows else { return }
  throw .unusableFile(
    path: path, sentence: "has more than \(limits.rows) rows; split it by website or by time")
}
