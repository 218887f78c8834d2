public import JSONRPC

/// Every limit of the worker. The limits of params are also in the schemas, where clients can read them; a test compares
/// the two.
public enum Limits {
  /// Bytes of a message: a line, or the content after a header.
  public static let messageBytes = 64 << 20
  /// Bytes of a header, if messages have headers.
  public static let headerBytes = 8 << 10
  /// Levels of nested arrays and objects.
  public static let nesting = 128
  /// Elements and members in a message, all together: enough for the largest append of events. One can be written in
  /// three bytes, but takes a hundred in memory.
  public static let values = 5_000_000
  /// Bytes of a reply.
  public static let replyBytes = 64 << 20
  /// Requests in a batch.
  public static let batch = 10_000
  /// Steps of a funnel.
  public static let funnelSteps = 64
  /// Exclusions of a funnel.
  public static let funnelExclusions = 16
  /// Fields by which insights are grouped.
  public static let insightsFields = 16
  /// Rows that insights return, and goals of each row.
  public static let insightsRows = 10_000
  public static let insightsGoals = 16
  /// Items of a journey, matchers that it excludes, and groups of its pages.
  public static let journeySteps = 20
  public static let journeyExclusions = 64
  public static let journeyGroups = 100
  /// Models of an attribution and values by which it gives credit, steps that are conversions, and weights of a model.
  public static let attributionModels = 16
  public static let attributionDimensions = 16
  public static let attributionSteps = 16
  /// Filters of a request.
  public static let filters = 64
  /// Levels of filter elements in one another, and of segments in segments.
  public static let filterLevels = 8
  public static let segmentLevels = 8
  /// References of a request to segments, those in other segments included.
  public static let segmentReferences = 256
  /// Expectations of a saved report.
  public static let expectations = 64
  /// Goals of a request.
  public static let goals = 256
  /// Events of one `events.append`.
  public static let appendedEvents = 100_000
  /// Characters of a filter's regular expression.
  public static let regularExpression = 1000

  /// Points of all series of a `websites.series` together.
  public static let seriesPoints = 200_000
  /// Rows of all tables of a retention together, if it has options.
  public static let retentionRows = 200_000
  /// Values that `websites.values` returns.
  public static let suggestedValues = 10

  /// Rows of a list that a tool returns, and buckets of a series, if a call has no limit of its own.
  public static let toolRows = 50
  public static let toolBuckets = 400
  /// Bytes of a tool's reply with more than one row.
  public static let toolReplyBytes = 20_000
  /// Rows that a tool asks its method for, so that it can say how many there are.
  public static let toolCandidates = 10_000
  /// Properties of which `websites.events.list` has examples, and how many.
  public static let propertiesWithExamples = 40
  public static let propertyExamples = 3

  /// Unknown arguments of a tool call that its error names; the rest are counted.
  public static let reportedArguments = 20

  /// The limits of messages, which are checked before the method is known.
  public static let messages = MessageLimits(
    maximumMessageBytes: messageBytes, maximumHeaderBytes: headerBytes, maximumNesting: nesting,
    maximumBatch: batch, maximumValues: values, maximumReplyBytes: replyBytes)
}
