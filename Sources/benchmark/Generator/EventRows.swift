/// Renders the rows of `website_event.csv`, in the column layout of Umami's export.
struct EventRows {
  static let header =
    "website_id,session_id,visit_id,event_id,hostname,browser,os,device,screen,language,country,region,city,"
    + "url_path,url_query,utm_source,utm_medium,utm_campaign,utm_content,utm_term,"
    + "referrer_path,referrer_query,referrer_domain,page_title,gclid,fbclid,msclkid,ttclid,li_fat_id,twclid,"
    + "event_type,event_name,tag,distinct_id,created_at\n"

  let contents: EventContents

  /// Appends the row of `event`.
  func append(_ event: Event, to text: inout [UInt8]) {
    let comma = UInt8(ascii: ",")
    let content = event.content
    func append(_ fields: Fields) {
      text += fields.bytes
      text.append(comma)
    }
    text += event.session.ids
    text.append(comma)
    event.session.visitID.append(to: &text)
    text.append(comma)
    event.id.append(to: &text)
    text.append(comma)
    text += event.session.visitor
    text.append(comma)
    append(contents.pages.paths[content.page])
    append(content.query)
    append(content.referrer)
    append(contents.pages.titles[content.page])
    append(content.clickID)
    append(content.name.map { contents.names.typesAndNames[$0] } ?? contents.names.pageview)
    append(content.tag)
    text += event.createdAt
    text.append(UInt8(ascii: "\n"))
  }
}
