using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Tests.Feeds;

/// <summary>One bad record costs itself and says what is wrong with it; what may stand in a record is in <see cref="FeedTests"/> too.</summary>
public sealed class RejectionTests
{
    private const string GoodXml =
        """
        <base_plan base_plan_id="9" sell_mode="online" title="Bad" colour="red">
          <plan plan_id="8" plan_start_date="2021-06-30T21:00:00" plan_end_date="2021-06-30T22:00:00">
            <zone zone_id="1" price="10"/><zone zone_id="2" price="20"/>
          </plan>
        </base_plan>
        """;

    private const string GoodNdjson =
        """{"base_plan_id":"9","sell_mode":"online","title":"Bad","colour":{"is":"red"},"plans":[{"plan_id":"8","plan_start_date":"2021-06-30T21:00:00","plan_end_date":"2021-06-30T22:00:00","zones":[{"zone_id":"1","price":"10"},{"zone_id":"2","price":"20"}],"note":[]}],"more":1}""";

    public static TheoryData<string, string, string> BothFormats => new()
    {
        { "9", "", "base_plan base_plan_id '' is not 1 to 200 characters" },
        { "8", new string('8', 201), $"plan plan_id '{new string('8', 100)}…' is not 1 to 200 characters" },
        { "online", "soon", "base_plan sell_mode 'soon' is not online or offline" },
        { "Bad", new string('b', 10_001), $"base_plan title '{new string('b', 100)}…' is not at most 10000 characters" },
        { "2021-06-30T21:00:00", "2021-09-31T20:00:00", "plan plan_start_date '2021-09-31T20:00:00' is not an existing local time such as 2021-06-30T21:00:00" },
        { "2021-06-30T22:00:00", "never", "plan plan_end_date 'never' is not an existing local time such as 2021-06-30T21:00:00" },
        { "2021-06-30T22:00:00", "2021-06-30T20:00:00", "the plan ends (2021-06-30T20:00:00) before it starts (2021-06-30T21:00:00)" },
        { "10", "NaN", "zone price 'NaN' is not a decimal number that is not negative" },
        { "10", "1e3", "zone price '1e3' is not a decimal number that is not negative" },
        { "10", "-0.01", "zone price '-0.01' is not a decimal number that is not negative" },
        { "10", new string('9', 70), $"zone price '{new string('9', 70)}' is not a decimal number that is not negative" },
    };

