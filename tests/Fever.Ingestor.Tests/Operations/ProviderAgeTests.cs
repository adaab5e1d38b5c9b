using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
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

        await BecomesAsync(ingestor, measured, age => age is > 5 * Hour and < 6 * Hour);
        provider.Serve(BasePlan());
        await ingestor.PollAsync();
        await BecomesAsync(ingestor, measured, age => age < Hour);
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
        await BecomesAsync(ingestor, measured, age => age is >= 0 and < Hour);
        await ingestor.RowsAsync("UPDATE syncs SET started_at = now() - interval '5 hours'");
        await ingestor.PollAsync();

        await BecomesAsync(ingestor, measured, age => age is > 5 * Hour and < 6 * Hour);
    }

    [Fact]
    public async Task Age_of_a_provider_whose_first_sync_has_not_ended_counts_from_when_it_became_known()
    {
        using var measured = new Measurements("slow");
        var release = new TaskCompletionSource();
        await using var provider = await StubProvider.StartAsync();
        provider.Answer = _ => release.Task;
        var settings = Named("slow", provider);
        settings["Providers:0:Timeout"] = "3600";
        await using var ingestor = new IngestorApp(await servers.CreateDatabaseAsync(), settings);
        ingestor.StartServer();
        await BecomesAsync(ingestor, measured, age => age is >= 0 and < Hour);
        await ingestor.RowsAsync("UPDATE providers SET due_at = now() - interval '5 hours'");

        await BecomesAsync(ingestor, measured, age => age is > 5 * Hour and < 6 * Hour);
        release.SetResult();
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
        await BecomesAsync(ingestor, measured, age => age < Hour);

        proxy.Cut();
        ingestor.Time.Advance(TimeSpan.FromHours(5));

        Assert.InRange(measured.Observe(Age)!.Value, 5 * Hour, 6 * Hour);
        await Eventually.BecomesTrueAsync(() =>
        {
            // Again and again: the schedule may have been at work, and without a timer, when the hours passed.
            ingestor.Time.Advance(TimeSpan.FromSeconds(1));
            return ingestor.Logs.Any(line => line.Contains("The schedule cannot be read", StringComparison.Ordinal));
        });
        Assert.InRange(measured.Observe(Age)!.Value, 5 * Hour, 6 * Hour);
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

        await BecomesAsync(ingestor, own, age => age > 5 * Hour);
        Assert.Null(other.Observe(Age));
    }

    private static Dictionary<string, string> Named(string name, StubProvider provider)
    {
        var settings = IngestorApp.Providers(provider.Url);
        settings["Providers:0:Name"] = name;
        return settings;
    }

    private static Task BecomesAsync(IngestorApp ingestor, Measurements measured, Predicate<double?> condition) => Eventually.BecomesTrueAsync(() =>
    {
        ingestor.Time.Advance(TimeSpan.FromSeconds(1));
        return condition(measured.Observe(Age));
    });
}
