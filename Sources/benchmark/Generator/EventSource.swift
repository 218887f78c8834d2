/// The events of a fictitious website: an infinite sequence in order of time, the same for the same seed.
struct EventSource {
  let contents: EventContents
  private var random: RandomSource
  private var walk: SessionWalk
  private let visitors = Visitors()
  private var timestamps: TimestampFields
  /// By slot of the walk.
  private var sessions: [Session] = []
  private let websiteID: RandomID

  init(_ options: EventSetOptions) {
    random = RandomSource(seed: options.seed)
    websiteID = RandomID(&random)
    contents = EventContents(&random)
    walk = SessionWalk(events: options.events, seconds: options.days * 86_400, &random)
    timestamps = TimestampFields(from: options.start)
  }

  mutating func next() -> Event {
    let moment = walk.next(&random)
    if moment.isFirstOfSession {
      begin(sessionAt: moment.slot)
    } else if moment.isFirstOfVisit {
      sessions[moment.slot].visitID = RandomID(&random)
    }
    var createdAt: [UInt8] = []
    timestamps.append(seconds: moment.seconds, to: &createdAt)
    return Event(
      id: RandomID(&random), session: sessions[moment.slot],
      content: contents.draw(isLanding: moment.isFirstOfVisit, &random), createdAt: createdAt)
  }

  private mutating func begin(sessionAt slot: Int) {
    var (ids, visitor): ([UInt8], [UInt8]) = ([], [])
    websiteID.append(to: &ids)
    ids.append(UInt8(ascii: ","))
    RandomID(&random).append(to: &ids)
    visitors.append(to: &visitor, &random)
    let session = Session(ids: ids, visitor: visitor, visitID: RandomID(&random))
    if slot < sessions.count { sessions[slot] = session } else { sessions.append(session) }
  }
}
