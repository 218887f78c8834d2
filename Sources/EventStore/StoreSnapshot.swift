public import Engine
import System

/// The rows of a store at one moment: which websites it has, and their columns.
///
/// Later commits do not show in it; take another one with ``EventStore/snapshot()``. It keeps the store open, and is used
/// from the same thread.
public final class StoreSnapshot {
  /// Every website that has events or a name, by id, ascending by bytes.
  public let websites: [WebsiteSummary]
  private let store: EventStore
  private var columns: StoreColumns

  init(_ websites: [WebsiteSummary], _ columns: StoreColumns, of store: EventStore) {
    self.websites = websites
    self.columns = columns
    self.store = store
  }

  /// Whether the store has a website with this id, compared by bytes. A store whose rows mention no website has every
  /// one, without events.
  public func holdsWebsite(_ id: String) -> Bool {
    if columns.websites.isEmpty { return true }
    let place = websites.indices.partitionPoint { !websites[$0].id.utf8.lexicographicallyPrecedes(id.utf8) }
    return place < websites.count && sameUTF8(websites[place].id, id)
  }

  /// What `report` computes from the columns of the website `id`, or the error that it throws. A website without events
  /// has empty columns.
  ///
  /// If a file of the column cache turns out to be damaged, columns are built from the rows as they are now, and `report`
  /// runs a second time; so it must only read. Throws what reading the rows throws.
  public func reading<Answer, Failure>(
    _ id: String, _ report: (WebsiteColumns) throws(Failure) -> Answer
  ) throws(StoreError) -> Result<Answer, Failure> {
    func answer() throws(StoreError) -> Result<Answer, Failure> {
      let website = try columns(of: id) ?? WebsiteColumns(idWithoutEvents: id)
      return Result { () throws(Failure) in try report(website) }
    }
    let first = try answer()
    guard let path = columns.damagedPath(ofWebsite: id) else { return first }
    columns = try store.rebuild(becauseOf: .damaged(path: path))
    return try answer()
  }

  /// The columns of the website `id`, compared by bytes; nil if it has no events.
  func columns(of id: String) throws(StoreError) -> WebsiteColumns? {
    do throws(ColumnCacheError) {
      return try columns.columns(of: id)
    } catch {
      // The files are damaged, or another process has just replaced them with those of later rows.
      columns = try store.rebuild(becauseOf: error)
    }
    // Columns that were just built are in memory.
    do throws(ColumnCacheError) { return try columns.columns(of: id) } catch { return nil }
  }
}

/// A website and how much is known of it.
public struct WebsiteSummary: Equatable, Sendable {
  public let id: String
  /// Its name in the store, else its domain, else its id.
  public let name: String
  /// Its domain in the store, else the hostname that most of its events carry; empty if there is neither.
  public let domain: String
  public let events: Int
  /// Nil without events.
  public let firstEventMilliseconds: Int64?
  public let lastEventMilliseconds: Int64?
}
