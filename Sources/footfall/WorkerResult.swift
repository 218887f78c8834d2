import JSON
import JSONRPC
import Worker

extension Worker {
  /// The result of a method, by the way that requests of the protocol go.
  func result(of method: String, _ params: JSONObject) throws(CommandError) -> JSONValue {
    do throws(RPCError) {
      let request = Request(id: .integer(1), method: method, params: .object(params))
      guard case .result(let result, _) = try handle(request, in: RequestContext()) else {
        preconditionFailure("only a request that was cancelled has no result")
      }
      return result
    } catch {
      throw .reply(error)
    }
  }
}
