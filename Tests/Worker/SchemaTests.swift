import Calendar
import JSON
import JSONSchema
import Testing

@testable import Engine
@testable import Worker

/// Compares the embedded schemas with the code.
@Suite struct SchemaTests {
  private let documents: [String: JSONValue]
  private let compiler: SchemaCompiler

  init() throws {
    var documents: [String: JSONValue] = [:]
    var compiler = SchemaCompiler()
    for name in embeddedSchemaNames {
      let text = try #require(embeddedSchema(name))
      documents[name] = try JSONValue(parsing: text)
      try compiler.add(try JSONValue(parsing: text), uri: name)
    }
    self.documents = documents
    self.compiler = compiler
  }

  private func value(_ document: String, _ pointer: String) throws -> JSONValue {
    let pointer = try #require(JSONPointer(pointer))
    return try #require(documents[document]?[pointer], "\(document) has no \(pointer)")
  }

  @Test func `every schema compiles, and is named after its file`() throws {
    for (name, document) in documents {
      #expect(document["$id"]?.string == name)
      _ = try compiler.schema(name)
    }
  }

  @Test func `every method has its two schemas, and every schema its method`() {
    let wanted =
      Method.all.flatMap { ["\($0.name).params.json", "\($0.name).result.json"] } + ["common.json"]
    #expect(Set(documents.keys) == Set(wanted))
    #expect(wanted.count == Set(wanted).count)
  }

  @Test func `every method has a title and a description`() throws {
    for method in Method.all {
      let params = documents["\(method.name).params.json"]
      #expect(params?["title"]?.string?.isEmpty == false, "\(method.name)")
      #expect(params?["description"]?.string?.contains(".") == true, "\(method.name)")
    }
  }

  @Test func `schemas and limits agree`() throws {
    #expect(
      try value("events.append.params.json", "/properties/events/maxItems")
        == .integer(Int64(Limits.appendedEvents)))
    #expect(try value("common.json", "/$defs/filters/maxItems") == .integer(Int64(Limits.filters)))
    #expect(
      try value("common.json", "/$defs/condition/allOf/2/then/properties/value/maxLength")
        == .integer(Int64(Limits.regularExpression)))
    #expect(
      try value("reports.funnel.params.json", "/properties/steps/maxItems")
        == .integer(Int64(Limits.funnelSteps)))
    #expect(Limits.funnelSteps == WebsiteColumns.maximumFunnelSteps)
    #expect(
      try value("reports.funnel.params.json", "/properties/exclusions/maxItems")
        == .integer(Int64(Limits.funnelExclusions)))
    #expect(Limits.funnelExclusions == WebsiteColumns.maximumFunnelExclusions)
    #expect(
      try value("reports.insights.params.json", "/properties/fields/maxItems")
        == .integer(Int64(Limits.insightsFields)))
    #expect(
      try value("reports.goals.params.json", "/properties/goals/maxItems") == .integer(Int64(Limits.goals)))
    let attribution = "reports.attribution.params.json"
    for (name, limit) in [
      ("models", Limits.attributionModels), ("by", Limits.attributionDimensions),
      ("steps", Limits.attributionSteps),
    ] {
      #expect(try value(attribution, "/properties/\(name)/maxItems") == .integer(Int64(limit)))
    }
    #expect(
      try value(attribution, "/properties/weights/items/maximum")
        == .integer(Int64(AttributionModel.maximumWeight)))
    let journey = "reports.journey.params.json"
    #expect(
      try value(journey, "/properties/limit/maximum") == .integer(Int64(WebsiteColumns.maximumJourneys)))
    #expect(
      try value("reports.journey.result.json", "/$defs/rows/maxItems")
        == .integer(Int64(WebsiteColumns.maximumJourneys)))
    #expect(try value(journey, "/properties/steps/maximum") == .integer(Int64(Limits.journeySteps)))
    #expect(Limits.journeySteps == WebsiteColumns.maximumJourneySteps)
    #expect(try value(journey, "/properties/exclude/maxItems") == .integer(Int64(Limits.journeyExclusions)))
    #expect(try value(journey, "/properties/groups/maxItems") == .integer(Int64(Limits.journeyGroups)))
    for place in ["/maxItems", "/properties/rows/maxItems"] {
      #expect(
        try value("reports.insights.result.json", place) == .integer(Int64(Limits.insightsRows)))
    }
    #expect(
      try value("reports.insights.params.json", "/properties/limit/maximum")
        == .integer(Int64(Limits.insightsRows)))
    #expect(
      try value("reports.insights.params.json", "/properties/goals/maxItems")
        == .integer(Int64(Limits.insightsGoals)))
    #expect(
      try value("reports.attribution.result.json", "/$defs/sources/maxItems")
        == .integer(Int64(WebsiteColumns.maximumSources)))
  }

  @Test func `schemas and code have the same names`() throws {
    let columns = try #require(try value("common.json", "/$defs/column/enum").array).compactMap(\.string)
    #expect(Set(columns) == Set(TextColumn.allCases.flatMap(\.requestNames)))
    #expect(columns.count == Set(columns).count)
    let filterNames = try #require(try value("common.json", "/$defs/plainFilterName/enum").array)
    #expect(
      filterNames.compactMap(\.string) == columns + ["type", "entry", "exit", "channel", "visitor", "visit"])
    let units = try #require(try value("common.json", "/$defs/unit/enum").array).compactMap(\.string)
    #expect(units == CalendarUnit.allCases.map(\.rawValue))
    let operators = try #require(try value("common.json", "/$defs/condition/properties/operator/enum").array)
    #expect(
      operators.compactMap(\.string)
        == TextCondition.Operator.allCases.map(\.rawValue)
        + NumberCondition.Operator.allCases.map(\.rawValue))
    let aggregates = try value(
      "reports.goals.params.json", "/properties/goals/items/then/properties/operator/enum")
    #expect(aggregates.array?.compactMap(\.string) == PropertyAggregate.allCases.map(\.rawValue))
    let types = try #require(try value("common.json", "/$defs/reportType/enum").array).compactMap(\.string)
    #expect(!types.isEmpty)
    #expect(types == Method.reportTypes)
    for type in types {
      #expect(["reports.\(type)", "umami.\(type)"].contains(Method.report(ofType: type)?.name))
    }
  }
}
