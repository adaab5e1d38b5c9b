using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fever.Ingestor.Feeds;

/// <summary>
/// The same facts as <see cref="PlanListXml"/> as NDJSON: a base plan a line, so that a line that is no base plan
/// costs nothing but itself. The last line says that the feed is whole. Without it a feed that was cut between two
/// lines would look whole, and what comes after the cut would be taken for vanished.
/// </summary>
internal sealed class PlanListNdjson : IFeedFormat
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => "planlist-ndjson";

    public IEnumerable<FeedRecord> Read(Stream document, string? charset, FeedLimits limits)
    {
        var lines = new LineReader(document, limits.MaxTokenBytes);
        var isWhole = false;
        while (lines.Read())
        {
            if (IsBlank(lines.Line))
            {
                continue;
            }

            if (isWhole)
            {
                throw new FeedException(FeedFault.Malformed, $"line {lines.Number} comes after the line that ends the feed");
            }

            var (line, fault) = lines.IsTooLong ? (null, $"the line is longer than {limits.MaxTokenBytes} bytes (Limits:MaxTokenBytes)") : Parse(lines.Line, limits);
            isWhole = line is { EndOfFeed: "true", Plans: null };
            if (isWhole || (!lines.IsTerminated && !lines.IsTooLong))
            {
                continue;
            }

            foreach (var record in line?.Plans is null ? [Reject(lines, fault)] : Records(line, lines.Number))
            {
                yield return record;
            }
        }

        if (!isWhole)
        {
            throw new FeedException(FeedFault.Malformed, "the feed broke off: its last line is not {\"end_of_feed\":true}");
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;

    private static (NdjsonLine? Line, string? Fault) Parse(ReadOnlySpan<byte> bytes, FeedLimits limits)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
            var line = JsonSerializer.Deserialize(ref reader, NdjsonContext.Default.NdjsonLine);
            // Refuses anything but the end of the line.
            reader.Read();
            return (line, "the line is not a base plan: it has no plans");
        }
        catch (JsonException exception)
        {
            // The message repeats the path, and counts lines from 0.
            return (null, $"the line is not a base plan: {exception.Message.Split(" Path:", 2)[0].Split(" LineNumber:", 2)[0].Sanitize()} (at {exception.Path.Sanitize()})");
        }
    }

    private static Rejection Reject(LineReader lines, string? fault) =>
        new(lines.Number, Plan: null, fault!, Encoding.UTF8.GetString(lines.Line[..Math.Min(lines.Line.Length, Rejection.MaxRawLength)]).ReplaceInvalid());

    private static IEnumerable<FeedRecord> Records(NdjsonLine line, int number)
    {
        foreach (var plan in line.Plans!.Select(plan => plan ?? new NdjsonPlan()))
        {
            var builder = new PlanBuilder(line, plan, number);
            if (builder.Fault is not null)
            {
                yield return builder.Reject(Raw(line with { Plans = null }), Raw(plan with { Zones = null }));
                continue;
            }

            foreach (var zone in plan.Zones ?? [])
            {
                var rejection = zone?.Price is { } price ? builder.AddPrice(price) : builder.AddNoPrice();
                if (rejection is not null)
                {
                    yield return rejection with { Raw = Raw(zone) };
                }
            }

            yield return builder.Build();
        }
    }

    private static string Raw<T>(T value)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, Readable))
        {
            JsonSerializer.Serialize(writer, value, typeof(T), NdjsonContext.Default);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan).Head(PlanBuilder.MaxRawPart);
    }
}
