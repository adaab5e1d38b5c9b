using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Fever.Ingestor.Database;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.AspNetCore.Http;
using static Fever.Ingestor.Tests.Harness.PlanList;

namespace Fever.Ingestor.Tests;

/// <summary>Several Ingestors, as processes of their own that can be killed, on one database.</summary>
[Collection(nameof(SharedServers))]
public sealed class FleetTests(Servers servers)
{
    private const int Providers = 200;

    private const string Overlaps =
        """
        SELECT a.provider, a.started_at, b.started_at FROM syncs a JOIN syncs b
        ON a.provider = b.provider AND a.fence < b.fence AND b.started_at < a.finished_at
        """;

    // Every claim has a number; one without a sync died.
    private const string TakenOver =
        "SELECT EXISTS (SELECT FROM syncs s WHERE fence > 1 AND NOT EXISTS (SELECT FROM syncs WHERE provider = s.provider AND fence = s.fence - 1))";

    // The titles count up with each answer, so a change to a lower number is an older answer over a newer one.
    private const string OutOfOrder =
        "SELECT provider, before, after FROM event_changes WHERE kind = 'changed' AND (after->>'title')::int <= (before->>'title')::int";

    [Fact]
    public async Task Three_Ingestors_share_200_providers_through_kills_and_nobody_syncs_twice_at_once_or_writes_out_of_order()
    {
        var database = await servers.CreateDatabaseAsync();
        var provider = new CountingProvider();
        await using var stub = await StubProvider.StartAsync();
        stub.Answer = provider.AnswerAsync;
        await using var observer = await IngestorApp.StartAsync(database);
        var fleet = new List<Process> { Start(database, stub.Url), Start(database, stub.Url), Start(database, stub.Url) };
        try
        {
            await EveryProviderIsSyncedAsync(observer, times: 2);
            for (var kill = 0; kill < 3; kill++)
            {
                await DieMidSyncAsync(observer, fleet[kill]);
                fleet.Add(Start(database, stub.Url));
            }

            await EveryProviderIsSyncedAsync(observer, times: 4);
        }
        finally
        {
            fleet.ForEach(End);
        }

        Assert.Equal(1, provider.MostAtOnce);
        Assert.Empty(await observer.RowsAsync(Overlaps));
        Assert.Empty(await observer.RowsAsync(OutOfOrder));
        Assert.True(await observer.ScalarAsync<bool>(TakenOver), "no kill hit a sync: nothing had to be taken over");
    }

    [Fact]
    public async Task Ingestor_gives_way_to_searches_on_a_machine_that_they_share()
    {
        using var ingestor = Start(await servers.CreateDatabaseAsync(), "http://127.0.0.1:1/");
        try
        {
            await Eventually.BecomesTrueAsync(() => Processes.NiceOf(ingestor.Id) > 0);
        }
        finally
        {
            End(ingestor);
        }
    }

    private static Task EveryProviderIsSyncedAsync(IngestorApp observer, int times) => Eventually.BecomesTrueAsync(() =>
        observer.ScalarAsync<bool>(
            $"""
            SELECT count(*) = {Providers} FROM (
                SELECT provider FROM syncs WHERE outcome = 'complete' GROUP BY provider HAVING count(*) >= {times}) synced
            """));

    /// <summary>Killed while it holds leases: their providers must be taken over.</summary>
    private static async Task DieMidSyncAsync(IngestorApp observer, Process ingestor)
    {
        await Eventually.BecomesTrueAsync(() => observer.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM providers WHERE lease_until IS NOT NULL)"));
        End(ingestor);
    }

    private static Process Start(string database, string url)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CatalogDbContext).Assembly.Location, "--urls=http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ConnectionStrings__feverdb"] = database;
        start.Environment["Syncing__LeaseDuration"] = "00:00:10";
        for (var index = 0; index < Providers; index++)
        {
            start.Environment[$"Providers__{index}__Name"] = Name(index);
            start.Environment[$"Providers__{index}__Url"] = $"{url}?provider={index}";
            start.Environment[$"Providers__{index}__Interval"] = "4";
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"p{index}");

    /// <summary>Gives each provider's one event a higher number as its title with each answer, and counts who asks at the same time.</summary>
    private sealed class CountingProvider
    {
        private readonly ConcurrentDictionary<string, int> _answers = new();
        private readonly ConcurrentDictionary<string, int> _asking = new();

        public int MostAtOnce { get; private set; }

        public async Task AnswerAsync(HttpContext context)
        {
            var provider = context.Request.Query["provider"].ToString();
            var asking = _asking.AddOrUpdate(provider, 1, (_, count) => count + 1);
            lock (_answers)
            {
                MostAtOnce = Math.Max(MostAtOnce, asking);
            }

            try
            {
                var title = _answers.AddOrUpdate(provider, 1, (_, count) => count + 1);
                await Task.Delay(20, context.RequestAborted);
                await context.Response.WriteAsync(Document(BasePlan(title: title.ToString(CultureInfo.InvariantCulture))));
            }
            finally
            {
                _asking.AddOrUpdate(provider, 0, (_, count) => count - 1);
            }
        }
    }
}
