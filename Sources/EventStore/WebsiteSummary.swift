/// A website and how much is known of it.
public struct WebsiteSummary: Equatable, Sendable {
  public let id: String
  /// Its name in the store, else its domain, else its id.
  public let name: String
  /// Its domain in the store, else the hostname that most of its events carry; empty where there is neither.
  public let domain: String
  public let events: Int
  /// Nil without events.
  public let firstEventMilliseconds: Int64?
  public let lastEventMilliseconds: Int64?
}
