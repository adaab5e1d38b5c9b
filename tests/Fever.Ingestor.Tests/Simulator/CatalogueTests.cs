using System.Globalization;
using System.Xml.Linq;
using Fever.Ingestor.Tests.Harness;
using static Fever.Ingestor.Tests.Simulator.Content;

namespace Fever.Ingestor.Tests.Simulator;

/// <summary>What is on sale.</summary>
public sealed class CatalogueTests : IDisposable
{
    private readonly SimulatorHost _simulator = new();

    [Theory]
    [InlineData("plans=200&zones=3")]
    [InlineData("answer=2")]
    [InlineData("plans=40&price=NaN&capacity=many&titles=unicode&every=3")]
    public async Task Ndjson_says_what_the_xml_says(string query)
    {
        var xml = (await _simulator.XmlAsync(query)).Descendants("base_plan").Select(Print);
        using var json = await _simulator.JsonAsync(query);

        Assert.Equal(xml, BasePlans(json).Select(Print));
    }

    [Fact]
    public async Task Ndjson_has_each_member_in_its_type()
    {
        var start = await _simulator.TextAsync("answer=1&format=ndjson");

        Assert.StartsWith(
            """
            {"base_plan_id":"291","sell_mode":"online","title":"Camela en concierto","plans":[{"plan_id":"291","plan_start_date":"2021-06-30T21:00:00","plan_end_date":"2021-06-30T22:00:00","sell_from":"2020-07-01T00:00:00","sell_to":"2021-06-30T20:00:00","sold_out":false,"zones":[{"zone_id":"40","capacity":243,"price":"20.00","name":"Platea","numbered":true},
            """, start, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalogue_can_be_empty()
    {
        using var json = await _simulator.JsonAsync("plans=0");

        Assert.Empty((await _simulator.XmlAsync("plans=0")).Descendants("base_plan"));
        Assert.Empty(BasePlans(json));
    }

    [Fact]
    public async Task Changed_catalogue_has_other_titles_and_prices_in_every_nth_base_plan_alone()
    {
        var before = await _simulator.XmlAsync("plans=80");
        var after = await _simulator.XmlAsync("plans=80&changed=2");

        foreach (var (index, (was, now)) in before.Descendants("base_plan").Zip(after.Descendants("base_plan")).Index())
        {
            var isChanged = index % 2 == 1;
            Assert.Equal(isChanged ? $"{Value(was, "title")} (changed)" : Value(was, "title"), Value(now, "title"));
            Assert.Equal(Values(was, "price").Select(price => isChanged ? OneMore(price) : price), Values(now, "price"));
            Assert.Equal(Ids(was), Ids(now));
        }
    }

    [Fact]
    public async Task Endless_records_are_all_good_and_all_different()
    {
        var text = await _simulator.TextAsync("endless=records&zones=0&cut=5000000");
        var whole = XDocument.Parse($"{text[..text.LastIndexOf("</base_plan>", StringComparison.Ordinal)]}</base_plan></output></planList>");

        var plans = whole.Descendants("plan").Select(plan => (Value(plan.Parent!, "base_plan_id"), Value(plan, "plan_id"))).ToArray();
        Assert.InRange(plans.Length, 10_000, int.MaxValue);
        Assert.Equal(plans.Length, plans.Distinct().Count());
    }

    public void Dispose() => _simulator.Dispose();

    private static string OneMore(string price) => (decimal.Parse(price, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
}
