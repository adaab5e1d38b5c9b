using System.Net;
using System.Net.Sockets;
using System.Text;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests.Simulator;

public sealed class ConnectionTests : IDisposable
{
    private readonly SimulatorHost _simulator = new();

    [Fact]
    public async Task Headers_come_after_the_delay()
    {
        using var response = await PassingTimeAsync(_simulator.SendAsync("plans=1&delay=3600"), atLeast: TimeSpan.FromHours(1));

        Assert.Equal(await _simulator.TextAsync("plans=1"), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Body_comes_at_its_rate()
    {
        var whole = await _simulator.TextAsync("plans=9");

        var slow = await PassingTimeAsync(_simulator.TextAsync("plans=9&rate=1000"), atLeast: TimeSpan.FromSeconds((whole.Length - 1) / 1000));

        Assert.Equal(whole, slow);
    }

    [Theory]
    [InlineData("hang=headers")]
    [InlineData("delay=3600")]
    [InlineData("rate=1")]
    [InlineData("hang=100")]
    [InlineData("endless=records")]
    [InlineData("endless=records&coding=gzip")]
    [InlineData("endless=records&format=ndjson")]
    [InlineData("endless=names&plans=1")]
    [InlineData("endless=names&plans=1&format=ndjson&coding=br")]
    [InlineData("padding=1125899906842624&plans=1&coding=br")]
    [InlineData("attribute=1125899906842624&plans=1")]
    [InlineData("nesting=1125899906842624&plans=1&format=ndjson")]
    [InlineData("padding=1125899906842624&plans=1&encoding=utf-16le")]
    public async Task What_does_not_end_stops_when_the_client_goes(string query)
    {
        using var gone = new CancellationTokenSource();
        var request = ReadSomeAsync(query, gone.Token);
        await Eventually.BecomesTrueAsync(() => _simulator.UnderWay == 1);

        // Nothing ends by itself, however long the client stays.
        Assert.NotSame(request, await Task.WhenAny(request, Task.Delay(200)));
        await gone.CancelAsync();

        await Eventually.BecomesTrueAsync(() => _simulator.UnderWay == 0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public async Task Body_stops_midway_and_the_connection_stays(int length)
    {
        var whole = await _simulator.BytesAsync("plans=9");
        using var response = await _simulator.SendAsync($"plans=9&hang={length}");
        await using var body = await response.Content.ReadAsStreamAsync();
        var received = new byte[length + 1];

        await body.ReadExactlyAsync(received.AsMemory(0, length));
        var more = body.ReadAsync(received.AsMemory(length)).AsTask();

        Assert.Equal(whole[..length], received[..length]);
        Assert.NotSame(more, await Task.WhenAny(more, Task.Delay(200)));
    }

    [Theory]
    [InlineData("reset=headers", 0)]
    [InlineData("reset=0", 0)]
    [InlineData("reset=500", 500)]
    [InlineData("reset=500&coding=gzip", 500)]
    public async Task Connection_is_reset(string query, int length)
    {
        var (received, end) = await _simulator.RawAsync($"plans=90&{query}");

        Assert.Equal(SocketError.ConnectionReset, end);
        Assert.Equal(query != "reset=headers", received.StartsWith("HTTP/1.1 200 OK\r\n", StringComparison.Ordinal));
        Assert.Equal(length, Chunks(received).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public async Task Cut_body_ends_as_if_it_were_whole(int length)
    {
        var whole = await _simulator.BytesAsync("plans=9");

        Assert.Equal(whole[..length], await _simulator.BytesAsync($"plans=9&cut={length}"));
    }

    [Fact]
    public async Task Cut_body_is_whole_when_it_is_no_longer_than_that()
    {
        var whole = await _simulator.BytesAsync("plans=9");

        Assert.Equal(whole, await _simulator.BytesAsync($"plans=9&cut={whole.Length}"));
        Assert.Equal(whole, await _simulator.BytesAsync($"plans=9&cut={whole.Length + 1}"));
        Assert.Equal(1000, (await _simulator.BytesAsync("endless=records&cut=1000")).Length);
    }

    [Fact]
    public async Task Announced_length_is_longer_than_what_is_sent()
    {
        using var response = await _simulator.SendAsync("plans=9&cut=500&length=501");
        var (received, end) = await _simulator.RawAsync("plans=9&cut=500&length=501");

        Assert.Equal(501, response.Content.Headers.ContentLength);
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
        Assert.Equal(SocketError.Success, end);
        Assert.Equal(500, received[(received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Length);
    }

    [Fact]
    public async Task Announced_length_is_all_that_is_sent()
    {
        var whole = await _simulator.BytesAsync("plans=9");

        Assert.Equal(whole[..500], await _simulator.BytesAsync("plans=9&length=500"));
    }

    [Fact]
    public async Task Misbehaviours_of_the_connection_combine()
    {
        var whole = await _simulator.BytesAsync("plans=9&coding=gzip");

        var cut = await PassingTimeAsync(_simulator.BytesAsync("plans=9&coding=gzip&cut=300&rate=100"), atLeast: TimeSpan.FromSeconds(2));

        Assert.Equal(whole[..300], cut);
    }

    public void Dispose() => _simulator.Dispose();

    private async Task ReadSomeAsync(string query, CancellationToken cancellationToken)
    {
        using var response = await _simulator.SendAsync(query, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await body.CopyToAsync(Stream.Null, cancellationToken);
    }

    private async Task<T> PassingTimeAsync<T>(Task<T> answer, TimeSpan atLeast)
    {
        var began = _simulator.Time.GetUtcNow();
        var step = atLeast / 4;
        await Eventually.BecomesTrueAsync(() =>
        {
            _simulator.Time.Advance(answer.IsCompleted ? TimeSpan.Zero : step);
            return answer.IsCompleted;
        });

        Assert.True(_simulator.Time.GetUtcNow() - began >= atLeast);
        return await answer;
    }

    /// <summary>What the chunks of an answer hold (RFC 9112 section 7.1).</summary>
    private static string Chunks(string answer)
    {
        var body = new StringBuilder();
        var rest = answer.Split("\r\n\r\n", 2)[^1];
        while (rest.Split("\r\n", 2) is [{ Length: > 0 } size, var chunk] && Convert.ToInt32(size, 16) is > 0 and var length)
        {
            body.Append(chunk, 0, length);
            rest = chunk[(length + 2)..];
        }

        return body.ToString();
    }
}
