using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Fever.Ingestor.Tests;

/// <summary>What the document says.</summary>
public sealed class SimulatorContentTests : IDisposable
{
    private readonly SimulatorHost _simulator = new();

    [Theory]
    [InlineData("plans=200&zones=3")]
    [InlineData("answer=2")]
    [InlineData("plans=40&price=NaN&capacity=many&titles=unicode&every=3")]
    public async Task Json_says_what_the_xml_says(string query)
    {
        var xml = (await XmlAsync(query)).Descendants("base_plan").Select(Print);
        using var json = await JsonAsync(query);

        Assert.Equal(xml, BasePlans(json).Select(Print));
    }

    [Fact]
    public async Task Json_has_each_member_in_its_type()
    {
        var start = await _simulator.TextAsync("answer=1&format=json");

        Assert.StartsWith(
            """
            {"base_plans":[{"base_plan_id":"291","sell_mode":"online","title":"Camela en concierto","plans":[{"plan_id":"291","plan_start_date":"2021-06-30T21:00:00","plan_end_date":"2021-06-30T22:00:00","sell_from":"2020-07-01T00:00:00","sell_to":"2021-06-30T20:00:00","sold_out":false,"zones":[{"zone_id":"40","capacity":243,"price":"20.00","name":"Platea","numbered":true},
            """, start, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalogue_can_be_empty()
    {
        using var json = await JsonAsync("plans=0");

        Assert.Empty((await XmlAsync("plans=0")).Descendants("base_plan"));
        Assert.Empty(BasePlans(json));
    }

    [Fact]
    public async Task Changed_catalogue_has_other_titles_and_prices_in_every_nth_base_plan_alone()
    {
        var before = await XmlAsync("plans=80");
        var after = await XmlAsync("plans=80&changed=2");

        foreach (var (index, (was, now)) in before.Descendants("base_plan").Zip(after.Descendants("base_plan")).Index())
        {
            var isChanged = index % 2 == 1;
            Assert.Equal(isChanged ? $"{Value(was, "title")} (changed)" : Value(was, "title"), Value(now, "title"));
            Assert.Equal(Values(was, "price").Select(price => isChanged ? OneMore(price) : price), Values(now, "price"));
            Assert.Equal(Ids(was), Ids(now));
        }
    }

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
        var honest = (await XmlAsync("plans=80")).Descendants("base_plan").Select(basePlan => Values(basePlan, attribute)).ToArray();
        using var json = await JsonAsync(query);

        foreach (var (index, basePlan) in (await XmlAsync(query)).Descendants("base_plan").Index())
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
        var expected = await XmlAsync("plans=80");
        expected.Descendants().Attributes(attribute).Remove();

        var json = await _simulator.TextAsync($"plans=80&format=json&missing={attribute}");

        Assert.True(XNode.DeepEquals(expected, await XmlAsync($"plans=80&missing={attribute}")));
        Assert.DoesNotContain($"\"{attribute}\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_parts_leave_the_known_ones_alone()
    {
        var xml = await XmlAsync("plans=80&unknown=on");
        using var json = await JsonAsync("plans=80&unknown=on");
        XName other = XName.Get("colour", "urn:unknown");

        Assert.All(xml.Descendants().Where(element => element.Name.LocalName is "base_plan" or "plan" or "zone"), element =>
        {
            Assert.NotNull(element.Attribute("colour"));
            Assert.NotNull(element.Attribute(other));
            Assert.NotNull(element.Element("venue"));
        });
        Assert.All(BasePlans(json), basePlan => Assert.True(basePlan.TryGetProperty("venue", out _)));
        var known = (await XmlAsync("plans=80")).Descendants("base_plan").Select(Print).ToArray();
        Assert.Equal(known, xml.Descendants("base_plan").Select(Print));
        Assert.Equal(known, BasePlans(json).Select(Print));
    }

    [Theory]
    [InlineData("same")]
    [InlineData("different")]
    public async Task Plans_come_twice(string how)
    {
        var once = (await XmlAsync("plans=80")).Descendants("base_plan").ToArray();
        var twice = (await XmlAsync($"plans=80&duplicates={how}&every=2")).Descendants("base_plan").ToArray();

        Assert.Equal(once.Length * 3 / 2, twice.Length);
        Assert.Equal(once.SelectMany((basePlan, index) => Enumerable.Repeat(Ids(basePlan), (index % 2) + 1)), twice.Select(Ids));
        Assert.Equal(how == "same", Print(twice[1]) == Print(twice[2]));
    }

    [Fact]
    public async Task Titles_have_every_plane_and_every_control_character_that_xml_can_carry()
    {
        var title = Value((await XmlAsync("plans=1&titles=unicode")).Descendants("base_plan").Single(), "title")!;

        Assert.Equal(Enumerable.Range(0, 17), title.EnumerateRunes().Select(rune => rune.Plane).Distinct());
        Assert.All(Enumerable.Range(0x80, 0x20).Concat([9, 10, 13]), code => Assert.Contains((char)code, title));
    }

    [Theory]
    [InlineData("controls", "&#x0;", "\\u0000")]
    [InlineData("surrogates", "&#xD800;", "\\ud800")]
    public async Task Titles_have_what_xml_cannot_carry_and_json_only_as_an_escape(string titles, string reference, string escape)
    {
        var xml = await _simulator.TextAsync($"plans=1&titles={titles}");
        var json = await _simulator.TextAsync($"plans=1&format=json&titles={titles}");

        Assert.Contains(reference, xml, StringComparison.Ordinal);
        Assert.Throws<XmlException>(() => XDocument.Parse(xml));
        Assert.Contains(escape, json, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(json);
    }

    [Fact]
    public async Task Billion_laughs_expand_without_end()
    {
        var document = await _simulator.TextAsync("plans=9&laughs=on");

        var expanding = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, MaxCharactersFromEntities = 1_000_000 };
        var refused = Assert.Throws<XmlException>(() => Drain(XmlReader.Create(new StringReader(document), expanding)));
        Assert.Contains("MaxCharactersFromEntities", refused.Message, StringComparison.Ordinal);
        Assert.InRange(document.Length, 0, 20_000);
    }

    [Fact]
    public async Task External_entity_is_asked_for()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "secret");
        var document = await _simulator.TextAsync($"plans=9&entity={Uri.EscapeDataString(file)}");

        var naive = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = new XmlUrlResolver() };
        using var reader = XmlReader.Create(new StringReader(document), naive);
        Assert.Equal("secret", XDocument.Load(reader).Descendants("note").Single().Value);
        File.Delete(file);
    }

