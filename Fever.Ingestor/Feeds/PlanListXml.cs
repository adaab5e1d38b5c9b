using System.Xml;
using Fever.Ingestor.Providers;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Feeds;

/// <summary>
/// The <c>planList</c> format: <c>zone</c> elements in <c>plan</c> elements in <c>base_plan</c> elements, at whatever
/// depth and among whatever else. Reads forward only, so a feed of any size takes the memory of one plan.
/// </summary>
internal sealed class PlanListXml : IFeedFormat
{
    private static readonly XmlReaderSettings Settings = new()
    {
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        // Entities that expand without end ("billion laughs") or read our files (XXE) need a DTD.
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 1L << 30,
    };

    public string Name => "planlist-xml";

    public IEnumerable<FeedRecord> Read(Stream document, FeedLimits limits)
    {
        using var reader = XmlReader.Create(document, Settings);
        var position = new Position();
        while (Next(reader))
        {
            if (position.Advance(reader) is { } record)
            {
                yield return record;
            }
        }
    }

    private static bool Next(XmlReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (XmlException xml)
        {
            throw new FeedException(FeedFault.Malformed, $"line {xml.LineNumber} is not XML: {Shown.Cut(xml.Message)}", xml);
        }
    }

    private sealed class Position
    {
        // Base plans do not nest, but one that does must not lend its plans to the one around it.
        private readonly Stack<BasePlanElement> _basePlans = [];
        private PlanElement? _plan;

        /// <summary>The record that ends with the node the reader is on, if one does.</summary>
        public FeedRecord? Advance(XmlReader reader) => reader.NodeType switch
        {
            XmlNodeType.Element => Open(reader),
            XmlNodeType.EndElement => Close(reader.Depth),
            _ => null,
        };

        private FeedRecord? Open(XmlReader reader)
        {
            switch (reader.LocalName)
            {
                case "zone":
                    _plan?.AddPrice(reader.GetAttribute("price"));
                    return null;
                case "plan" when _basePlans.Count > 0 && _plan is null:
                    _plan = new PlanElement(_basePlans.Peek(), reader);
                    return reader.IsEmptyElement ? Close(reader.Depth) : null;
                case "base_plan" when !reader.IsEmptyElement:
                    _basePlans.Push(new BasePlanElement(reader));
                    return null;
                default:
                    return null;
            }
        }

        private FeedRecord? Close(int depth)
        {
            if (_plan?.Depth == depth)
            {
                var record = _plan.ToRecord();
                _plan = null;
                return record;
            }

            if (_basePlans.TryPeek(out var basePlan) && basePlan.Depth == depth)
            {
                _basePlans.Pop();
            }

            return null;
        }
    }
}

internal static class FeedFormats
{
    public static IFeedFormat Named(string name) => new PlanListXml();
}
