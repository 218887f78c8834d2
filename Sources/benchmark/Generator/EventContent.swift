/// The content of an event, without visitor, time and visit.
struct EventContent {
  let page: Int
  /// From `url_query` to `utm_term`.
  let query: Fields
  /// From `referrer_path` to `referrer_domain`.
  let referrer: Fields
  /// From `gclid` to `twclid`.
  let clickID: Fields
  /// The number of a custom event's name; nil for a pageview.
  let name: Int?
  /// `tag` and `distinct_id`.
  let tag: Fields
}

/// Draws the content of events.
struct EventContents {
  let pages = Pages()
  let names = EventNames()
  private let campaigns: Campaigns
  private let referrers = Referrers()
  private let clickIDs = ClickIDs()
  private let tags = Choices(
    ["", "variant-a", "variant-b"].map { Fields($0, "") }, weights: [90, 5, 5])

  init(_ random: inout RandomSource) { campaigns = Campaigns(&random) }

  /// The content of the first event of a visit, or of a later one.
  func draw(isLanding: Bool, _ random: inout RandomSource) -> EventContent {
    isLanding ? drawLanding(&random) : drawLater(&random)
  }

  /// A visit begins with a pageview; a fifth of visits begin at an advertised address.
  private func drawLanding(_ random: inout RandomSource) -> EventContent {
    let isAdvertised = random.chance(0.22)
    let hasClickID = isAdvertised && random.chance(0.35)
    return EventContent(
      page: pages.landing.draw(&random),
      query: isAdvertised
        ? campaigns.advertised[random.below(campaigns.advertised.count)] : Campaigns.none,
      referrer: referrers.landing.draw(&random),
      clickID: hasClickID ? clickIDs.some.draw(&random) : clickIDs.none,
      name: nil,
      tag: tags.draw(&random))
  }

  private func drawLater(_ random: inout RandomSource) -> EventContent {
    EventContent(
      page: pages.later.draw(&random),
      query: random.chance(0.05) ? campaigns.own[random.below(campaigns.own.count)] : Campaigns.none,
      referrer: random.chance(0.5) ? referrers.own : referrers.none,
      clickID: clickIDs.none,
      name: random.chance(0.18) ? names.draw(&random) : nil,
      tag: tags.draw(&random))
  }
}
