using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed class MicroCacheAgeTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public async Task A_stored_response_expires_after_its_duration()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        _clock.Pass(250);

        using var response = await gateway.Client.GetAsync("/search");

        Assert.False(response.IsHit());
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task A_response_is_served_until_it_expires_when_newer_ones_have_been_stored_since()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        _ = gateway.Client;
        _clock.Pass(200);
        await gateway.Client.WarmAsync("/search?a");
        _clock.Pass(100);
        // Begins a new generation.
        await gateway.Client.WarmAsync("/search?b");

        using var response = await gateway.Client.GetAsync("/search?a");

        Assert.True(response.IsHit());
    }

    [Theory]
    [InlineData(null, "0")]
    [InlineData("5", "5")]
    public async Task A_hit_carries_the_age_that_the_replica_reported(string? reported, string expected)
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, 7, response => response.Headers.Age = reported));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        _clock.Pass(100);

        using var hit = await gateway.Client.GetAsync("/search");
        using var unchanged = await gateway.Client.GetIfChangedAsync("/search", "\"7\"");

        Assert.Equal(expected, Assert.Single(hit.Headers.GetValues("Age")));
        Assert.Equal(expected, Assert.Single(unchanged.Headers.GetValues("Age")));
    }

    [Fact]
    public async Task A_hit_carries_the_age_of_the_304_that_renewed_it()
    {
        var age = "5";
        await using var upstream = await Upstream.StartAsync(context =>
        {
            context.Response.Headers.Age = age;
            return Replica.RespondIfChangedAsync(context, 7);
        });
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        age = "6";
        _clock.Pass(200);
        await gateway.Client.GetIfChangedAsync("/search", "\"7\"");

        using var response = await gateway.Client.GetAsync("/search");

        Assert.True(response.IsHit());
        Assert.Equal("6", Assert.Single(response.Headers.GetValues("Age")));
    }

    [Fact]
    public async Task The_time_that_a_replica_took_counts_towards_expiry()
    {
        await using var upstream = await Upstream.StartAsync(context =>
        {
            _clock.Pass(200);
            return Replica.RespondAsync(context, 7);
        });
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        _clock.Pass(50);

        using var response = await gateway.Client.GetAsync("/search");

        Assert.False(response.IsHit());
    }

    [Fact]
    public async Task Exactly_one_request_refreshes_a_stored_response_while_the_others_still_get_it()
    {
        var refresh = new TaskCompletionSource();
        var isWarm = false;
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            if (isWarm)
            {
                await refresh.Task;
            }

            await Replica.RespondAsync(context, 7);
        });
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
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
    public async Task A_failed_refresh_does_not_change_when_a_stored_response_expires()
    {
        var isBroken = false;
        await using var upstream = await Upstream.StartAsync(context =>
            Replica.RespondAsync(context, 7, response => response.StatusCode = isBroken ? 500 : 200));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
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
    public async Task A_304_renews_the_stored_body_for_other_clients()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondIfChangedAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);
        await gateway.Client.WarmAsync("/search");
        _clock.Pass(200);
        using var unchanged = await gateway.Client.GetIfChangedAsync("/search", "\"7\"");

        _clock.Pass(100);
        using var response = await gateway.Client.GetAsync("/search");

        Assert.True(response.IsHit());
        Assert.Equal("/search 7 ", await response.Content.ReadAsStringAsync());
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task A_304_is_stored_for_clients_with_the_same_entity_tag()
    {
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondIfChangedAsync(context, 7));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(_clock);

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