    [Fact]
    public async Task One_attribute_is_as_long_as_asked_for()
    {
        const int Length = 64 << 20;
        using var json = await JsonAsync($"plans=9&attribute={Length}");
        using var response = await _simulator.SendAsync($"plans=9&attribute={Length}");
        using var reader = XmlReader.Create(await response.Content.ReadAsStreamAsync());

        Assert.Equal(Length, json.RootElement.GetProperty("title").GetString()!.Length);
        Assert.Equal(Length, XDocument.Load(reader).Descendants("base_plan").Last().Attribute("title")!.Value.Length);
    }

    [Fact]
    public async Task Nesting_is_as_deep_as_asked_for()
    {
        const int Depth = 200_000;
        using var reader = XmlReader.Create(new MemoryStream(await _simulator.BytesAsync($"plans=9&nesting={Depth}")));
        var json = await _simulator.BytesAsync($"plans=9&format=json&nesting={Depth}");

        var deepest = 0;
        while (reader.Read())
        {
            deepest = Math.Max(deepest, reader.Depth);
        }

        Assert.Equal(Depth + 1, deepest);
        Assert.Equal(Depth + 1, DepthOf(json));
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

    [Theory]
    [InlineData("xml", "<a", "/>")]
    [InlineData("json", "\"a", "\":0")]
    public async Task Endless_names_are_all_different(string format, string before, string after)
    {
        var text = await _simulator.TextAsync($"endless=names&plans=1&cut=2000000&format={format}");

        var names = text.Split(before)[1..^1].Select(rest => rest[..rest.IndexOf(after, StringComparison.Ordinal)]).ToArray();
        Assert.InRange(names.Length, 100_000, int.MaxValue);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public async Task Misbehaviours_of_the_document_come_after_its_records()
    {
        foreach (var query in (string[])["attribute=10", "nesting=10", "padding=10", "attribute=10&nesting=10&padding=10&titles=unicode&every=2"])
        {
            using var json = await JsonAsync($"plans=9&{query}");
            Assert.Equal(9, (await XmlAsync($"plans=9&{query}")).Descendants("plan").Count());
            Assert.Equal(9, BasePlans(json).Sum(basePlan => basePlan.GetProperty("plans").GetArrayLength()));
        }
    }

    public void Dispose() => _simulator.Dispose();

    private async Task<XDocument> XmlAsync(string query) => XDocument.Parse(await _simulator.TextAsync(query));

    private async Task<JsonDocument> JsonAsync(string query) => JsonDocument.Parse(await _simulator.BytesAsync($"{query}&format=json"));

    private static JsonElement.ArrayEnumerator BasePlans(JsonDocument json) => json.RootElement.GetProperty("base_plans").EnumerateArray();

    private static string? Value(XElement element, string attribute) => element.Attribute(attribute)?.Value;

    private static string[] Values(XElement basePlan, string attribute) =>
        [.. basePlan.Descendants().Where(element => element.Name.LocalName is "plan" or "zone").Attributes(attribute).Select(found => found.Value)];

    private static string Ids(XElement basePlan) => $"{Value(basePlan, "base_plan_id")}: {string.Join(" ", Values(basePlan, "plan_id"))}";

    private static string OneMore(string price) => (decimal.Parse(price, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);

    private static int DepthOf(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var deepest = 0;
        while (reader.Read())
        {
            deepest = Math.Max(deepest, reader.CurrentDepth);
        }

        return deepest;
    }

    private static void Drain(XmlReader reader)
    {
        using (reader)
        {
            while (reader.Read())
            {
            }
        }
    }

    private static readonly string[] OfBasePlan = ["base_plan_id", "sell_mode", "title", "organizer_company_id"];
    private static readonly string[] OfPlan = ["plan_id", "plan_start_date", "plan_end_date", "sell_from", "sell_to", "sold_out"];
    private static readonly string[] OfZone = ["zone_id", "capacity", "price", "name", "numbered"];

    private static string Print(XElement basePlan) => Print(
        name => Value(basePlan, name),
        basePlan.Elements("plan").Select(plan => ((Func<string, string?>)(name => Value(plan, name)),
            plan.Elements("zone").Select(zone => (Func<string, string?>)(name => Value(zone, name))))));

    private static string Print(JsonElement basePlan) => Print(
        Member(basePlan),
        basePlan.GetProperty("plans").EnumerateArray().Select(plan => (Member(plan), plan.GetProperty("zones").EnumerateArray().Select(Member))));

    private static string Print(Func<string, string?> basePlan, IEnumerable<(Func<string, string?>, IEnumerable<Func<string, string?>>)> plans) =>
        string.Join("\n", [.. OfBasePlan.Select(basePlan), .. plans.SelectMany(plan => OfPlan.Select(plan.Item1).Concat(plan.Item2.SelectMany(zone => OfZone.Select(zone))))]);

    private static Func<string, string?> Member(JsonElement element) => name => element.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.ToString(),
        }
        : null;
}