    [Theory]
    [MemberData(nameof(BothFormats))]
    public void Value_that_is_wrong_is_told_alike_in_both_formats(string good, string bad, string reason)
    {
        var xml = Rejected(Reading.Xml, GoodXml.Replace($"\"{good}\"", $"\"{bad}\"", StringComparison.Ordinal));
        var json = Rejected(Reading.Ndjson, GoodNdjson.Replace($"\"{good}\"", $"\"{bad}\"", StringComparison.Ordinal));

        Assert.Equal(reason, xml.Reason);
        Assert.Equal(reason, json.Reason);
        Assert.Equal(xml.Plan, json.Plan);
        Assert.Equal(reason.Contains("_id '", StringComparison.Ordinal) ? null : new PlanKey("9", "8"), xml.Plan);
        Assert.Contains(bad[..Math.Min(bad.Length, 200)], xml.Raw, StringComparison.Ordinal);
        Assert.Contains(bad[..Math.Min(bad.Length, 200)], json.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_is_what_the_provider_wrote_of_the_base_plan_the_plan_and_the_first_bad_zone()
    {
        Assert.Equal(
            """
            <base_plan base_plan_id="9" sell_mode="online" title="B&amp;d" colour="red">
            <plan plan_id="8" plan_start_date="2021-06-30T21:00:00" plan_end_date="2021-06-30T22:00:00">
            <zone zone_id="2" price="?">
            """,
            Rejected(Reading.Xml, GoodXml.Replace("\"20\"", "\"?\"", StringComparison.Ordinal).Replace("Bad", "B&amp;d", StringComparison.Ordinal)).Raw);
        Assert.Equal(
            """
            {"base_plan_id":"9","sell_mode":"online","title":"Bäd"}
            {"plan_id":"8","plan_start_date":"2021-06-30T21:00:00","plan_end_date":"2021-06-30T22:00:00"}
            {"zone_id":"2","price":"?"}
            """,
            Rejected(Reading.Ndjson, GoodNdjson.Replace("\"20\"", "\"?\"", StringComparison.Ordinal).Replace("Bad", "B\\u00e4d", StringComparison.Ordinal)).Raw);
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void Raw_is_cut_so_that_the_plan_and_the_zone_show_beside_a_long_base_plan(string format)
    {
        var title = string.Concat(Enumerable.Repeat("🎪", 4_000));
        foreach (var shift in new[] { "", "-" })
        {
            var rejection = Rejected(format, Good(format)
                .Replace("Bad", shift + title, StringComparison.Ordinal).Replace("\"10\"", $"\"{shift}{title}\"", StringComparison.Ordinal));

            Assert.InRange(rejection.Raw.Length, 1_400, Rejection.MaxRawLength);
            Assert.Contains("plan_start_date", rejection.Raw, StringComparison.Ordinal);
            Assert.Contains("zone_id", rejection.Raw, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', rejection.Raw);
            Assert.True(rejection.Raw.IsValidText());
            Assert.True(rejection.Reason.IsValidText());
        }
    }

    [Theory]
    [InlineData("\"Bad\"", "null", "the base_plan has no title")]
    [InlineData("\"Bad\"", "\"\\u0000\"", "base_plan title '\uFFFD' is not text without U+0000 and unpaired surrogates")]
    [InlineData("\"8\"", "null", "the plan has no plan_id")]
    [InlineData("\"8\"", "\"8\\u0000\"", "plan plan_id '8\uFFFD' is not text without U+0000 and unpaired surrogates")]
    [InlineData("\"online\"", "false", "base_plan sell_mode 'false' is not online or offline")]
    [InlineData("\"2021-06-30T21:00:00\"", "1625086800", "plan plan_start_date '1625086800' is not an existing local time such as 2021-06-30T21:00:00")]
    [InlineData("\"2021-06-30T21:00:00\"", "\"2021-06-30T21:00:00\\u0000\"", "plan plan_start_date '2021-06-30T21:00:00\uFFFD' is not an existing local time such as 2021-06-30T21:00:00")]
    [InlineData("\"10\"", "null", "the zone has no price")]
    [InlineData("\"10\"", "[10]", "zone price '[…]' is not a decimal number that is not negative")]
    [InlineData("\"10\"", "{\"eur\":10}", "zone price '{…}' is not a decimal number that is not negative")]
    [InlineData("\"10\"", "1e1", "zone price '1e1' is not a decimal number that is not negative")]
    [InlineData("\"10\"", "\"1\\u0000\"", "zone price '1\uFFFD' is not a decimal number that is not negative")]
    [InlineData("{\"zone_id\":\"1\",\"price\":\"10\"}", "null", "the zone has no price")]
    [InlineData("{\"zone_id\":\"1\",\"price\":\"10\"}", "{}", "the zone has no price")]
    public void Ndjson_value_that_is_wrong_costs_its_record_alone(string good, string bad, string reason) =>
        Assert.Equal(reason, Rejected(Reading.Ndjson, GoodNdjson.Replace(good, bad, StringComparison.Ordinal)).Reason);

    [Fact]
    public void Ndjson_plan_that_is_null_is_a_record_of_nobody() =>
        Assert.Equal("the plan has no plan_id", Rejected(Reading.Ndjson, """{"base_plan_id":"9","sell_mode":"online","title":"T","plans":[null]}""").Reason);

    [Fact]
    public void Ndjson_numbers_and_booleans_are_read_as_they_are_written()
    {
        var record = Reading.Whole(
            Reading.Ndjson, Document(Reading.Ndjson, """{"base_plan_id":9,"sell_mode":"online","title":2021,"plans":[{"plan_id":8.0,"plan_start_date":"2021-06-30T21:00:00","zones":[{"price":1.50}]}]}"""))[1];

        Assert.Equal((new PlanKey("9", "8.0"), "2021", 1.5m), record is Observation plan ? (plan.Plan, plan.Title, plan.MinPrice) : default);
    }

    [Fact]
    public void Ndjson_bytes_that_are_not_utf8_cost_their_line_alone()
    {
        var document = Document(Reading.Ndjson, GoodNdjson.Replace("Bad", "B?d", StringComparison.Ordinal)).Select(character => character == '?' ? (byte)0xE1 : (byte)character);

        var reading = Reading.Of(Reading.Ndjson, document.ToArray());

        Assert.Null(reading.Fault);
        var rejection = Assert.Single(reading.Records.OfType<Rejection>());
        Assert.StartsWith("the line is not a base plan: ", rejection.Reason, StringComparison.Ordinal);
        Assert.Contains("B\uFFFDd", rejection.Raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Reading.Xml, 4)]
    [InlineData(Reading.Ndjson, 3)]
    public void Line_is_where_the_plan_begins(string format, int line) =>
        Assert.Equal(line, Rejected(format, Good(format).Replace("\"10\"", "\"?\"", StringComparison.Ordinal)).Line);

    [Fact]
    public void Bad_base_plan_costs_each_of_its_plans()
    {
        var json = """{"plans":[{"plan_id":1},{"plan_id":2}],"base_plan_id":7,"sell_mode":"?","title":"T"}""";

        var rejections = Reading.Whole(Reading.Ndjson, Document(Reading.Ndjson, json)).OfType<Rejection>().ToArray();

        Assert.Equal([new PlanKey("7", "1"), new PlanKey("7", "2")], rejections.Select(rejection => rejection.Plan));
        Assert.All(rejections, rejection => Assert.StartsWith("{\"base_plan_id\":\"7\",\"sell_mode\":\"?\",\"title\":\"T\"}\n", rejection.Raw, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void Raw_shows_the_first_of_two_bad_zones(string format)
    {
        var raw = Rejected(format, Good(format).Replace("\"10\"", "\"?\"", StringComparison.Ordinal).Replace("\"20\"", "\"!\"", StringComparison.Ordinal)).Raw;

        Assert.Contains("\"?\"", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\"!\"", raw, StringComparison.Ordinal);
    }

    private static string Good(string format) => format == Reading.Xml ? GoodXml : GoodNdjson;

    /// <summary>The base plan in question begins on line 3, between two good ones.</summary>
    private static string Document(string format, string basePlan)
    {
        var (first, last) = (Good(format).ReplaceLineEndings("").Replace("\"9\"", "\"1\"", StringComparison.Ordinal), Good(format).Replace("\"9\"", "\"2\"", StringComparison.Ordinal));
        return format == Reading.Xml ? $"<planList>\n{first}\n{basePlan}{last}</planList>" : $"\n{first}\n{basePlan}\n{last}\n{{\"end_of_feed\":true}}";
    }

    private static Rejection Rejected(string format, string basePlan)
    {
        var records = Reading.Whole(format, Document(format, basePlan));
        Assert.Equal(3, records.Count);
        Assert.IsType<Observation>(records[0]);
        Assert.IsType<Observation>(records[2]);
        return Assert.IsType<Rejection>(records[1]);
    }
}
