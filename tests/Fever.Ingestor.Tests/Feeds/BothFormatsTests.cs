using System.Globalization;
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
        Assert.Equal(xml.Select(Comparable), Reading.Whole(Reading.Ndjson, Printed.Ndjson(Catalogue)).Select(Comparable));
        Assert.Equal(xml.Select(Comparable), Reading.Whole(Reading.Ndjson, Printed.Ndjson(Catalogue, isTitleLast: true)).Select(Comparable));
    }

    [Theory]
    [InlineData(Reading.Xml, "<planList><base_plan base_plan_id='1' sell_mode='online' title='T' organizer_company_id='7'><plan plan_id='1' plan_start_date='2021-06-30T21:00:00' sell_from='soon' sell_to='{0}' sold_out='true'/></base_plan></planList>")]
    [InlineData(Reading.Ndjson, """{{"base_plan_id":1,"sell_mode":"online","title":"T","organizer_company_id":7,"plans":[{{"plan_id":1,"plan_start_date":"2021-06-30T21:00:00","sell_from":"soon","sell_to":"{0}","sold_out":true}}]}}""" + "\n{{\"end_of_feed\":true}}")]
    public void Facts_that_are_only_observed_are_kept_as_they_are_written_and_cut(string format, string document)
    {
        var record = Assert.Single(Reading.Whole(format, string.Format(CultureInfo.InvariantCulture, document, new string('x', 300))));

        Assert.Equal(
            new Observation(new PlanKey("1", "1"), SellMode.Online, "T", new DateTime(2021, 6, 30, 21, 0, 0), null, null, null)
            {
                OrganizerCompanyId = "7",
                SellFrom = "soon",
                SellTo = new string('x', 200),
                SoldOut = "true",
            },
            record);
    }

    [Theory]
    [InlineData("10", "20", "30")]
    [InlineData("30", "20", "10")]
    [InlineData("20", "30", "10")]
    [InlineData("20", "10", "30")]
    public void Prices_are_the_lowest_and_the_highest_of_the_zones_in_any_order(params string[] prices)
    {
        var zones = prices.Select(price => new Zone("1", "1", price, "Z", false));
        BasePlan[] catalogue = [new("1", "online", "T", null, [new Plan("1", "2021-06-30T21:00:00", null, null, null, zones)])];
        foreach (var format in FeedFormats.Names)
        {
            var plan = Assert.IsType<Observation>(Assert.Single(Reading.Whole(format, Printed.As(format, catalogue))));

            Assert.Equal((10m, 30m), (plan.MinPrice, plan.MaxPrice));
        }
    }

    [Fact]
    public void Lines_of_any_length_are_read_whole()
    {
        var lengths = Enumerable.Range(0, 100).Select(number => (number * 7_919) % 300_000).ToArray();
        var document = string.Concat(lengths.Select((length, number) =>
            $$"""{"a":"{{new string('a', length)}}","base_plan_id":{{number}},"sell_mode":"online","title":"T","plans":[{"plan_id":1,"plan_start_date":"2021-06-30T21:00:00"}]}""" + "\n"));
        foreach (var size in new[] { 10_000, int.MaxValue })
        {
            var reading = Reading.Of(Reading.Ndjson, new PiecewiseStream(Encoding.UTF8.GetBytes($"{document}{{\"end_of_feed\":true}}"), size));

            Assert.Null(reading.Fault);
            Assert.Equal(lengths.Select((_, number) => $"{number}"), reading.Records.Cast<Observation>().Select(plan => plan.Plan.BasePlanId));
        }
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
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
    [InlineData(Reading.Ndjson, false)]
    [InlineData(Reading.Ndjson, true)]
    public void Document_cut_anywhere_gives_the_records_before_the_cut_and_then_fails(string format, bool isTitleLast)
    {
        IEnumerable<BasePlan> few = [.. SampleCatalogue.Answers[1], .. new SyntheticCatalogue(5, 1, Seed: 8).BasePlans()];
        var document = Encoding.UTF8.GetBytes(isTitleLast ? Printed.Ndjson(few, isTitleLast) : Printed.As(format, few));
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
    [InlineData(Reading.Ndjson)]
    public void Fault_of_the_stream_comes_through_as_it_is_after_the_records_before_it(string format)
    {
        var document = Encoding.UTF8.GetBytes(Printed.As(format, Catalogue));
        foreach (var fault in new Exception[] { new IOException("broken"), new FeedException(FeedFault.TooLarge, "too large"), new OperationCanceledException() })
        {
            foreach (var length in new[] { 0, 3, document.Length / 2 })
            {
                var records = new List<FeedRecord>();
                using var stream = new PiecewiseStream(document[..length], 512, fault);

                var thrown = Assert.Throws(fault.GetType(), () => records.AddRange(FeedFormats.Find(format)!.Read(stream, null, new())));

                Assert.Same(fault, thrown);
            }
        }
    }

    [Theory]
    [InlineData(Reading.Xml, "<planList/>")]
    [InlineData(Reading.Xml, "<!-- a --><?a b?> <p:planList xmlns:p='urn:x'><error/></p:planList>")]
    [InlineData(Reading.Ndjson, """{"end_of_feed":true}""")]
    [InlineData(Reading.Ndjson, " \r\n\n { \"end_of_feed\" : true, \"made_by\":{\"plans\":[{}]} } \n \n")]
    [InlineData(Reading.Ndjson, """{"title":"T","plans":[],"status":{"plans":[{}]}}""" + "\n" + """{"end_of_feed":true}""")]
    public void Document_without_plans_has_no_records(string format, string document) => Assert.Empty(Reading.Whole(format, document));

    [Theory]
    [InlineData(Reading.Xml, "", "the document is not XML: Root element is missing.")]
    [InlineData(Reading.Xml, "Maintenance", "line 1 is not XML: Data at the root level is invalid.")]
    [InlineData(Reading.Xml, "<planList><a>\n\n</b>", "line 3 is not XML: The 'a' start tag")]
    [InlineData(Reading.Xml, "<planList/><b/>", "line 1 is not XML: There are multiple root elements.")]
    [InlineData(Reading.Xml, "<planList>&#0;</planList>", "line 1 is not XML: ")]
    [InlineData(Reading.Xml, "<a b='\u0001'/>", "line 1 is not XML: ")]
    [InlineData(Reading.Xml, "<a b='1' b='1'/>", "line 1 is not XML: 'b' is a duplicate attribute name.")]
    [InlineData(Reading.Xml, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "the document is not XML: For security reasons DTD is prohibited")]
    [InlineData(Reading.Xml, "<error/>", "the document's root element is 'error', not 'planList'")]
    [InlineData(Reading.Xml, "<html xmlns='http://www.w3.org/1999/xhtml'><body><planList/></body></html>", "the document's root element is 'html', not 'planList'")]
    [InlineData(Reading.Xml, "<base_plan base_plan_id='1' sell_mode='online' title='T'><plan plan_id='1'/></base_plan>", "the document's root element is 'base_plan', not 'planList'")]
    [InlineData(Reading.Xml, "<PlanList/>", "the document's root element is 'PlanList', not 'planList'")]
    [InlineData(Reading.Ndjson, "", "the feed broke off: its last line is not {\"end_of_feed\":true}")]
    [InlineData(Reading.Ndjson, "\n \n", "the feed broke off")]
    [InlineData(Reading.Ndjson, "<planList/>", "the feed broke off")]
    [InlineData(Reading.Ndjson, "{\"plans\":[{}]}", "the feed broke off")]
    [InlineData(Reading.Ndjson, "{\"plans\":[]}\n", "the feed broke off")]
    [InlineData(Reading.Ndjson, "{\"end_of_feed\":false}", "the feed broke off")]
    [InlineData(Reading.Ndjson, "{\"end_of_feed\":true} //", "the feed broke off")]
    [InlineData(Reading.Ndjson, "{\"end_of_feed\":true}\n\n{\"end_of_feed\":true}", "line 3 comes after the line that ends the feed")]
    public void What_is_no_document_of_the_format_is_malformed(string format, string document, string message)
    {
        var reading = Reading.Of(format, document);

        Assert.Empty(reading.Records);
        Assert.Equal(FeedFault.Malformed, reading.Fault?.Fault);
        Assert.StartsWith(message, reading.Fault?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Maintenance", "the line is not a base plan: 'M' is an invalid start of a value. (at $)")]
    [InlineData("<html>", "the line is not a base plan: '<' is an invalid start of a value. (at $)")]
    [InlineData("{\"error\":\"maintenance\"}", "the line is not a base plan: it has no plans")]
    [InlineData("{\"base_plans\":[]}", "the line is not a base plan: it has no plans")]
    [InlineData("{\"plans\":[],}", "the line is not a base plan: The JSON object contains a trailing comma")]
    [InlineData("{\"plans\":[]}{}", "the line is not a base plan: '{' is invalid after a single JSON value.")]
    [InlineData("{\"plans\":[]", "the line is not a base plan: Expected depth to be zero at the end of the JSON payload.")]
    [InlineData("[]", "the line is not a base plan: The JSON value could not be converted to")]
    [InlineData("null", "the line is not a base plan: it has no plans")]
    [InlineData("{\"plans\":{}}", "the line is not a base plan: The JSON value could not be converted to")]
    [InlineData("{\"plans\":[],\"title\":[\"T\"]}", "the line is not a base plan: an object or an array is not a string (at $.title)")]
    [InlineData("{\"plans\":[],\"title\":\"\\ud800\"}", "the line is not a base plan: ")]
    [InlineData("{\"plans\":[],\"\\ud800\":1}", "the line is not a base plan: ")]
    [InlineData("{\"plans\":[{\"zones\":5}]}", "the line is not a base plan: The JSON value could not be converted to")]
    public void Ndjson_line_that_is_no_base_plan_is_one_record_of_nobody(string line, string reason)
    {
        var whole = Printed.Ndjson(Catalogue);

        var records = Reading.Whole(Reading.Ndjson, $"{line}\n{whole}");

        var rejection = Assert.IsType<Rejection>(records[0]);
        Assert.Equal((1, null, line), (rejection.Line, rejection.Plan, rejection.Raw));
        Assert.StartsWith(reason, rejection.Reason, StringComparison.Ordinal);
        Assert.Equal(Reading.Whole(Reading.Ndjson, whole).Select(Comparable), records.Skip(1).Select(Comparable));
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

        Assert.Equal([new PlanKey("2", "1"), new PlanKey("1", "2")], records.OfType<Observation>().Select(observation => observation.Plan));
        Assert.Equal([null, 5m], records.OfType<Observation>().Select(observation => observation.MinPrice));
        Assert.Equal(new Rejection(6, null, "the plan is not in a base_plan", $"<plan plan_id=\"4\" {Dates.Replace('\'', '"')}>"), records[2]);
    }

    [Theory]
    [InlineData(Reading.Xml, "garbage")]
    [InlineData(Reading.Ndjson, "garbage")]
    [InlineData(Reading.Ndjson, "{}")]
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
