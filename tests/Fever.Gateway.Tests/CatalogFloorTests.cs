using System.Collections.Concurrent;
using System.Net;
using Fever.Testing;
using Microsoft.AspNetCore.Http;

namespace Fever.Gateway.Tests;

public sealed class CatalogFloorTests
{
    [Fact]
    public async Task A_replica_is_told_of_the_highest_version_that_any_replica_has_answered_with()
    {
        var floors = new ConcurrentQueue<long?>();
        long[] versions = [7, 9, 9, 10];
        await using var upstream = await Upstream.StartAsync(context =>
        {
            floors.Enqueue(Replica.FloorOf(context.Request));
            return Replica.AnswerAsync(context, versions[floors.Count - 1]);
        });
        await using var gateway = GatewayHost.Before(upstream);

        for (var i = 0; i < versions.Length; i++)
        {
            await gateway.Client.GetAsync($"/search?{i}");
        }

        Assert.Equal([null, 7, 9, 9], floors);
    }

    [Theory]
    [InlineData("Catalog-Version-Floor")]
    [InlineData("catalog-version-floor")]
    public async Task A_client_cannot_make_up_a_version(string name)
    {
        var floors = new ConcurrentQueue<string>();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            floors.Enqueue(context.Request.Headers["Catalog-Version-Floor"].ToString());
            return Replica.AnswerAsync(context, 7);
        });
        await using var gateway = GatewayHost.Before(upstream);

        await gateway.GetRawAsync("/search?1", $"{name}: 1000000");
        await gateway.GetRawAsync("/search?2", $"{name}: 1000000", $"{name}: 2000000");

        Assert.Equal(["", "7"], floors);
    }

    [Fact]
    public async Task An_answer_without_a_readable_version_teaches_none()
    {
        var floors = new ConcurrentQueue<long?>();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            floors.Enqueue(Replica.FloorOf(context.Request));
            return Replica.AnswerAsync(context, 7, response => response.Headers["Catalog-Version"] = floors.Count switch
            {
                1 => "7",
                2 => "",
                3 => "-9",
                4 => "99999999999999999999",
                _ => "nine",
            });
        });
        await using var gateway = GatewayHost.Before(upstream);

        for (var i = 0; i < 6; i++)
        {
            await gateway.Client.GetAsync($"/search?{i}");
        }

        Assert.Equal([null, 7, 7, 7, 7, 7], floors);
    }

    [Fact]
    public async Task A_new_version_on_any_key_ends_all_answers_of_the_old_one_at_once()
    {
        long version = 7;
        await using var upstream = await Upstream.StartAsync(context => Replica.AnswerAsync(context, Interlocked.Read(ref version)));
        await using var gateway = GatewayHost.Before(upstream).WithClock(new StoppedClock());
        await gateway.Client.WarmAsync("/search?a");
        await gateway.Client.WarmAsync("/search?b");
        version = 8;
        Assert.Equal(7, Replica.VersionOf(await gateway.Client.GetAsync("/search?a")));

        Assert.Equal(8, Replica.VersionOf(await gateway.Client.GetAsync("/events/new")));

        Assert.Equal(8, Replica.VersionOf(await gateway.Client.GetAsync("/search?a")));
        Assert.Equal(8, Replica.VersionOf(await gateway.Client.GetAsync("/search?b")));
    }

    [Fact]
    public async Task An_answer_never_goes_back_in_time_although_replicas_learn_of_versions_at_different_times()
    {
        long database = 1;
        await using var quick = await Upstream.StartAsync(context => Replica.AnswerAsync(context, Interlocked.Read(ref database)));
        await using var slow = await Upstream.StartAsync(AnswerLateAsync);
        await using var gateway = GatewayHost.Before(quick, slow);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(AskAsync));

        Assert.True(database > 4);
        Assert.NotEmpty(quick.Requests);
        Assert.NotEmpty(slow.Requests);

        // Knows a new version only when it is told of one.
        Task AnswerLateAsync(HttpContext context) => Replica.AnswerAsync(context, Replica.FloorOf(context.Request) ?? 1);

        async Task AskAsync(int client)
        {
            long seen = 0;
            for (var i = 0; i < 400; i++)
            {
                using var answer = await gateway.Client.GetAsync($"/search?{(i + client) % 3}");
                var version = Replica.VersionOf(answer);
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
    public async Task A_database_restored_from_a_backup_is_followed()
    {
        long version = 9;
        var floors = new ConcurrentQueue<long?>();
        await using var upstream = await Upstream.StartAsync(context =>
        {
            floors.Enqueue(Replica.FloorOf(context.Request));
            return Replica.AnswerAsync(context, Interlocked.Read(ref version));
        });
        await using var gateway = GatewayHost.Before(upstream).WithClock(new StoppedClock());
        await gateway.Client.GetAsync("/search?1");
        version = 5;

        await gateway.Client.GetAsync("/search?2");
        await gateway.Client.WarmAsync("/search?3");

        Assert.Equal([null, 9, 5, 5], floors);
        Assert.True((await gateway.Client.GetAsync("/search?3")).IsHit());
    }

    [Fact]
    public async Task An_answer_that_was_long_on_its_way_does_not_lower_what_was_learned_meanwhile()
    {
        var late = new TaskCompletionSource();
        var floors = new ConcurrentQueue<long?>();
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            floors.Enqueue(Replica.FloorOf(context.Request));
            var version = context.Request.QueryString.Value switch { "?first" => 5, "?lower" => 4, "?between" => 7, _ => 9 };
            if (version is 4 or 7)
            {
                await late.Task;
            }

            await Replica.AnswerAsync(context, version);
        });
        await using var gateway = GatewayHost.Before(upstream);
        await gateway.Client.GetAsync("/search?first");
        var between = gateway.Client.GetAsync("/search?between");
        var lower = gateway.Client.GetAsync("/search?lower");
        await Eventually.BecomesTrueAsync(() => floors.Count == 3);
        await gateway.Client.GetAsync("/search?newest");
        late.SetResult();
        await Task.WhenAll(between, lower);

        using var answer = await gateway.Client.GetAsync("/search?last");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([null, 5, 5, 5, 9], floors);
    }
}
