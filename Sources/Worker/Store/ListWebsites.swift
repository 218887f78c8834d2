import Engine
import EventStore
import JSON

extension Method {
  static let listWebsites = Method(
    "websites.list", tool: "list_websites"
  ) { params, call throws(WorkerError) in
    let needle = optionalText(params, "search").map { CaseInsensitiveSubstring($0) }
    var buffer = CaseInsensitiveSubstring.Buffer()
    let websites = try call.websites(of: call.snapshot()).filter { website in
      guard let needle else { return true }
      return [website.name, website.domain, website.id].contains {
        needle.isContained(in: $0, &buffer, call.executor)
      }
    }
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
