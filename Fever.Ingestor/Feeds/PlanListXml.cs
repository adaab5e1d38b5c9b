using System.Xml;

namespace Fever.Ingestor.Feeds;

/// <summary>
/// The <c>planList</c> format: <c>zone</c> elements in <c>plan</c> elements in <c>base_plan</c> elements, at whatever
/// depth and among whatever else.
/// </summary>
internal sealed class PlanListXml : IFeedFormat
{
    public string Name => "planlist-xml";

    public IEnumerable<FeedRecord> Read(Stream document, FeedLimits limits)
    {
        var guard = new TokenGuard(document, limits.MaxTokenBytes);
        var names = new XmlNames();
        using var reader = Open(guard, names);
        var plans = new XmlPlans(reader, guard, names, limits.MaxDepth);
        while (Next(plans) is { } record)
        {
            yield return record;
        }
    }

    private static XmlReader Open(TokenGuard guard, XmlNames names)
    {
        try
        {
            return XmlReader.Create(guard, new XmlReaderSettings
            {
                NameTable = names,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                IgnoreWhitespace = true,
                // Entities that expand without end ("billion laughs") or read our files (XXE) need a DTD.
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
            });
        }
        catch (XmlException exception)
        {
            throw Malformed(exception);
        }
    }

    private static FeedRecord? Next(XmlPlans plans)
    {
        try
        {
            return plans.Next();
        }
        catch (XmlException exception)
        {
            throw Malformed(exception);
        }
    }

    private static FeedException Malformed(XmlException exception)
    {
        // Some faults are the whole document's: a DTD, nothing at all.
        var where = exception.LineNumber == 0 ? "the document" : $"line {exception.LineNumber}";
        return new FeedException(FeedFault.Malformed, $"{where} is not XML: {exception.Message.Sanitize()}", exception);
    }
}
