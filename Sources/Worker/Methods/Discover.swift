import JSON

extension Method {
  static let discover = Method("rpc.discover") { _, worker in OpenRPCDocument(worker.schemas).json() }
}
