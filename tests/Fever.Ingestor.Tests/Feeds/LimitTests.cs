using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Tests.Feeds;

/// <summary>What a document may cost whoever reads it, however long it is.</summary>
public sealed class LimitTests
{
    private const int Kilobyte = 1 << 10;
    private const string EndOfFeed = "{\"end_of_feed\":true}";

    private static readonly FeedLimits Small = new() { MaxDepth = 8, MaxTokenBytes = 4 * Kilobyte };

    [Theory]
    [InlineData(Reading.Xml, "<a>", "</a>", "elements are nested more than 8 deep (Limits:MaxDepth)")]
    [InlineData(Reading.Xml, "<zone>", "</zone>", "elements are nested more than 8 deep (Limits:MaxDepth)")]
    [InlineData(Reading.Xml, "<base_plan>", "</base_plan>", "elements are nested more than 8 deep (Limits:MaxDepth)")]
    public void Xml_may_be_as_deep_as_allowed_and_no_deeper(string format, string open, string close, string message)
    {
        var end = close.Replace("</", "<", StringComparison.Ordinal).Replace(">", "/>", StringComparison.Ordinal);
        Assert.Null(Reading.Of(format, $"<planList>{Times(6, open)}{end}{Times(6, close)}</planList>", Small).Fault);

        var fault = Reading.Of(format, $"<planList>{Times(7, open)}{end}{Times(7, close)}</planList>", Small).Fault;

        Assert.Equal((FeedFault.TooDeep, message), (fault?.Fault, fault?.Message));
    }

