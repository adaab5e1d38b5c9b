using System.Collections.Concurrent;
using System.Net;
using Fever.Testing;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed class MinimumVersionTests
{
    [Fact]
    public async Task A_request_carries_the_highest_version_that_any_response_had()
    {
        var minimums = new ConcurrentQueue<long?>();
        long[] versions = [7, 9, 9, 10];
        await using var upstream = await Upstream.StartAsync(context =>
        {
            minimums.Enqueue(Replica.MinimumVersionOf(context.Request));
            return Replica.RespondAsync(context, versions[minimums.Count - 1]);
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);

        for (var i = 0; i < versions.Length; i++)
        {
            await gateway.Client.GetAsync($"/search?{i}");
        }

        Assert.Equal([null, 7, 9, 9], minimums);
    }

    [Theory]
    [InlineData("Catalog-Minimum-Version")]
    [InlineData("catalog-minimum-version")]
    public async Task A_client_cannot_set_the_minimum_version(string name)
    {
        var minimums = new ConcurrentQueue<string>();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            minimums.Enqueue(context.Request.Headers["Catalog-Minimum-Version"].ToString());
            return Replica.RespondAsync(context, 7);
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);

        await gateway.GetRawAsync("/search?1", $"{name}: 1000000");
        await gateway.GetRawAsync("/search?2", $"{name}: 1000000", $"{name}: 2000000");

        Assert.Equal(["", "7"], minimums);
    }

    [Fact]
    public async Task A_response_without_a_valid_version_changes_nothing()
    {
        var minimums = new ConcurrentQueue<long?>();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            minimums.Enqueue(Replica.MinimumVersionOf(context.Request));
            return Replica.RespondAsync(context, 7, response => response.Headers["Catalog-Version"] = minimums.Count switch
            {
                1 => "7",
                2 => "",
                3 => "-9",
                4 => "99999999999999999999",
                _ => "nine",
            });
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);

        for (var i = 0; i < 6; i++)
        {
            await gateway.Client.GetAsync($"/search?{i}");
        }

        Assert.Equal([null, 7, 7, 7, 7, 7], minimums);
    }

    [Fact]
    public async Task A_new_version_on_any_key_expires_all_responses_of_the_old_one()
    {
        long version = 7;
        await using var upstream = await Upstream.StartAsync(context => Replica.RespondAsync(context, Interlocked.Read(ref version)));
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(new StoppedClock());
        await gateway.Client.WarmAsync("/search?a");
        await gateway.Client.WarmAsync("/search?b");
        version = 8;
        Assert.Equal(7, Replica.VersionOf(await gateway.Client.GetAsync("/search?a")));

        Assert.Equal(8, Replica.VersionOf(await gateway.Client.GetAsync("/events/new")));

        Assert.Equal(8, Replica.VersionOf(await gateway.Client.GetAsync("/search?a")));
        Assert.Equal(8, Replica.VersionOf(await gateway.Client.GetAsync("/search?b")));
    }

    [Fact]
    public async Task A_client_never_gets_an_older_version_when_replicas_learn_of_versions_at_different_times()
    {
        long database = 1;
        await using var quick = await Upstream.StartAsync(context => Replica.RespondAsync(context, Interlocked.Read(ref database)));
        await using var slow = await Upstream.StartAsync(RespondLateAsync);
        await using var gateway = GatewayHost.InFrontOf(quick, slow);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(SendAsync));

        Assert.True(database > 4);
        Assert.NotEmpty(quick.Requests);
        Assert.NotEmpty(slow.Requests);

        // Learns a new version only from a request.
        Task RespondLateAsync(HttpContext context) => Replica.RespondAsync(context, Replica.MinimumVersionOf(context.Request) ?? 1);

        async Task SendAsync(int client)
        {
            long seen = 0;
            for (var i = 0; i < 400; i++)
            {
                using var response = await gateway.Client.GetAsync($"/search?{(i + client) % 3}");
                var version = Replica.VersionOf(response);
                Assert.True(version >= seen, $"{version} after {seen}");
                seen = version;
                if (i % 40 == 0)
                {
                    Interlocked.Increment(ref database);
                }
            }
        }
    }

    [Fact]
    public async Task The_minimum_version_falls_when_the_database_was_restored_from_a_backup()
    {
        long version = 9;
        var minimums = new ConcurrentQueue<long?>();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            minimums.Enqueue(Replica.MinimumVersionOf(context.Request));
            return Replica.RespondAsync(context, Interlocked.Read(ref version));
        });
        await using var gateway = GatewayHost.InFrontOf(upstream).WithClock(new StoppedClock());
        await gateway.Client.GetAsync("/search?1");
        version = 5;

        await gateway.Client.GetAsync("/search?2");
        await gateway.Client.WarmAsync("/search?3");

        Assert.Equal([null, 9, 5, 5], minimums);
        Assert.True((await gateway.Client.GetAsync("/search?3")).IsHit());
    }

    [Fact]
    public async Task A_late_response_does_not_lower_the_minimum_version()
    {
        var late = new TaskCompletionSource();
        var minimums = new ConcurrentQueue<long?>();
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            minimums.Enqueue(Replica.MinimumVersionOf(context.Request));
            var version = context.Request.QueryString.Value switch { "?first" => 5, "?lower" => 4, "?between" => 7, _ => 9 };
            if (version is 4 or 7)
            {
                await late.Task;
            }

            await Replica.RespondAsync(context, version);
        });
        await using var gateway = GatewayHost.InFrontOf(upstream);
        await gateway.Client.GetAsync("/search?first");
        var between = gateway.Client.GetAsync("/search?between");
        var lower = gateway.Client.GetAsync("/search?lower");
        await Eventually.BecomesTrueAsync(() => minimums.Count == 3);
        await gateway.Client.GetAsync("/search?newest");
        late.SetResult();
        await Task.WhenAll(between, lower);

        using var response = await gateway.Client.GetAsync("/search?last");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([null, 5, 5, 5, 9], minimums);
    }
}
