using System.Text;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Tests.Feeds;

/// <summary>What a format makes of a document: its records and, when it cannot be read to its end, why.</summary>
internal sealed record Reading(IReadOnlyList<FeedRecord> Records, FeedException? Fault)
{
    public const string Xml = "planlist-xml";
    public const string Ndjson = "planlist-ndjson";

    public static Reading Of(string format, string document, FeedLimits? limits = null) =>
        Of(format, Encoding.UTF8.GetBytes(document), limits);

    public static Reading Of(string format, byte[] document, FeedLimits? limits = null, string? charset = null) =>
        Of(format, new MemoryStream(document), limits, charset);

    /// <summary>Lets every exception through but the one that feeds may end in.</summary>
    public static Reading Of(string format, Stream document, FeedLimits? limits = null, string? charset = null)
    {
        var records = new List<FeedRecord>();
        try
        {
            foreach (var record in FeedFormats.Find(format)!.Read(document, charset, limits ?? new FeedLimits()))
            {
                records.Add(record);
            }
        }
        catch (FeedException fault)
        {
            return new Reading(records, fault);
        }

        return new Reading(records, null);
    }

    /// <summary>The records of a document that can be read to its end.</summary>
    public static IReadOnlyList<FeedRecord> Whole(string format, string document)
    {
        var reading = Of(format, document);
        Assert.Null(reading.Fault);
        return reading.Records;
    }
}