    [Fact]
    public void Ndjson_line_deeper_than_allowed_is_one_bad_record()
    {
        static string Line(int depth) => $"{{\"plans\":[],\"a\":{Times(depth - 1, "[")}{Times(depth - 1, "]")}}}\n";

        var reading = Reading.Of(Reading.Ndjson, $"{Line(8)}{Line(9)}{EndOfFeed}", Small);

        Assert.Null(reading.Fault);
        var rejection = Assert.IsType<Rejection>(Assert.Single(reading.Records));
        Assert.Equal(2, rejection.Line);
        Assert.Contains("maximum configured depth of 8", rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Ndjson_line_longer_than_allowed_is_one_bad_record_and_is_not_kept()
    {
        static string Line(int length) => $"{{\"plans\":[],\"a\":\"{new string('1', length - 19)}\"}}\n";
        var document = Encoding.UTF8.GetBytes($"{Line(4 * Kilobyte)}{Line((4 * Kilobyte) + 1)}{Line(20_000 * Kilobyte)}{EndOfFeed}");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = Reading.Of(Reading.Ndjson, new MemoryStream(document), Small);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000 * Kilobyte);
        Assert.Null(reading.Fault);
        Assert.Equal([2, 3], reading.Records.Cast<Rejection>().Select(rejection => rejection.Line));
        Assert.All(reading.Records.Cast<Rejection>(), rejection => Assert.Equal("the line is longer than 4096 bytes (Limits:MaxTokenBytes)", rejection.Reason));
    }

    [Fact]
    public void Ndjson_line_without_end_is_a_bad_record_as_soon_as_it_is_too_long()
    {
        using var stream = new EndlessStream([], _ => "[1,2,3,"u8.ToArray());

        var record = FeedFormats.Find(Reading.Ndjson)!.Read(stream, null, Small).First();

        Assert.IsType<Rejection>(record);
        Assert.InRange(stream.Taken, 0, 32 * Kilobyte);
    }

    [Theory]
    [InlineData(Reading.Xml, "<planList><a b='", "'/></planList>")]
    [InlineData(Reading.Xml, "<planList><a>", "</a></planList>")]
    [InlineData(Reading.Xml, "<planList><![CDATA[", "]]></planList>")]
    public void Token_may_be_nearly_as_long_as_allowed_and_no_longer_than_twice(string format, string open, string close)
    {
        Assert.Null(Reading.Of(format, $"{open}{new string('1', (4 * Kilobyte) - 100)}{close}", Small).Fault);

        var fault = Reading.Of(format, $"{open}{new string('1', 9 * Kilobyte)}{close}", Small).Fault;

        Assert.Equal(
            (FeedFault.TokenTooLong, "a tag, name or value is longer than 4096 bytes (Limits:MaxTokenBytes)"), (fault?.Fault, fault?.Message));
    }

    [Theory]
    [InlineData(Reading.Xml, "<a b='", "x")]
    [InlineData(Reading.Xml, "<a", "a")]
    [InlineData(Reading.Xml, "<a ", " ")]
    [InlineData(Reading.Xml, "<planList>", "&#38;")]
    [InlineData(Reading.Xml, "<planList><![CDATA[", "<b/>")]
    [InlineData(Reading.Xml, "<!--", "<b/>")]
    [InlineData(Reading.Xml, "<?a ", "<b/>")]
    [InlineData(Reading.Xml, "", " ")]
    [InlineData(Reading.Xml, "<planList/>", "\n")]
    public void Token_without_end_is_given_up_at_the_limit(string format, string beginning, string piece)
    {
        var reading = ReadEndless(format, Encoding.UTF8, beginning, _ => Times(50, piece), out var taken);

        Assert.Equal(FeedFault.TokenTooLong, reading.Fault?.Fault);
        Assert.InRange(taken, 0, 32 * Kilobyte);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Token_cannot_hide_its_length_in_an_encoding(string encoding)
    {
        // Both bytes of U+3C3C are '<' in UTF-16.
        ReadEndless(Reading.Xml, Encoding.GetEncoding(encoding), "\uFEFF<a b='", _ => "\u3C3C\u3C3C", out var taken);

        Assert.InRange(taken, 0, 32 * Kilobyte);
    }

    [Theory]
    [InlineData("<a{0}/>")]
    [InlineData("<a b{0}=''/>")]
    [InlineData("<a xmlns:b='{0}'/>")]
    [InlineData("<b{0}:a xmlns:b{0}='c'/>")]
    public void Names_without_end_are_given_up(string piece)
    {
        var reading = ReadEndless(Reading.Xml, Encoding.UTF8, "<planList>", number => string.Format(CultureInfo.InvariantCulture, piece, number), out var taken);

        Assert.Equal(
            (FeedFault.TokenTooLong, "a name is longer than 1000 characters, or there are more than 10000 different ones"),
            (reading.Fault?.Fault, reading.Fault?.Message));
        Assert.InRange(taken, 0, 512 * Kilobyte);
    }

    [Fact]
    public void Name_longer_than_a_thousand_characters_is_refused()
    {
        Assert.Null(Reading.Of(Reading.Xml, $"<planList><{new string('a', 1_000)}/></planList>").Fault);
        Assert.Equal(FeedFault.TokenTooLong, Reading.Of(Reading.Xml, $"<planList><{new string('a', 1_001)}/></planList>").Fault?.Fault);
    }

    [Theory]
    [InlineData(Reading.Xml, "<planList><base_plan base_plan_id='1' sell_mode='online' title='T'>", "<plan plan_id='1' plan_start_date='2021-06-30T21:00:00'><zone price='1.5'/></plan>")]
    [InlineData(Reading.Ndjson, "", """{"base_plan_id":1,"sell_mode":"online","title":"T","plans":[{"plan_id":1,"plan_start_date":"2021-06-30T21:00:00","zones":[{"price":1.5}]}]}""" + "\n")]
    public void Records_come_before_the_document_is_over_and_are_not_kept(string format, string beginning, string plan)
    {
        using var stream = new EndlessStream(Encoding.UTF8.GetBytes(beginning), _ => Encoding.UTF8.GetBytes(plan));
        using var records = FeedFormats.Find(format)!.Read(stream, null, new()).GetEnumerator();

        var first = Take(records, 100);
        Take(records, 100);

        GC.Collect();
        Assert.DoesNotContain(first, record => record.IsAlive);
        Assert.InRange(stream.Taken, 0, 256 * Kilobyte);
    }

    // On its own, because what a debug build's method has touched lives as long as the method.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Take(IEnumerator<FeedRecord> records, int count)
    {
        var taken = new List<WeakReference>();
        while (taken.Count < count && records.MoveNext())
        {
            taken.Add(new WeakReference(records.Current));
        }

        Assert.Equal(count, taken.Count);
        return taken;
    }

    private static Reading ReadEndless(string format, Encoding encoding, string beginning, Func<int, string> piece, out long taken)
    {
        using var stream = new EndlessStream(encoding.GetBytes(beginning), number => encoding.GetBytes(piece(number)));
        var reading = Reading.Of(format, stream, Small);
        taken = stream.Taken;
        return reading;
    }

    private static string Times(int count, string text) => string.Concat(Enumerable.Repeat(text, count));
}
