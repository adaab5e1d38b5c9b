using System.Text;
using System.Xml;

namespace Fever.Ingestor.Feeds;

/// <summary>
/// The <c>planList</c> format: <c>zone</c> elements in <c>plan</c> elements in <c>base_plan</c> elements, at whatever
/// depth and among whatever else.
/// </summary>
internal sealed class PlanListXml : IFeedFormat
{
    private const string Root = "planList";
    private const int BufferSize = 16 << 10;

    private static readonly XmlReaderSettings Settings = new()
    {
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        // Entities that expand without end ("billion laughs") or read our files (XXE) need a DTD.
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    // windows-1252 and other encodings that XML declarations and servers name, and .NET does not know by itself.
    static PlanListXml() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public string Name => "planlist-xml";

    public IEnumerable<FeedRecord> Read(Stream document, string? charset, FeedLimits limits)
    {
        var guard = new TokenGuard(document, limits.MaxTokenBytes);
        var names = new XmlNames();
        using var reader = Try(() => Open(guard, charset, names));
        Try(() => CheckRoot(reader));
        var plans = new XmlPlans(reader, guard, names, limits.MaxDepth);
        while (Try(plans.Next) is { } record)
        {
            yield return record;
        }
    }

    private static XmlReader Open(TokenGuard guard, string? charset, XmlNames names)
    {
        var settings = Settings.Clone();
        settings.NameTable = names;
        return EncodingOf(guard.Peek(), charset) is { } encoding
            ? XmlReader.Create(new StreamReader(guard, encoding, detectEncodingFromByteOrderMarks: false, BufferSize), settings)
            : XmlReader.Create(guard, settings);
    }

    /// <summary>An error document or a page that comes with status 200 is not an empty feed.</summary>
    private static bool CheckRoot(XmlReader reader) => reader.MoveToContent() == XmlNodeType.Element && reader.LocalName == Root
        ? true
        : throw new FeedException(FeedFault.Malformed, $"the document's root element is '{reader.LocalName.Sanitize()}', not '{Root}'");

    /// <summary>A byte order mark counts before the charset, and the charset before the XML declaration (RFC 7303 §3); null when neither tells.</summary>
    private static Encoding? EncodingOf(ReadOnlySpan<byte> head, string? charset) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Strict("utf-8"),
        [0xFF, 0xFE, 0, 0] => Strict("utf-32"),
        [0, 0, 0xFE, 0xFF] => Strict("utf-32BE"),
        [0xFF, 0xFE, ..] => Strict("utf-16"),
        [0xFE, 0xFF, ..] => Strict("utf-16BE"),
        // Without a mark "utf-16" leaves the byte order open, which the reader tells from the first characters.
        _ => Strict(charset?.Trim('"')) is { } encoding and not (UnicodeEncoding or UTF32Encoding) ? encoding : null,
    };

    /// <summary>Refuses bytes that are not in the encoding instead of replacing them; null when there is no such encoding.</summary>
    private static Encoding? Strict(string? name)
    {
        try
        {
            return Encoding.GetEncoding(name ?? "", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is XmlException or DecoderFallbackException)
        {
            // Some faults are the whole document's: a DTD, nothing at all.
            var where = exception is XmlException { LineNumber: > 0 and var line } ? $"line {line}" : "the document";
            throw new FeedException(FeedFault.Malformed, $"{where} is not XML: {exception.Message.Sanitize()}", exception);
        }
    }
}
