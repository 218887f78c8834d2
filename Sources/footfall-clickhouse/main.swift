// The same command for events on a ClickHouse server. It links Foundation, whose URLSession speaks TLS.

import ClickHouse
import Commands
import EventStore
import System

let servers = ServerStores { place throws(StoreError) in
  let address: Address
  do throws(AddressError) {
    address = try Address(place.address, variable: environmentVariable)
  } catch {
    throw .usage("\(error)")
  }
  let password =
    if let file = place.passwordFile { try firstLine(of: file) } else {
      environmentVariable("FOOTFALL_CLICKHOUSE_PASSWORD")
    }
  let log = place.log
  return ClickHouseStore(
    address, password: password, reports: place.reports, newID: randomUUID,
    onStatement: { log?.add($0.clientText) })
}

runCommandLine(servers: servers)

private func firstLine(of path: String) throws(StoreError) -> String {
  let contents: [UInt8]?
  do throws(FileReadingError) { contents = try FileReader.system.contents(path, 1 << 16) } catch {
    throw .inputOutput(path: path, operation: "read the password from", reason: "\(error)")
  }
  guard let bytes = contents else { throw .noSuchFile(path: path) }
  return String(
    decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
}
