/// A visitor's session, in the form that rows use.
struct Session {
  /// `website_id` and `session_id` as CSV text.
  let ids: [UInt8]
  /// From `hostname` to `city` as CSV text.
  let visitor: [UInt8]
  /// The id of the current visit.
  var visitID: RandomID
}

/// One event, with all data for its rows in both files.
struct Event {
  let id: RandomID
  let session: Session
  let content: EventContent
  /// `created_at` as CSV text.
  let createdAt: [UInt8]
}
