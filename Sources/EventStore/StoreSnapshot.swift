public import Engine
import System

/// The rows of a store in one state: its websites and their columns.
///
/// Later commits are not visible in it; take a new snapshot with ``EventStore/snapshot(in:)``. It keeps the
/// store open, and must be used from the same thread.
public final class StoreSnapshot {
  /// Every website that has events or a name, by id, ascending by bytes.
  public let websites: [WebsiteSummary]
  private let store: EventStore
  /// The context of the call for which it was taken.
  private let context: LoadContext
  private var columns: StoreColumns

  init(_ websites: [WebsiteSummary], _ columns: StoreColumns, of store: EventStore, in context: LoadContext) {
    self.websites = websites
    self.columns = columns
    self.store = store
    self.context = context
  }

  /// Whether the store has a website with this id, compared by bytes. If no row of the store names a website,
  /// every id counts as a website without events.
  public func holdsWebsite(_ id: String) -> Bool {
    if columns.websites.isEmpty { return true }
    let index = websites.indices.partitionPoint { !websites[$0].id.utf8.lexicographicallyPrecedes(id.utf8) }
    return index < websites.count && sameUTF8(websites[index].id, id)
  }

  /// Runs `report` on the columns of the website `id`, and returns its result or the error that it throws. A
  /// website without events has empty columns.
  ///
  /// If a file of the column cache turns out to be damaged, the columns are rebuilt from the current rows,
  /// and `report` runs a second time; so it must have no side effects. Throws the errors of reading the rows.
  public func reading<Answer, Failure>(
    _ id: String, _ report: (WebsiteColumns) throws(Failure) -> Answer
  ) throws(StoreError) -> Result<Answer, Failure> {
    func answer() throws(StoreError) -> Result<Answer, Failure> {
      let website = try columns(of: id) ?? WebsiteColumns(idWithoutEvents: id)
      return Result { () throws(Failure) in try report(website) }
    }
    let first = try answer()
    guard let path = columns.damagedPath(ofWebsite: id) else { return first }
    columns = try store.rebuild(becauseOf: .damaged(path: path), in: context)
    return try answer()
  }

  /// The columns of the website `id`, compared by bytes; nil if it has no events.
  func columns(of id: String) throws(StoreError) -> WebsiteColumns? {
    do throws(ColumnCacheError) {
      return try columns.columns(of: id)
    } catch {
      // The files are damaged, or another process has just replaced them with those of newer rows.
      columns = try store.rebuild(becauseOf: error, in: context)
    }
    // Rebuilt columns are in memory.
    do throws(ColumnCacheError) { return try columns.columns(of: id) } catch { return nil }
  }
}

/// A website and its main figures.
public struct WebsiteSummary: Equatable, Sendable {
  /// The text of `website_id`.
  public let id: String
  /// Its name in the store, else its domain, else its id.
  public let name: String
  /// Its domain in the store, else the hostname of most of its events; empty if it has neither.
  public let domain: String
  /// The number of its events.
  public let events: Int
  /// Nil if the website has no events.
  public let firstEventMilliseconds: Int64?
  /// Nil if the website has no events. Milliseconds since 1970, as the first.
  public let lastEventMilliseconds: Int64?
  /// When it was reset last: what happened before does not count in reports of Umami 3. Milliseconds since 1970; nil if
  /// it has never been reset.
  public var resetMilliseconds: Int64?

  package init(
    id: String, name: String, domain: String, events: Int, firstEventMilliseconds: Int64?,
    lastEventMilliseconds: Int64?, resetMilliseconds: Int64? = nil
  ) {
    (self.id, self.name, self.domain, self.events) = (id, name, domain, events)
    (self.firstEventMilliseconds, self.lastEventMilliseconds) = (
      firstEventMilliseconds, lastEventMilliseconds
    )
    self.resetMilliseconds = resetMilliseconds
  }
}
