/// A visitor's session as rows name it.
struct Session {
  /// `website_id` and `session_id` as CSV text.
  let ids: [UInt8]
  /// From `hostname` to `city` as CSV text.
  let visitor: [UInt8]
  /// That of the visit in hand.
  var visitID: RandomID
}

/// One event, with all that the rows of both files say of it.
struct Event {
  let id: RandomID
  let session: Session
  let content: EventContent
  /// `created_at` as CSV text.
  let createdAt: [UInt8]
}
