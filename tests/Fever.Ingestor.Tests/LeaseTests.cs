using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>Who may sync a provider, and whose writing counts.</summary>
[Collection(nameof(SharedServers))]
public sealed class LeaseTests(Servers servers)
{
    [Fact]
    public async Task Slow_Ingestor_never_overwrites_a_newer_sync()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        var release = Hold(provider, BasePlan(title: "Old"));
        var slow = await ingestor.ClaimAsync();
        var sync = ingestor.RunAsync(slow);
        await release.Asked;
        await ingestor.RowsAsync("UPDATE providers SET lease_until = now() - interval '1 second'");

        provider.Serve(BasePlan(title: "New"));
        await ingestor.SyncAsync();
        release.Now();
        await sync;

        Assert.StartsWith("New ", Assert.Single(await ingestor.PublishedAsync()), StringComparison.Ordinal);
        Assert.Equal(["changed New"], await ingestor.RowsAsync("SELECT kind, after->>'title' FROM event_changes WHERE kind <> 'appeared'"));
        Assert.Equal([$"failed lease_lost {slow.Fence}"], await ingestor.RowsAsync($"SELECT outcome, reason, fence FROM syncs WHERE fence = {slow.Fence}"));
        Assert.Equal(["complete"], await ingestor.RowsAsync("SELECT last_outcome FROM providers"));
    }

    [Fact]
    public async Task Provider_that_is_being_synced_is_nobody_elses()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.ClaimAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => ingestor.ClaimAsync());
    }

    [Fact]
    public async Task Lease_that_ran_out_is_taken_over_and_counts_as_a_failure()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        var dead = await ingestor.ClaimAsync();
        await ingestor.RowsAsync("UPDATE providers SET lease_until = now() - interval '1 second'");

        var next = await ingestor.ClaimAsync();

        Assert.Equal((dead.Fence + 1, 1), (next.Fence, next.Failures));
        await ingestor.RunAsync(next);
        Assert.Equal(["0 unchanged"], await ingestor.RowsAsync("SELECT failures, last_outcome FROM providers"));
    }

    [Fact]
    public async Task Lease_is_renewed_while_a_long_sync_goes_on()
    {
        await using var provider = await StubProvider.StartAsync();
        var release = Hold(provider, BasePlan());
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), IngestorApp.Providers(provider.Url));
        ingestor.StartServer();
        await release.Asked;
        await ingestor.RowsAsync("UPDATE providers SET lease_until = now() + interval '1 second'");

        ingestor.Time.Advance(TimeSpan.FromSeconds(10));

        await Eventually.BecomesTrueAsync(() => ingestor.ScalarAsync<bool>("SELECT lease_until > now() + interval '5 seconds' FROM providers"));
        release.Now();
        await ingestor.WaitForSyncsAsync(1);
    }

    [Fact]
    public async Task Sync_whose_lease_is_lost_is_given_up()
    {
        await using var provider = await StubProvider.StartAsync();
        var release = Hold(provider, BasePlan());
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), IngestorApp.Providers(provider.Url));
        ingestor.StartServer();
        await release.Asked;
        await ingestor.RowsAsync("UPDATE providers SET fence = fence + 1");

        ingestor.Time.Advance(TimeSpan.FromSeconds(10));

        await ingestor.WaitForLogAsync("p0: failed, 0 read: another Ingestor has taken over");
        await release.HungUp;
        Assert.Equal(["failed lease_lost 0"], await ingestor.RowsAsync("SELECT outcome, reason, changed FROM syncs"));
        Assert.Equal(["t -"], await ingestor.RowsAsync("SELECT lease_until IS NOT NULL, last_outcome FROM providers"));
    }

    [Fact]
    public async Task Ingestor_that_stops_gives_back_what_it_was_syncing()
    {
        await using var provider = await StubProvider.StartAsync();
        var release = Hold(provider, BasePlan());
        var database = await servers.CreateDatabaseAsync();
        await using var observer = await IngestorApp.StartAsync(database);
        await using var ingestor = new IngestorApp(database, IngestorApp.Providers(provider.Url));
        ingestor.StartServer();
        await release.Asked;

        await ingestor.Services.GetRequiredService<IHost>().StopAsync();

        Assert.Equal(["t 0"], await observer.RowsAsync("SELECT lease_until IS NULL AND due_at <= now(), failures FROM providers"));
    }

    private static Release Hold(StubProvider provider, string basePlan)
    {
        var release = new Release();
        provider.Answer = async context =>
        {
            context.RequestAborted.Register(release.HangUp);
            release.Ask();
            await release.Released;
            await context.Response.WriteAsync(Document(basePlan));
        };
        return release;
    }

    private sealed class Release
    {
        private readonly TaskCompletionSource _asked = new();
        private readonly TaskCompletionSource _released = new();
        private readonly TaskCompletionSource _hungUp = new();

        public Task Asked => _asked.Task;

        public Task Released => _released.Task;

        public Task HungUp => _hungUp.Task;

        public void Ask() => _asked.TrySetResult();

        public void Now() => _released.TrySetResult();

        public void HangUp() => _hungUp.TrySetResult();
    }
}
