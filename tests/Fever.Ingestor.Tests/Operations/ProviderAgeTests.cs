using Fever.Ingestor.Database;
using Fever.Ingestor.Operations;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests.Operations;

[Collection(nameof(SharedServers))]
public sealed class ProviderAgeTests(Servers servers)
{
    private const string Age = "fever.ingestor.provider.age";
    private const double Hour = 3_600;

    [Fact]
    public async Task Age_is_that_of_the_newest_success_whatever_has_failed_since()
    {
        using var measured = new Measurements("aging");
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Named("aging", provider));
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        provider.ServeDocument("no feed");
        await ingestor.PollAsync();
        await ingestor.RowsAsync("UPDATE providers SET last_success_at = now() - interval '5 hours'");

        Assert.InRange(await AgeAsync(ingestor, measured), 5 * Hour, 6 * Hour);
        provider.Serve(BasePlan());
        await ingestor.PollAsync();
        Assert.InRange(await AgeAsync(ingestor, measured), 0, Hour);
    }

    [Fact]
    public async Task Age_of_a_provider_without_any_success_counts_from_its_first_sync()
    {
        using var measured = new Measurements("hopeless");
        await using var provider = await StubProvider.StartAsync();
        provider.ServeDocument("no feed");
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Named("hopeless", provider));
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        Assert.InRange(await AgeAsync(ingestor, measured), 0, Hour);
        await ingestor.RowsAsync("UPDATE syncs SET started_at = now() - interval '5 hours'");
        await ingestor.PollAsync();

        Assert.InRange(await AgeAsync(ingestor, measured), 5 * Hour, 6 * Hour);
    }

    [Fact]
    public async Task Age_of_a_provider_whose_first_sync_has_not_ended_counts_from_when_it_became_known()
    {
        using var measured = new Measurements("slow");
        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = _ =>
        {
            asked.TrySetResult();
            return release.Task;
        };
        var settings = Named("slow", provider);
        settings["Providers:0:Timeout"] = "3600";
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), settings);
        ingestor.StartServer();
        await asked.Task;
        Assert.InRange(await AgeAsync(ingestor, measured), 0, Hour);
        await ingestor.RowsAsync("UPDATE providers SET due_at = now() - interval '5 hours'");

        Assert.InRange(await AgeAsync(ingestor, measured), 5 * Hour, 6 * Hour);
        release.SetResult();
    }

    [Fact]
    public async Task Age_is_read_again_and_again()
    {
        using var measured = new Measurements("watched");
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Named("watched", provider));
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        await AgeAsync(ingestor, measured);
        await ingestor.RowsAsync("UPDATE providers SET last_success_at = now() - interval '5 hours'");

        await Eventually.BecomesTrueAsync(() =>
        {
            ingestor.Time.Advance(TimeSpan.FromSeconds(1));
            return measured.Observe(Age) > 5 * Hour;
        });
    }

    [Fact]
    public async Task Age_grows_while_the_database_is_away()
    {
        using var measured = new Measurements("forgotten");
        var database = await servers.CreateDatabaseAsync();
        using var proxy = TcpProxy.ToPostgres(database);
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = new IngestorApp(database, Named("forgotten", provider), proxy.ConnectionString);
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        Assert.InRange(await AgeAsync(ingestor, measured), 0, Hour);

        proxy.Cut();
        ingestor.Time.Advance(TimeSpan.FromHours(5));

        Assert.InRange(measured.Observe(Age)!.Value, 5 * Hour, 6 * Hour);
        await FailToReadAsync(ingestor, times: 1, stopping: default);
        Assert.InRange(measured.Observe(Age)!.Value, 5 * Hour, 6 * Hour);
    }

    [Fact]
    public async Task Ingestor_goes_on_when_the_name_of_its_database_cannot_be_looked_up()
    {
        // Longer than a name can be: that the look-up fails is an exception that is not the driver's.
        await using var ingestor = new IngestorApp($"Host={new string('x', 300)}", Debugging([]));
        ingestor.StartServer();
        var stopping = ingestor.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        ingestor.Services.GetRequiredService<SchemaReady>().Set();

        await FailToReadAsync(ingestor, times: 2, stopping);

        Assert.False(stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Provider_that_this_Ingestor_does_not_poll_has_no_age_here()
    {
        using var own = new Measurements("own");
        using var other = new Measurements("other");
        await using var provider = await StubProvider.StartAsync(BasePlan());
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), Named("own", provider));
        ingestor.StartServer();
        await ingestor.WaitForSyncsAsync(1);
        await ingestor.RowsAsync("INSERT INTO providers (name) VALUES ('other'); UPDATE providers SET last_success_at = now() - interval '5 hours'");

        Assert.InRange(await AgeAsync(ingestor, own), 5 * Hour, 6 * Hour);
        Assert.Null(other.Observe(Age));
    }

    private static Dictionary<string, string> Named(string name, StubProvider provider)
    {
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Name"] = name;
        return Debugging(settings);
    }

    private static Dictionary<string, string> Debugging(Dictionary<string, string> settings)
    {
        settings[$"Logging:LogLevel:{typeof(ProviderAges).FullName}"] = "Debug";
        return settings;
    }

    private static async Task<double> AgeAsync(IngestorApp ingestor, Measurements measured)
    {
        await ingestor.Services.GetServices<IHostedService>().OfType<ProviderAges>().Single().ReadAsync(default);
        return Assert.NotNull(measured.Observe(Age));
    }

    /// <summary>Waits until the ages could not be read, or the host stops because of it.</summary>
    private static Task FailToReadAsync(IngestorApp ingestor, int times, CancellationToken stopping) => Eventually.BecomesTrueAsync(() =>
    {
        // Again and again: the reader may not have been waiting for its timer yet.
        ingestor.Time.Advance(TimeSpan.FromSeconds(1));
        return stopping.IsCancellationRequested
            || ingestor.Logs.Count(line => line.Contains("ages of the providers' data cannot be read", StringComparison.Ordinal)) >= times;
    });
}
