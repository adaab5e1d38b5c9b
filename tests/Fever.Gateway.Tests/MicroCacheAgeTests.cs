using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed class MicroCacheAgeTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public async Task An_answer_is_asked_for_anew_when_its_time_is_over()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        _clock.Pass(250);

        using var answer = await gateway.Client.GetAsync("/search");

        Assert.False(answer.IsHit());
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task The_time_that_a_replica_took_counts_as_age()
    {
        await using var upstream = await Upstream.StartAsync(context =>
        {
            _clock.Pass(200);
            return Replica.AnswerAsync(context, 7);
        });
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        _clock.Pass(50);

        using var answer = await gateway.Client.GetAsync("/search");

        Assert.False(answer.IsHit());
    }

    [Fact]
    public async Task Exactly_one_request_refreshes_an_answer_while_the_others_still_get_it()
    {
        var refresh = new TaskCompletionSource();
        var isWarm = false;
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            if (isWarm)
            {
                await refresh.Task;
            }

            await Replica.AnswerAsync(context, 7);
        });
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        isWarm = true;
        _clock.Pass(125);

        var requests = Enumerable.Range(0, 20).Select(_ => gateway.Client.GetAsync("/search")).ToList();
        for (var i = 0; i < 19; i++)
        {
            var done = await Task.WhenAny(requests);
            requests.Remove(done);
            Assert.True((await done).IsHit());
        }

        refresh.SetResult();
        Assert.False((await requests[0]).IsHit());
        Assert.Equal(3, upstream.Requests.Count);
        _clock.Pass(124);
        Assert.True((await gateway.Client.GetAsync("/search")).IsHit());
    }

    [Fact]
    public async Task A_refresh_that_fails_ends_an_answer_no_sooner_and_no_later()
    {
        var isBroken = false;
        await using var upstream = await Upstream.StartAsync(context =>
            Replica.AnswerAsync(context, 7, response => response.StatusCode = isBroken ? 500 : 200));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        isBroken = true;
        _clock.Pass(125);

        Assert.Equal(500, (int)(await gateway.Client.GetAsync("/search")).StatusCode);
        _clock.Pass(124);
        Assert.True((await gateway.Client.GetAsync("/search")).IsHit());
        _clock.Pass(1);
        Assert.Equal(500, (int)(await gateway.Client.GetAsync("/search")).StatusCode);
        isBroken = false;
        Assert.False((await gateway.Client.GetAsync("/search")).IsHit());
        Assert.True((await gateway.Client.GetAsync("/search")).IsHit());
    }

    [Fact]
    public async Task A_304_keeps_the_body_for_those_who_have_it_not()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerIfChangedAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        _clock.Pass(200);
        using var unchanged = await gateway.Client.GetIfChangedAsync("/search", "\"7\"");

        _clock.Pass(100);
        using var answer = await gateway.Client.GetAsync("/search");

        Assert.True(answer.IsHit());
        Assert.Equal("/search 7 ", await answer.Content.ReadAsStringAsync());
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task Where_all_have_the_answer_they_are_told_so_from_here()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerIfChangedAsync(context, 7));
        await using var gateway = GatewayHost.Before(upstream).WithClock(_clock);

        for (var i = 0; i < 5; i++)
        {
            using var unchanged = await gateway.Client.GetIfChangedAsync("/search", "\"7\"");
            Assert.Equal(StatusCodes.Status304NotModified, (int)unchanged.StatusCode);
            Assert.Equal(i >= 2, unchanged.IsHit());
        }

        Assert.Equal(2, upstream.Requests.Count);
        using var changed = await gateway.Client.GetIfChangedAsync("/search", "\"6\"");
        Assert.Equal("/search 7 ", await changed.Content.ReadAsStringAsync());
    }
}
