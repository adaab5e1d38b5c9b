using System.Xml;
using System.Xml.Linq;
using Fever.Ingestor.Tests.Harness;
using static Fever.Ingestor.Tests.Simulator.Content;

namespace Fever.Ingestor.Tests.Simulator;

/// <summary>What is wrong with single records.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly SimulatorHost _simulator = new();

    [Theory]
    [InlineData("price", "-1", "price")]
    [InlineData("price", "NaN", "price")]
    [InlineData("price", "1e400", "price")]
    [InlineData("price", "12,50", "price")]
    [InlineData("price", "", "price")]
    [InlineData("capacity", "lots", "capacity")]
    [InlineData("capacity", "-99999999999999999999", "capacity")]
    [InlineData("start", "2021-09-31T20:00:00", "plan_start_date")]
    [InlineData("start", "0000-00-00T00:00:00", "plan_start_date")]
    [InlineData("end", "2021-06-30T24:00:00", "plan_end_date")]
    [InlineData("end", "", "plan_end_date")]
    public async Task Value_is_printed_as_it_was_given_in_every_nth_base_plan_alone(string name, string value, string attribute)
    {
        var query = $"plans=80&every=3&{name}={Uri.EscapeDataString(value)}";
        var honest = (await _simulator.XmlAsync("plans=80")).Descendants("base_plan").Select(basePlan => Values(basePlan, attribute)).ToArray();
        using var json = await _simulator.JsonAsync(query);

        foreach (var (index, basePlan) in (await _simulator.XmlAsync(query)).Descendants("base_plan").Index())
        {
            var isHit = index % 3 == 2;
            Assert.NotEmpty(Values(basePlan, attribute));
            Assert.All(Values(basePlan, attribute).Where(_ => isHit), printed => Assert.Equal(value, printed));
            Assert.True(isHit || honest[index].SequenceEqual(Values(basePlan, attribute)));
            Assert.Equal(Print(basePlan), Print(BasePlans(json).ElementAt(index)));
        }
    }

    [Theory]
    [InlineData("base_plan_id")]
    [InlineData("sell_mode")]
    [InlineData("title")]
    [InlineData("organizer_company_id")]
    [InlineData("plan_id")]
    [InlineData("plan_start_date")]
    [InlineData("plan_end_date")]
    [InlineData("sell_from")]
    [InlineData("sell_to")]
    [InlineData("zone_id")]
    [InlineData("capacity")]
    [InlineData("price")]
    [InlineData("name")]
    public async Task Attribute_is_missing_and_nothing_else(string attribute)
    {
        var expected = await _simulator.XmlAsync("plans=80");
        expected.Descendants().Attributes(attribute).Remove();

        var json = await _simulator.TextAsync($"plans=80&format=ndjson&missing={attribute}");

        Assert.True(XNode.DeepEquals(expected, await _simulator.XmlAsync($"plans=80&missing={attribute}")));
        Assert.DoesNotContain($"\"{attribute}\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_parts_leave_the_known_ones_alone()
    {
        var xml = await _simulator.XmlAsync("plans=80&unknown=on");
        using var json = await _simulator.JsonAsync("plans=80&unknown=on");
        XName other = XName.Get("colour", "urn:unknown");

        Assert.All(xml.Descendants().Where(element => element.Name.LocalName is "base_plan" or "plan" or "zone"), element =>
        {
            Assert.NotNull(element.Attribute("colour"));
            Assert.NotNull(element.Attribute(other));
            Assert.NotNull(element.Element("venue"));
        });
        Assert.All(BasePlans(json), basePlan => Assert.True(basePlan.TryGetProperty("venue", out _)));
        var known = (await _simulator.XmlAsync("plans=80")).Descendants("base_plan").Select(Print).ToArray();
        Assert.Equal(known, xml.Descendants("base_plan").Select(Print));
        Assert.Equal(known, BasePlans(json).Select(Print));
    }

    [Theory]
    [InlineData("same")]
    [InlineData("different")]
    public async Task Plans_come_twice(string how)
    {
        var once = (await _simulator.XmlAsync("plans=80")).Descendants("base_plan").ToArray();
        var twice = (await _simulator.XmlAsync($"plans=80&duplicates={how}&every=2")).Descendants("base_plan").ToArray();

        Assert.Equal(once.Length * 3 / 2, twice.Length);
        Assert.Equal(once.SelectMany((basePlan, index) => Enumerable.Repeat(Ids(basePlan), (index % 2) + 1)), twice.Select(Ids));
        Assert.Equal(how == "same", Print(twice[1]) == Print(twice[2]));
    }

    [Fact]
    public async Task Titles_have_every_plane_and_every_control_character_that_xml_can_carry()
    {
        var title = Value((await _simulator.XmlAsync("plans=1&titles=unicode")).Descendants("base_plan").Single(), "title")!;

        Assert.Equal(Enumerable.Range(0, 17), title.EnumerateRunes().Select(rune => rune.Plane).Distinct());
        Assert.All(Enumerable.Range(0x80, 0x20).Concat([9, 10, 13]), code => Assert.Contains((char)code, title));
    }

    [Theory]
    [InlineData("controls", "&#x0;", "\\u0000")]
    [InlineData("surrogates", "&#xD800;", "\\ud800")]
    public async Task Titles_have_what_xml_cannot_carry_and_json_only_as_an_escape(string titles, string reference, string escape)
    {
        var xml = await _simulator.TextAsync($"plans=1&titles={titles}");
        var json = await _simulator.TextAsync($"plans=1&format=ndjson&titles={titles}");

        Assert.Contains(reference, xml, StringComparison.Ordinal);
        Assert.Throws<XmlException>(() => XDocument.Parse(xml));
        Assert.Contains(escape, json, StringComparison.Ordinal);
        using var document = Content.Json(json);
    }

    public void Dispose() => _simulator.Dispose();
}
