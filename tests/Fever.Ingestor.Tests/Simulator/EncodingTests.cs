using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Fever.Ingestor.Tests.Harness;

namespace Fever.Ingestor.Tests.Simulator;

/// <summary>From characters to bytes, and from bytes to fewer bytes.</summary>
public sealed class EncodingTests : IDisposable
{
    private readonly SimulatorHost _simulator = new();

    [Theory]
    [InlineData("utf-8", "3C3F", "utf-8")]
    [InlineData("utf-8-bom", "EFBBBF3C", "utf-8")]
    [InlineData("utf-16le", "FFFE3C00", "utf-16")]
    [InlineData("utf-16be", "FEFF003C", "utf-16")]
    [InlineData("iso-8859-1", "3C3F", "iso-8859-1")]
    public async Task Document_in_any_encoding_says_the_same(string encoding, string start, string declared)
    {
        var document = await _simulator.BytesAsync($"plans=60&encoding={encoding}");

        Assert.StartsWith(start, Convert.ToHexString(document), StringComparison.Ordinal);
        var parsed = XDocument.Load(new MemoryStream(document));
        Assert.Equal(declared, parsed.Declaration!.Encoding);
        Assert.True(XNode.DeepEquals(XDocument.Parse(await _simulator.TextAsync("plans=60")).Root, parsed.Root));
    }

    [Theory]
    [InlineData("utf-8-bom", "EFBBBF7B")]
    [InlineData("utf-16le", "FFFE7B00")]
    [InlineData("utf-16be", "FEFF007B")]
    public async Task Ndjson_in_any_encoding_says_the_same(string encoding, string start)
    {
        var document = await _simulator.BytesAsync($"plans=60&format=ndjson&encoding={encoding}");

        using var text = new StreamReader(new MemoryStream(document), detectEncodingFromByteOrderMarks: true);
        Assert.StartsWith(start, Convert.ToHexString(document), StringComparison.Ordinal);
        Assert.Equal(await _simulator.TextAsync("plans=60&format=ndjson"), await text.ReadToEndAsync());
    }

    [Fact]
    public async Task Declared_encoding_can_be_another_than_the_bytes()
    {
        var document = await _simulator.BytesAsync("plans=60&encoding=iso-8859-1&declared=utf-8");

        Assert.Contains("encoding=\"utf-8\"", Encoding.Latin1.GetString(document), StringComparison.Ordinal);
        Assert.Throws<DecoderFallbackException>(() => Strict.GetString(document));
        Assert.Contains("encoding=\"utf-16\"", await _simulator.TextAsync("plans=1&declared=utf-16"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&format=ndjson")]
    public async Task Invalid_byte_is_where_it_was_asked_for(string format)
    {
        var whole = await _simulator.BytesAsync($"plans=60{format}");
        var place = whole.Length / 2;

        var document = await _simulator.BytesAsync($"plans=60{format}&invalid={place}");

        Assert.Throws<DecoderFallbackException>(() => Strict.GetString(document));
        Assert.Equal(0xFF, document[place]);
        Assert.Equal([.. whole[..place], .. whole[(place + 1)..]], [.. document[..place], .. document[(place + 1)..]]);
    }

    [Theory]
    [InlineData("coding=gzip", "", "gzip")]
    [InlineData("coding=br", "", "br")]
    [InlineData("coding=asked", "", "")]
    [InlineData("coding=asked", "gzip", "gzip")]
    [InlineData("coding=asked", "gzip, br", "br")]
    [InlineData("coding=asked", "gzip, br;q=0", "gzip")]
    [InlineData("coding=asked", "zstd", "")]
    public async Task Coding_is_honest(string query, string accepted, string coding)
    {
        (string, string)[] headers = accepted == "" ? [] : [("Accept-Encoding", accepted)];
        using var response = await _simulator.SendAsync($"plans=60&{query}", default, headers);

        Assert.Equal(coding, string.Join(",", response.Content.Headers.ContentEncoding));
        Assert.Equal(query == "coding=asked", response.Headers.Vary.Contains("Accept-Encoding"));
        using var text = new StreamReader(Unpacked(coding, await response.Content.ReadAsStreamAsync()));
        Assert.Equal(await _simulator.TextAsync("plans=60"), await text.ReadToEndAsync());
    }

    [Fact]
    public async Task Claimed_coding_is_none()
    {
        using var response = await _simulator.SendAsync("plans=60&coding=claimed");

        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        Assert.Equal(await _simulator.TextAsync("plans=60"), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("gzip", "xml")]
    [InlineData("br", "xml")]
    [InlineData("gzip", "ndjson")]
    [InlineData("br", "ndjson")]
    public async Task Bomb_unpacks_to_hundreds_of_times_its_size_without_end(string coding, string format)
    {
        const long Enough = 128 << 20;
        using var gone = new CancellationTokenSource();
        using var response = await _simulator.SendAsync($"plans=9&coding={coding}&padding=1125899906842624&format={format}", gone.Token);
        await using var wire = new Counted(await response.Content.ReadAsStreamAsync(gone.Token));
        await using var document = Unpacked(coding, wire);

        var buffer = new byte[1 << 16];
        for (var unpacked = 0L; unpacked < Enough;)
        {
            var length = await document.ReadAsync(buffer, gone.Token);
            Assert.NotEqual(0, length);
            unpacked += length;
        }

        await gone.CancelAsync();
        Assert.InRange(wire.Count, 1, Enough / 500);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Bomb_that_ends_is_a_whole_document(string coding)
    {
        foreach (var format in (string[])["xml", "ndjson"])
        {
            using var response = await _simulator.SendAsync($"plans=9&coding={coding}&padding=10000000&format={format}");
            await using var document = Unpacked(coding, await response.Content.ReadAsStreamAsync());
            using var text = new StreamReader(document);
            var unpacked = await text.ReadToEndAsync();

            Assert.InRange(unpacked.Length, 10_000_000, 10_100_000);
            Assert.Equal(9, format == "xml" ? XDocument.Parse(unpacked).Descendants("plan").Count() : PlansIn(unpacked));
        }
    }

    public void Dispose() => _simulator.Dispose();

    private static UTF8Encoding Strict { get; } = new(false, throwOnInvalidBytes: true);

    private static Stream Unpacked(string coding, Stream stream) => coding switch
    {
        "gzip" => new GZipStream(stream, CompressionMode.Decompress),
        "br" => new BrotliStream(stream, CompressionMode.Decompress),
        _ => stream,
    };

    private static int PlansIn(string ndjson)
    {
        using var document = Content.Json(ndjson);
        return document.RootElement.GetProperty("base_plans").EnumerateArray().Sum(basePlan => basePlan.GetProperty("plans").GetArrayLength());
    }

    private sealed class Counted(Stream inner) : MemoryStream
    {
        public long Count { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await inner.ReadAsync(buffer, cancellationToken);
            Count += length;
            return length;
        }
    }
}
