import JSON

extension Method {
  static let discover = Method("rpc.discover") { _, call in OpenRPCDocument(call.schemas).json() }
}
