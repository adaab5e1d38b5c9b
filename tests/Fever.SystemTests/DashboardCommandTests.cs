using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Fever.Testing;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace Fever.SystemTests;

/// <summary>The commands on the dashboard's Resources page.</summary>
[Collection(SharedApp.Name)]
public sealed class DashboardCommandTests(FeverApp fever, Browser browser) : DashboardTest(fever, browser)
{
    private const string Success = "200";
    private readonly FeverApp _fever = fever;

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Sync_now_polls_a_provider_that_is_not_due()
    {
        await GoToAsync("/");
        await PostponeNextPollAsync();
        var before = await LatestSyncAsync();

        await PickCommandAsync("ingestor", "Sync now");

        await Eventually.BecomesAsync(LatestSyncAsync, latest => latest != before);
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Show_rejects_shows_the_record_that_was_set_aside()
    {
        await _fever.LatestSamplesAsync();
        await GoToAsync("/");

        await PickCommandAsync("ingestor", "Show rejects");

        await Expect(Dialog).ToContainTextAsync("plan_start_date '2021-09-31T20:00:00' is not an existing local time");
        await Expect(Dialog).ToContainTextAsync("Tributo a Juanito Valderrama");
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Restart_of_a_replica_fails_no_search()
    {
        var before = await _fever.HealthyProcessAsync("searchapi-1");
        await GoToAsync("/");
        using var finished = new CancellationTokenSource();
        var searches = Enumerable.Range(0, 4).Select(client => SearchAsync(client, finished.Token)).ToArray();
        try
        {
            await PickCommandAsync("searchapi-1", "Restart");
            await _fever.HealthyProcessAsync("searchapi-1", otherThan: before);
        }
        finally
        {
            await finished.CancelAsync();
        }

        var results = (await Task.WhenAll(searches)).SelectMany(results => results).ToList();
        var failures = results.Where(result => result != Success).ToList();
        Assert.True(failures.Count == 0, $"{failures.Count} of {results.Count} searches failed:\n{string.Join('\n', failures.Take(20))}");
        Assert.True(results.Count > searches.Length, $"{results.Count} searches are not enough load");
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Stop_of_the_database_server_does_nothing_when_the_confirmation_is_refused()
    {
        await _fever.LatestSamplesAsync();
        var before = await _fever.HealthyProcessAsync("postgres");
        await GoToAsync("/");

        await RowOf("postgres").GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(Dialog).ToContainTextAsync("Stop postgres? What uses it fails until it runs again.");
        await GetByRole(AriaRole.Button, "No").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);

        // Commands run in order: once a later one has run, an earlier one would have, too.
        await PickCommandAsync("ingestor", "Show rejects");
        await Expect(Dialog).ToContainTextAsync("2021-09-31T20:00:00");
        Assert.Equal(before, await _fever.HealthyProcessAsync("postgres"));
    }

    /// <summary>Half of the clients send a search that is cached, the others searches that are all different. A failure comes with the time since the start.</summary>
    private async Task<List<string>> SearchAsync(int client, CancellationToken finished)
    {
        var results = new List<string>();
        var started = Stopwatch.GetTimestamp();
        var longAgo = new DateTime(Random.Shared.Next(1000, 2000), 1, 1);
        while (!finished.IsCancellationRequested)
        {
            // Ranges within one minute can have one canonical form.
            var search = client % 2 == 0 ? FeverApp.AllSamples : $"/search?starts_at={longAgo.AddMinutes(results.Count):s}Z";
            var result = await SearchAsync(search);
            results.Add(result == Success ? result : $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.000} s: {search}: {result}");
        }

        return results;
    }

    private async Task<string> SearchAsync(string search)
    {
        try
        {
            using var response = await _fever.Gateway.GetAsync(search);
            var status = $"{(int)response.StatusCode}";
            return status == Success ? status : $"{status} {await response.Content.ReadAsStringAsync()}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Makes sure that the schedule begins no sync meanwhile.</summary>
    private async Task PostponeNextPollAsync()
    {
        await using var database = NpgsqlDataSource.Create(await _fever.DatabaseAsync());
        await Eventually.BecomesTrueAsync(async () =>
        {
            // A sync that is going on would make the next one due when it ends.
            await using var postpone = database.CreateCommand("UPDATE providers SET due_at = now() + interval '1 day' WHERE name = 'simulator' AND lease_owner IS NULL");
            return await postpone.ExecuteNonQueryAsync() == 1;
        });
    }

    private async Task<string?> LatestSyncAsync()
    {
        using var operatorApi = _fever.CreateClient("ingestor", "http");
        var result = await operatorApi.GetFromJsonAsync<JsonElement>("/syncs?provider=simulator&limit=1");
        return result.GetProperty("data").GetProperty("syncs")[0].GetProperty("id").GetString();
    }
}
