import EventStore
import JSON

extension Method {
  static let listWebsites = Method("websites.list", tool: "list_websites") { _, call throws(WorkerError) in
    let websites = try call.snapshot().websites
    return .array(
      websites.map { website in
        [
          "id": .string(website.id), "name": .string(website.name),
          "domain": JSONValue(domain: website.domain), "events": JSONValue(website.events),
          "firstEvent": website.firstEventMilliseconds.map(JSONValue.init(instant:)) ?? .null,
          "lastEvent": website.lastEventMilliseconds.map(JSONValue.init(instant:)) ?? .null,
        ]
      })
  }
}
