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
        { "2021-06-30T21:00:00", "1899-12-31T23:59:59", "plan plan_start_date '1899-12-31T23:59:59' is not an existing local time such as 2021-06-30T21:00:00" },
        { "2021-06-30T21:00:00", "2021-09-31T20:00:00", "plan plan_start_date '2021-09-31T20:00:00' is not an existing local time such as 2021-06-30T21:00:00" },
        { "2021-06-30T22:00:00", "never", "plan plan_end_date 'never' is not an existing local time such as 2021-06-30T21:00:00" },
        { "2021-06-30T22:00:00", "2021-06-30T20:00:00", "the plan ends (2021-06-30T20:00:00) before it starts (2021-06-30T21:00:00)" },
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

    public static TheoryData<string, string> Accepted => new()
    {
        { "9", new string('9', 200) },
        { "8", new string('8', 200) },
        { "Bad", new string('b', 10_000) },
        { "Bad", "" },
        { "2021-06-30T21:00:00", "1900-01-01T00:00:00" },
        { "2021-06-30T22:00:00", "2021-06-30T21:00:00" },
        { "2021-06-30T22:00:00", "9999-12-31T23:59:59.9999999" },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Value_at_its_limit_is_accepted_in_both_formats(string good, string limit)
    {
        foreach (var format in (string[])[Reading.Xml, Reading.Ndjson])
        {
            var records = Reading.Whole(format, Document(format, Good(format).Replace($"\"{good}\"", $"\"{limit}\"", StringComparison.Ordinal)));

            Assert.Equal(3, records.OfType<Observation>().Count());
        }
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void Time_is_kept_in_microseconds(string format)
    {
        var records = Reading.Whole(format, Document(format, Good(format).Replace("2021-06-30T21:00:00", "2021-06-30T21:00:00.1234567", StringComparison.Ordinal)));

        Assert.Equal(new DateTime(2021, 6, 30, 21, 0, 0).AddTicks(1_234_560), Assert.IsType<Observation>(records[1]).Start);
    }

    public static TheoryData<string, string> BadPrices => new()
    {
        { "NaN", "zone price 'NaN' is not a decimal number that is not negative" },
        { "1e3", "zone price '1e3' is not a decimal number that is not negative" },
        { "-0.01", "zone price '-0.01' is not a decimal number that is not negative" },
        { new string('9', 70), $"zone price '{new string('9', 70)}' is not a decimal number that is not negative" },
    };

    [Theory]
    [MemberData(nameof(BadPrices))]
    public void Zone_with_a_bad_price_costs_itself_and_not_its_plan(string price, string reason)
    {
        var xml = RejectedZone(Reading.Xml, GoodXml.Replace("\"10\"", $"\"{price}\"", StringComparison.Ordinal));
        var json = RejectedZone(Reading.Ndjson, GoodNdjson.Replace("\"10\"", $"\"{price}\"", StringComparison.Ordinal));

        Assert.Equal(new Rejection(5, new PlanKey("9", "8"), reason, $"<zone zone_id=\"1\" price=\"{price}\">"), xml.Zone);
        Assert.Equal(new Rejection(3, new PlanKey("9", "8"), reason, $"{{\"zone_id\":\"1\",\"price\":\"{price}\"}}"), json.Zone);
        Assert.Equal(("Bad", 20m, 20m, false), (xml.Plan.Title, xml.Plan.MinPrice, xml.Plan.MaxPrice, xml.Plan.ArePricesUnknown));
        Assert.Equal(xml.Plan, json.Plan);
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void Plan_whose_zones_are_all_bad_has_unknown_prices_and_one_bad_record(string format)
    {
        var (zone, plan) = RejectedZone(
            format, Good(format).Replace("\"10\"", "\"?\"", StringComparison.Ordinal).Replace("\"20\"", "\"!\"", StringComparison.Ordinal));

        Assert.Contains("\"?\"", zone.Raw, StringComparison.Ordinal);
        Assert.Equal((true, null, null), (plan.ArePricesUnknown, plan.MinPrice, plan.MaxPrice));
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void Bad_plan_is_one_record_whatever_its_zones(string format)
    {
        var rejection = Rejected(
            format, Good(format).Replace("\"10\"", "\"?\"", StringComparison.Ordinal).Replace("2021-06-30T21:00:00", "never", StringComparison.Ordinal));

        Assert.StartsWith("plan plan_start_date 'never'", rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_is_what_the_provider_wrote_of_the_base_plan_and_the_plan()
    {
        Assert.Equal(
            """
            <base_plan base_plan_id="9" sell_mode="online" title="B&amp;d" colour="red">
            <plan plan_id="8" plan_start_date="never" plan_end_date="2021-06-30T22:00:00">
            """,
            Rejected(Reading.Xml, GoodXml.Replace("2021-06-30T21:00:00", "never", StringComparison.Ordinal).Replace("Bad", "B&amp;d", StringComparison.Ordinal)).Raw);
        Assert.Equal(
            """
            {"base_plan_id":"9","sell_mode":"online","title":"Bäd"}
            {"plan_id":"8","plan_start_date":"never","plan_end_date":"2021-06-30T22:00:00"}
            """,
            Rejected(Reading.Ndjson, GoodNdjson.Replace("2021-06-30T21:00:00", "never", StringComparison.Ordinal).Replace("Bad", "B\\u00e4d", StringComparison.Ordinal)).Raw);
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void Raw_is_cut_so_that_the_plan_shows_beside_a_long_base_plan(string format)
    {
        var title = string.Concat(Enumerable.Repeat("🎪", 4_000));
        foreach (var shift in new[] { "", "-" })
        {
            var rejection = Rejected(format, Good(format)
                .Replace("Bad", shift + title, StringComparison.Ordinal).Replace("2021-06-30T22:00:00", shift + title, StringComparison.Ordinal));

            Assert.InRange(rejection.Raw.Length, Rejection.MaxRawLength - 10, Rejection.MaxRawLength);
            Assert.Contains("plan_start_date", rejection.Raw, StringComparison.Ordinal);
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
    public void Ndjson_value_that_is_wrong_costs_its_record_alone(string good, string bad, string reason) =>
        Assert.Equal(reason, Rejected(Reading.Ndjson, GoodNdjson.Replace(good, bad, StringComparison.Ordinal)).Reason);

    [Theory]
    [InlineData("\"10\"", "null", "the zone has no price")]
    [InlineData("\"10\"", "[10]", "zone price '[…]' is not a decimal number that is not negative")]
    [InlineData("\"10\"", "{\"eur\":10}", "zone price '{…}' is not a decimal number that is not negative")]
    [InlineData("\"10\"", "1e1", "zone price '1e1' is not a decimal number that is not negative")]
    [InlineData("\"10\"", "\"1\\u0000\"", "zone price '1\uFFFD' is not a decimal number that is not negative")]
    [InlineData("{\"zone_id\":\"1\",\"price\":\"10\"}", "null", "the zone has no price")]
    [InlineData("{\"zone_id\":\"1\",\"price\":\"10\"}", "{}", "the zone has no price")]
    public void Ndjson_price_that_is_wrong_costs_its_zone_alone(string good, string bad, string reason) =>
        Assert.Equal(reason, RejectedZone(Reading.Ndjson, GoodNdjson.Replace(good, bad, StringComparison.Ordinal)).Zone.Reason);

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
        Assert.Equal(line, Rejected(format, Good(format).Replace("2021-06-30T21:00:00", "never", StringComparison.Ordinal)).Line);

    [Fact]
    public void Bad_base_plan_costs_each_of_its_plans()
    {
        var json = """{"plans":[{"plan_id":1},{"plan_id":2}],"base_plan_id":7,"sell_mode":"?","title":"T"}""";

        var rejections = Reading.Whole(Reading.Ndjson, Document(Reading.Ndjson, json)).OfType<Rejection>().ToArray();

        Assert.Equal([new PlanKey("7", "1"), new PlanKey("7", "2")], rejections.Select(rejection => rejection.Plan));
        Assert.All(rejections, rejection => Assert.StartsWith("{\"base_plan_id\":\"7\",\"sell_mode\":\"?\",\"title\":\"T\"}\n", rejection.Raw, StringComparison.Ordinal));
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

    /// <summary>The zone is set aside before its plan is read to its end.</summary>
    private static (Rejection Zone, Observation Plan) RejectedZone(string format, string basePlan)
    {
        var records = Reading.Whole(format, Document(format, basePlan));
        Assert.Equal(4, records.Count);
        return (Assert.IsType<Rejection>(records[1]), Assert.IsType<Observation>(records[2]));
    }
}
