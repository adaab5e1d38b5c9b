using System.Text;
using Fever.Ingestor.Feeds;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.Ingestor.Tests.Feeds;

public sealed class BothFormatsTests
{
    private static readonly IReadOnlyList<BasePlan> Catalogue =
        [.. SampleCatalogue.Answers.SelectMany(answer => answer), .. new SyntheticCatalogue(60, 4, Seed: 5).BasePlans()];

    [Fact]
    public void Same_catalogue_gives_the_same_records_in_the_same_order()
    {
        var xml = Reading.Whole(Reading.Xml, Printed.Xml(Catalogue));

        Assert.Equal(Catalogue.SelectMany(basePlan => basePlan.Plans.Select(plan => new PlanKey(basePlan.Id!, plan.Id!))), xml.Select(Key));
        Assert.Equal(2, xml.OfType<Rejection>().Count());
        Assert.Equal(xml.Select(Comparable), Reading.Whole(Reading.Json, Printed.Json(Catalogue)).Select(Comparable));
        Assert.Equal(xml.Select(Comparable), Reading.Whole(Reading.Json, Printed.Json(Catalogue, isTitleLast: true)).Select(Comparable));
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Json)]
    public void Pieces_in_which_a_document_arrives_make_no_difference(string format)
    {
        var document = Encoding.UTF8.GetBytes(Printed.As(format, Catalogue));
        var whole = Reading.Of(format, document);

        foreach (var size in new[] { 1, 2, 3, 7, 1_000, 65_537 })
        {
            Assert.Equal(whole.Records, Reading.Of(format, new PiecewiseStream(document, size)).Records);
        }
    }

    [Theory]
    [InlineData(Reading.Xml, false)]
    [InlineData(Reading.Json, false)]
    [InlineData(Reading.Json, true)]
    public void Document_cut_anywhere_gives_the_records_before_the_cut_and_then_fails(string format, bool isTitleLast)
    {
        IEnumerable<BasePlan> few = [.. SampleCatalogue.Answers[1], .. new SyntheticCatalogue(5, 1, Seed: 8).BasePlans()];
        var document = Encoding.UTF8.GetBytes(isTitleLast ? Printed.Json(few, isTitleLast) : Printed.As(format, few));
        var whole = Reading.Of(format, document);
        Assert.Null(whole.Fault);
        var most = 0;
        for (var length = 0; length < document.Length; length++)
        {
            var cut = Reading.Of(format, document[..length]);
            Assert.Equal(FeedFault.Malformed, cut.Fault?.Fault);
            Assert.Equal(whole.Records.Take(cut.Records.Count), cut.Records);
            Assert.True(cut.Records.Count >= most, $"{length} bytes give fewer records than fewer bytes");
            most = cut.Records.Count;
        }

        Assert.Equal(whole.Records.Count, most);
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Json)]
    public void Fault_of_the_stream_comes_through_as_it_is_after_the_records_before_it(string format)
    {
        var document = Encoding.UTF8.GetBytes(Printed.As(format, Catalogue));
        foreach (var fault in new Exception[] { new IOException("broken"), new FeedException(FeedFault.TooLarge, "too large"), new OperationCanceledException() })
        {
            foreach (var length in new[] { 0, 3, document.Length / 2 })
            {
                var records = new List<FeedRecord>();
                using var stream = new PiecewiseStream(document[..length], 512, fault);

                var thrown = Assert.Throws(fault.GetType(), () => records.AddRange(FeedFormats.Find(format)!.Read(stream, new())));

                Assert.Same(fault, thrown);
            }
        }
    }

    [Theory]
    [InlineData(Reading.Xml, "<planList/>")]
    [InlineData(Reading.Xml, "<html><body>Maintenance</body></html>")]
    [InlineData(Reading.Json, "{}")]
    [InlineData(Reading.Json, """{"base_plans":null}""")]
    [InlineData(Reading.Json, """ {"base_plans" : [ {"title":"T"}, {"plans":[]}, {"plans":null} ], "status":{"plans":[{}]}} """)]
    public void Document_without_plans_has_no_records(string format, string document) => Assert.Empty(Reading.Whole(format, document));

    [Theory]
    [InlineData(Reading.Xml, "", "the document is not XML: Root element is missing.")]
    [InlineData(Reading.Xml, "Maintenance", "line 1 is not XML: Data at the root level is invalid.")]
    [InlineData(Reading.Xml, "<a>\n\n</b>", "line 3 is not XML: The 'a' start tag")]
    [InlineData(Reading.Xml, "<a/><b/>", "line 1 is not XML: There are multiple root elements.")]
    [InlineData(Reading.Xml, "<a>&#0;</a>", "line 1 is not XML: ")]
    [InlineData(Reading.Xml, "<a b='\u0001'/>", "line 1 is not XML: ")]
    [InlineData(Reading.Xml, "<a b='1' b='1'/>", "line 1 is not XML: 'b' is a duplicate attribute name.")]
    [InlineData(Reading.Xml, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "the document is not XML: For security reasons DTD is prohibited")]
    [InlineData(Reading.Json, "", "line 1 is not JSON: The input does not contain any JSON tokens.")]
    [InlineData(Reading.Json, "<planList/>", "line 1 is not JSON: '<' is an invalid start of a value.")]
    [InlineData(Reading.Json, "{\"a\":1,\n\n}", "line 3 is not JSON: ")]
    [InlineData(Reading.Json, "{}\n{}", "line 2 is not JSON: '{' is invalid after a single JSON value.")]
    [InlineData(Reading.Json, "{} // end", "line 1 is not JSON: ")]
    [InlineData(Reading.Json, "{\"a\":\"\u0001\"}", "line 1 is not JSON: ")]
    [InlineData(Reading.Json, "\n[]", "line 2: the document is an array, not an object")]
    [InlineData(Reading.Json, "\"Maintenance\"", "line 1: the document is a string, not an object")]
    [InlineData(Reading.Json, "{\"base_plans\":{}}", "line 1: base_plans is an object, not an array")]
    public void What_is_no_document_of_the_format_is_malformed(string format, string document, string message)
    {
        var reading = Reading.Of(format, document);

        Assert.Empty(reading.Records);
        Assert.Equal(FeedFault.Malformed, reading.Fault?.Fault);
        Assert.StartsWith(message, reading.Fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Xml_plan_belongs_to_the_base_plan_around_it_and_to_nothing_else()
    {
        const string Dates = "plan_start_date='2021-06-30T21:00:00'";
        var records = Reading.Whole(
            Reading.Xml,
            $"""
            <planList>
              <base_plan base_plan_id='1' sell_mode='online' title='A'>
                <base_plan base_plan_id='2' sell_mode='online' title='B'><plan plan_id='1' {Dates}/></base_plan>
                <plan plan_id='2' {Dates}><plan plan_id='3' {Dates}/><zone price='5'/></plan>
              </base_plan>
              <plan plan_id='4' {Dates}/><zone price='no'/>
            </planList>
            """);

        Assert.Equal([new PlanKey("2", "1"), new PlanKey("1", "2")], records.Cast<Observation>().Select(observation => observation.Plan));
        Assert.Equal([null, 5m], records.Cast<Observation>().Select(observation => observation.MinPrice));
    }

    [Theory]
    [InlineData(Reading.Xml, "garbage")]
    [InlineData(Reading.Json, "garbage")]
    [InlineData(Reading.Json, "}")]
    public void Garbage_after_the_end_fails_the_document_but_not_its_records(string format, string garbage)
    {
        var document = Printed.As(format, Catalogue);

        var reading = Reading.Of(format, document + garbage);

        Assert.Equal(Reading.Whole(format, document + " \n"), reading.Records);
        Assert.Equal(FeedFault.Malformed, reading.Fault?.Fault);
    }

    private static PlanKey? Key(FeedRecord record) => record is Observation observation ? observation.Plan : ((Rejection)record).Plan;

    private static FeedRecord Comparable(FeedRecord record) => record is Rejection rejection ? rejection with { Line = 0, Raw = "" } : record;
}
