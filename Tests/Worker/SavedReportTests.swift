import JSON
import Testing

@testable import Worker

@Suite struct SavedReportTests {
  private let worker: TestWorker
  private static let parameters: JSONValue = [
    "dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-31"],
    "goals": [["type": "url", "value": "/", "goal": 1]],
  ]

  init() throws { worker = try TestWorker(TestWorker.twoWebsites) }

  private func create(_ name: String, website: String = "a", _ members: [(String, JSONValue)] = [])
    -> JSONValue
  {
    var params: JSONObject = [
      "websiteId": .string(website), "type": "goals", "name": .string(name), "parameters": Self.parameters,
    ]
    for (name, value) in members { params[name] = value }
    return worker.ask("reports.create", .object(params))
  }

  @Test func `a report is created, read, changed and deleted`() {
    let created = create("First")
    #expect(created["id"] == "report-1")
    #expect(created["userId"] == "00000000-0000-0000-0000-000000000000")
    #expect(created["createdAt"] == created["updatedAt"])
    #expect(created["createdAt"]?.string?.hasSuffix(".000Z") == true)
    #expect(created["notice"]?.string?.contains("CSV") == true)

    var stored = created.object ?? JSONObject()
    stored["notice"] = nil
    #expect(worker.ask("reports.get", ["reportId": "report-1"]) == .object(stored))
    #expect(worker.ask("GET /api/reports/report-1") == .object(stored))

    let updated = worker.ask("POST /api/reports/report-1", ["name": "Second", "description": "d"])
    #expect(updated["name"] == "Second" && updated["description"] == "d")
    #expect(updated["parameters"] == Self.parameters && updated["createdAt"] == created["createdAt"])
    #expect(updated["updatedAt"] != created["updatedAt"])

    #expect(worker.ask("DELETE /api/reports/report-1") == "ok")
    for method in ["reports.get", "reports.update", "reports.delete", "reports.run"] {
      #expect(worker.ask(method, ["reportId": "report-1"])["code"] == 2)
    }
  }

  @Test func `an id may be chosen once`() {
    let id: JSONValue = "0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11"
    #expect(create("Mine", [("reportId", id)])["id"] == id)
    #expect(create("Mine", [("reportId", id)])["code"] == -32602)
    #expect(create("Mine", [("reportId", "no uuid")])["code"] == -32602)
  }

  @Test func `the list is paged, newest first, with parameters as text`() {
    for index in 1...12 { _ = create("Report \(index)", website: index == 3 ? "b" : "a") }
    let list = worker.ask("reports.list")
    #expect(list["count"] == 12 && list["page"] == 1 && list["pageSize"] == 10)
    #expect(list["data"]?.array?.map { $0["name"] ?? .null }.prefix(2) == ["Report 12", "Report 11"])
    #expect(list["data"]?.array?.count == 10)
    let first = list["data"]?.array?.first
    #expect(first?["parameters"]?.string == Self.parameters.description)
    #expect(first?["website"] == ["domain": "a.example"])
    let second = worker.ask("GET /api/reports", ["page": 2])
    #expect(second["data"]?.array?.map { $0["name"] ?? .null } == ["Report 2", "Report 1"])
    #expect(worker.ask("reports.list", ["page": 9])["data"] == [])
    #expect(worker.ask("reports.list", ["websiteId": "b"])["count"] == 1)
    #expect(worker.ask("reports.list", ["search": "REPORT 1"])["count"] == 4)
    #expect(worker.ask("reports.list", ["search": "goals"])["count"] == 12)
    #expect(worker.ask("reports.list", ["search": "nowhere"])["count"] == 0)
    #expect(worker.ask("reports.list", ["pageSize": 0])["code"] == -32602)
  }

  @Test func `a saved report runs, with members replaced by those sent`() {
    _ = create("Saved")
    #expect(worker.ask("reports.run", ["reportId": "report-1"])[at: 0]?["result"] == 1)
    let all: JSONValue = [["type": "url", "value": "*", "goal": 1]]
    #expect(worker.ask("reports.run", ["reportId": "report-1", "goals": all])[at: 0]?["result"] == 2)
    #expect(
      worker.ask("reports.run", ["reportId": "report-1", "parameters": ["goals": all]])[at: 0]?["result"] == 2
    )
    #expect(worker.ask("reports.run", ["reportId": "report-1", "websiteId": "b"])[at: 0]?["result"] == 1)
    #expect(worker.ask("reports.run", ["reportId": "report-1", "goals": []])["code"] == -32602)
  }

  @Test(arguments: ["type", "name", "parameters"]) func `an invalid report is an error`(member: String) {
    #expect(create("x", [(member, 5)])["code"] == -32602)
    #expect(create("x", website: "nowhere")["code"] == 1)
  }
}
