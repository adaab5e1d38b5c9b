using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Fever.Ingestor.Tests.Harness;
using static Fever.Ingestor.Tests.Simulator.Content;

namespace Fever.Ingestor.Tests.Simulator;

/// <summary>What is wrong with the document around its records.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly SimulatorHost _simulator = new();

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
        using var json = await _simulator.JsonAsync($"plans=9&attribute={Length}");
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
        var json = await _simulator.BytesAsync($"plans=9&format=ndjson&nesting={Depth}");

        var deepest = 0;
        while (reader.Read())
        {
            deepest = Math.Max(deepest, reader.Depth);
        }

        Assert.Equal(Depth + 1, deepest);
        Assert.Equal(Depth + 1, DepthOf(json));
    }

    [Theory]
    [InlineData("xml", "<a", "/>")]
    [InlineData("ndjson", "\"a", "\":0")]
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
            using var json = await _simulator.JsonAsync($"plans=9&{query}");
            Assert.Equal(9, (await _simulator.XmlAsync($"plans=9&{query}")).Descendants("plan").Count());
            Assert.Equal(9, BasePlans(json).Sum(basePlan => basePlan.GetProperty("plans").GetArrayLength()));
        }
    }

    public void Dispose() => _simulator.Dispose();

    private static int DepthOf(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue, AllowMultipleValues = true });
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
}
