using Fever.Ingestor.Database;
using Fever.Ingestor.Scheduling;
using Fever.Ingestor.Syncing;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
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
        var slow = await ingestor.AcquireAsync();
        var sync = ingestor.RunAsync(slow);
        await release.Asked;
        await ingestor.RowsAsync("UPDATE providers SET lease_until = now() - interval '1 second'");

        provider.Serve(BasePlan(title: "New"));
        await ingestor.SyncAsync();
        release.Now();
        await sync;

        Assert.StartsWith("New ", Assert.Single(await ingestor.PublishedAsync()), StringComparison.Ordinal);
        Assert.Equal(["changed New"], await ingestor.RowsAsync("SELECT kind, after->>'title' FROM event_changes WHERE kind <> 'appeared'"));
        Assert.Equal([$"failed lease_lost {slow.FencingToken}"], await ingestor.RowsAsync($"SELECT outcome, reason, fence FROM syncs WHERE fence = {slow.FencingToken}"));
        Assert.Equal(["complete"], await ingestor.RowsAsync("SELECT last_outcome FROM providers"));
    }

    [Fact]
    public async Task Provider_that_is_being_synced_is_nobody_elses()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        await ingestor.AcquireAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => ingestor.AcquireAsync());
    }

    [Fact]
    public async Task Lease_that_expired_counts_as_a_failure_and_is_waited_out_longer_each_time()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        foreach (var (failures, wait) in new[] { (1, 30), (2, 60), (3, 120) })
        {
            await ingestor.AcquireAsync();
            await ingestor.RowsAsync("UPDATE providers SET lease_until = now() - interval '1 second'");

            Assert.Empty(await ingestor.TryAcquireAsync());

            Assert.Equal(
                [$"{failures} t t failed lease_expired"],
                await ingestor.RowsAsync(
                    $"""
                    SELECT failures, lease_until IS NULL, due_at > now() + interval '{wait - 10} seconds' AND due_at <= now() + interval '{wait} seconds', last_outcome, last_reason
                    FROM providers
                    """));
        }

        await ingestor.SyncAsync();
        Assert.Equal(["0 unchanged"], await ingestor.RowsAsync("SELECT failures, last_outcome FROM providers"));
    }

    [Fact]
    public async Task Renewal_after_the_end_of_a_lease_does_not_revive_it()
    {
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = await IngestorApp.StartAsync(servers, provider.Url);
        var lease = await ingestor.AcquireAsync();
        await using var scope = ingestor.Services.CreateAsyncScope();
        var schedule = scope.ServiceProvider.GetRequiredService<ProviderSchedule>();
        Assert.True(await schedule.RenewAsync(lease, TimeSpan.FromMinutes(1), default));

        await ingestor.RunAsync(lease);

        Assert.False(await schedule.RenewAsync(lease, TimeSpan.FromMinutes(1), default));
        Assert.Equal(["t"], await ingestor.RowsAsync("SELECT lease_until IS NULL FROM providers"));
    }

    [Fact]
    public async Task Lease_is_not_lost_while_the_database_cannot_be_reached()
    {
        await using var services = new ServiceCollection()
            // Too long to be looked up, which is no exception of the driver.
            .AddDbContext<CatalogDbContext>(options => options.UseNpgsql($"Host={new string('x', 300)}"))
            .AddScoped<ProviderSchedule>()
            .BuildServiceProvider();
        var scopes = new ScopeCounter(services.GetRequiredService<IServiceScopeFactory>());
        var time = new ManualTime();
        await using var renewer = new LeaseRenewer(new Lease("p0", 1, default, 0, null, null, null, null, 0, null), TimeSpan.FromSeconds(30), scopes, time, default);

        for (var renewals = 1; renewals <= 3; renewals++)
        {
            await Eventually.BecomesTrueAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return scopes.Ended >= renewals;
            });
        }

        Assert.False(renewer.Lost.IsCancellationRequested);
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

    private sealed class ScopeCounter(IServiceScopeFactory scopes) : IServiceScopeFactory
    {
        private int _ended;

        public int Ended => Volatile.Read(ref _ended);

        public IServiceScope CreateScope() => new Scope(this, scopes.CreateScope());

        private sealed class Scope(ScopeCounter counter, IServiceScope scope) : IServiceScope
        {
            public IServiceProvider ServiceProvider => scope.ServiceProvider;

            public void Dispose()
            {
                scope.Dispose();
                Interlocked.Increment(ref counter._ended);
            }
        }
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
