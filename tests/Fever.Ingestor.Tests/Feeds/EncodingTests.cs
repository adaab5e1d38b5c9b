using System.Text;
using Fever.Ingestor.Feeds;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.Ingestor.Tests.Feeds;

public sealed class EncodingTests
{
    private static readonly IReadOnlyList<BasePlan> Catalogue = [.. new SyntheticCatalogue(40, 2, Seed: 3).BasePlans()];

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    public void Xml_is_read_in_every_unicode_encoding_with_its_mark(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        var document = Printed.Xml(Catalogue);

        var reading = Reading.Of(Reading.Xml, [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(document)]);

        Assert.Null(reading.Fault);
        Assert.Equal(Reading.Whole(Reading.Xml, document), reading.Records);
    }

    [Theory]
    [InlineData("ISO-8859-1", "iso-8859-1")]
    [InlineData("utf-8", "UTF-8")]
    [InlineData("utf-16", "utf-16")]
    [InlineData("utf-16BE", "utf-16")]
    public void Xml_is_read_in_the_encoding_it_declares(string encoding, string declared)
    {
        var reading = Reading.Of(Reading.Xml, Encoding.GetEncoding(encoding).GetBytes(Document(declared, "Camarón, una revolución")));

        Assert.Null(reading.Fault);
        Assert.Equal("Camarón, una revolución", Assert.IsType<Observation>(Assert.Single(reading.Records)).Title);
    }

    [Theory]
    [InlineData("ISO-8859-1", "utf-8", "line 2 is not XML: Invalid character in the given encoding.")]
    [InlineData("utf-8", "utf-16", "the document is not XML: There is no Unicode byte order mark. Cannot switch to Unicode.")]
    [InlineData("utf-8", "klingon", "line 1 is not XML: System does not support 'klingon' encoding.")]
    [InlineData("utf-8", "utf-7", "line 1 is not XML: ")]
    [InlineData("utf-8", "ibm037", "line 1 is not XML: ")]
    [InlineData("utf-8", "", "line 1 is not XML: ")]
    public void Xml_in_another_encoding_than_it_declares_is_malformed(string encoding, string declared, string message)
    {
        var fault = Reading.Of(Reading.Xml, Encoding.GetEncoding(encoding).GetBytes(Document(declared, "Camarón"))).Fault;

        Assert.Equal(FeedFault.Malformed, fault?.Fault);
        Assert.StartsWith(message, fault?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iso-8859-1", false, "utf-8", "iso-8859-1")]
    [InlineData("windows-1252", false, "utf-8", "windows-1252")]
    [InlineData("windows-1251", false, null, "windows-1251")]
    [InlineData("windows-1252", false, "windows-1252", null)]
    [InlineData("windows-1252", false, "windows-1252", "klingon")]
    [InlineData("utf-8", false, "windows-1252", "utf-8")]
    [InlineData("utf-8", false, "klingon", "UTF-8")]
    [InlineData("utf-8", true, "windows-1252", "windows-1252")]
    [InlineData("utf-8", true, "windows-1252", null)]
    [InlineData("utf-16", true, "utf-8", null)]
    [InlineData("utf-16BE", true, "utf-8", null)]
    [InlineData("utf-32", true, "utf-8", "utf-8")]
    [InlineData("utf-32BE", true, "utf-8", "utf-8")]
    [InlineData("utf-16", true, "utf-8", "utf-8")]
    [InlineData("utf-16BE", true, "utf-16", "utf-16")]
    [InlineData("utf-16BE", false, "utf-16", "utf-16")]
    [InlineData("utf-16BE", false, null, "utf-16be")]
    public void Byte_order_mark_counts_before_the_charset_and_that_before_the_declaration(string encoding, bool hasMark, string? declared, string? charset)
    {
        var title = encoding == "windows-1251" ? "Ночь музеев" : "Camarón";
        var document = declared is null ? Document("", title).Split('\n')[1] : Document(declared, title);
        var bytes = Known(encoding).GetBytes(document);

        var reading = Reading.Of(Reading.Xml, [.. hasMark ? Known(encoding).GetPreamble() : [], .. bytes], charset: charset);

        Assert.Null(reading.Fault);
        Assert.Equal(title, Assert.IsType<Observation>(Assert.Single(reading.Records)).Title);
    }

    [Theory]
    [InlineData("utf-8", "", "us-ascii")]
    [InlineData("iso-8859-1", "", "utf-8")]
    [InlineData("iso-8859-1", "\u00EF\u00BB\u00BF", null)]
    public void Xml_in_another_encoding_than_the_charset_or_the_mark_says_is_malformed(string encoding, string mark, string? charset)
    {
        var fault = Reading.Of(Reading.Xml, Encoding.GetEncoding(encoding).GetBytes(mark + Document(encoding, "Camarón")), charset: charset).Fault;

        Assert.Equal(FeedFault.Malformed, fault?.Fault);
        Assert.StartsWith("the document is not XML: Unable to translate bytes", fault?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16", "\uD800")]
    [InlineData("utf-16", "\uDC00\uD800")]
    [InlineData("utf-16", "&#xD800;")]
    [InlineData("utf-8", "&#0;")]
    [InlineData("utf-16", "\0")]
    [InlineData("utf-16", "\uFFFF")]
    public void Xml_with_what_no_database_keeps_gives_no_record_of_it(string encoding, string title)
    {
        // As bytes, because an encoder would not write half a pair.
        var document = Document(encoding, title);
        var bytes = encoding == "utf-8" ? Encoding.UTF8.GetBytes(document) : document.SelectMany(character => BitConverter.GetBytes(character)).ToArray();

        var reading = Reading.Of(Reading.Xml, bytes);

        Assert.All(reading.Records.OfType<Observation>(), observation => Assert.True(observation.Title.IsValidText()));
        Assert.True((reading.Fault?.Message ?? "").IsValidText());
    }

    [Fact]
    public void Ndjson_is_read_with_and_without_the_byte_order_mark()
    {
        var document = Printed.Ndjson(Catalogue);

        Assert.Equal(Reading.Whole(Reading.Ndjson, document), Reading.Whole(Reading.Ndjson, "\uFEFF" + document));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    public void Ndjson_in_another_encoding_is_malformed(string encoding) =>
        Assert.Equal(FeedFault.Malformed, Reading.Of(Reading.Ndjson, Encoding.GetEncoding(encoding).GetBytes(Printed.Ndjson(Catalogue))).Fault?.Fault);

    private static Encoding Known(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);

    private static string Document(string encoding, string title) =>
        $"""
        <?xml version="1.0" encoding="{encoding}"?>
        <planList><base_plan base_plan_id="1" sell_mode="online" title="{title}"><plan plan_id="1" plan_start_date="2021-06-30T21:00:00"/></base_plan></planList>
        """;
}
