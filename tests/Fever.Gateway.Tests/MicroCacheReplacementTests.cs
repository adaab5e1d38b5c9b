using System.Net;
using Fever.Testing;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed class MicroCacheReplacementTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StoppedClock _clock = new();
    private readonly TaskCompletionSource _release = new();
    private Func<HttpContext, Task> _respondFirst = context => Replica.RespondAsync(context, 8);
    private long _version = 7;
    private int _replacements;
    private Upstream? _upstream;
    private GatewayHost? _gateway;

    public static TheoryData<string, Func<HttpContext, Task>> NotStored => new()
    {
        { "an error", context => Replica.RespondAsync(context, 8, response => response.StatusCode = 500) },
        { "not storable", context => Replica.RespondAsync(context, 8, response => response.Headers.CacheControl = "no-store") },
        { "aborted", Upstream.AbortAsync },
    };

    [Fact]
    public async Task One_request_is_forwarded_and_the_others_get_its_response_when_a_new_version_outdates_a_hot_response()
    {
        var requests = await RequestOutdatedAsync(20);

        _release.SetResult();

        foreach (var response in await Task.WhenAll(requests).WaitAsync(Limit))
        {
            Assert.Equal(8, Replica.VersionOf(response));
        }

        Assert.Equal(1, _replacements);
    }

    [Theory]
    [MemberData(nameof(NotStored))]
    public async Task The_others_are_forwarded_when_the_first_response_is_not_stored(string because, Func<HttpContext, Task> respondFirst)
    {
        _respondFirst = respondFirst;
        var requests = await RequestOutdatedAsync(5);

        _release.SetResult();

        await Task.WhenAll(requests).WaitAsync(Limit);
        Assert.True(_replacements > 1, because);
    }

    [Fact]
    public async Task The_others_are_forwarded_when_the_first_response_starts_and_cannot_be_stored()
    {
        var rest = new TaskCompletionSource();
        _respondFirst = async context =>
        {
            await context.Response.WriteAsync("first ");
            await rest.Task;
        };
        var requests = await RequestOutdatedAsync(5);

        _release.SetResult();

        await Task.WhenAll(requests.Skip(1)).WaitAsync(Limit);
        rest.SetResult();
        await requests[0];
    }

    [Fact]
    public async Task The_others_are_forwarded_when_the_client_of_the_first_request_leaves()
    {
        using var leaving = new CancellationTokenSource();
        _respondFirst = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var requests = await RequestOutdatedAsync(5, first: leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => requests[0]);
        await Task.WhenAll(requests.Skip(1)).WaitAsync(Limit);
    }

    [Fact]
    public async Task The_others_are_forwarded_when_the_first_response_takes_too_long()
    {
        var requests = await RequestOutdatedAsync(5, maxWait: "00:00:00.001");

        await Task.WhenAll(requests.Skip(1)).WaitAsync(Limit);

        Assert.False(requests[0].IsCompleted);
        _release.SetResult();
        await requests[0];
    }

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        await _gateway!.DisposeAsync();
        await _upstream!.DisposeAsync();
    }

    /// <summary>Sends requests for a response that was hot before another one showed a new version, the first of which the replica holds back.</summary>
    private async Task<List<Task<HttpResponseMessage>>> RequestOutdatedAsync(int count, string maxWait = "00:01:00", CancellationToken first = default)
    {
        _upstream = await Upstream.StartAsync(RespondAsync);
        _gateway = GatewayHost.InFrontOf(_upstream).WithClock(_clock).With("MicroCache:MaxWait", maxWait);
        await _gateway.Client.WarmAsync("/search");
        _version = 8;
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Client.GetAsync("/events/new", CancellationToken.None)).StatusCode);

        var arrived = 0;
        using var listener = _gateway.ListenTo("http.server.active_requests", (_, _) => Interlocked.Increment(ref arrived));
        var requests = new List<Task<HttpResponseMessage>> { _gateway.Client.GetAsync("/search", first) };
        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref _replacements) == 1);
        requests.AddRange(Enumerable.Range(1, count - 1).Select(_ => _gateway.Client.GetAsync("/search", CancellationToken.None)));
        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref arrived) >= count);
        return requests;
    }

    private async Task RespondAsync(HttpContext context)
    {
        if (context.Request.Path != "/search" || _version == 7)
        {
            await Replica.RespondAsync(context, _version);
            return;
        }

        if (Interlocked.Increment(ref _replacements) == 1)
        {
            await _release.Task.WaitAsync(context.RequestAborted);
            await _respondFirst(context);
            return;
        }

        await Replica.RespondAsync(context, 8);
    }
}
