using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Fever.Testing;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace Fever.SystemTests;

/// <summary>What an operator presses on the dashboard's Resources page, and what becomes of it.</summary>
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

        var answers = (await Task.WhenAll(searches)).SelectMany(answers => answers).ToList();
        var failures = answers.Where(answer => answer != Success).ToList();
        Assert.True(failures.Count == 0, $"{failures.Count} of {answers.Count} searches failed:\n{string.Join('\n', failures.Take(20))}");
        Assert.True(answers.Count > searches.Length, $"{answers.Count} searches are no load");
    }

    [StandInFact(OnlyWithTheStandIns)]
    public async Task Stop_of_the_database_server_asks_first_and_does_nothing_when_told_No()
    {
        await _fever.LatestSamplesAsync();
        var before = await _fever.HealthyProcessAsync("postgres");
        await GoToAsync("/");

        await RowOf("postgres").GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(Dialog).ToContainTextAsync("Stop postgres? What uses it fails until it runs again.");
        await GetByRole(AriaRole.Button, "No").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);

        // By the time that a later command has been carried out, an earlier one would have been too.
        await PickCommandAsync("ingestor", "Show rejects");
        await Expect(Dialog).ToContainTextAsync("2021-09-31T20:00:00");
        Assert.Equal(before, await _fever.HealthyProcessAsync("postgres"));
    }

    /// <summary>Half of the clients ask for what is cached, the others for ranges that nobody has asked for. A failure is given with its time since the start.</summary>
    private async Task<List<string>> SearchAsync(int client, CancellationToken finished)
    {
        var answers = new List<string>();
        var started = Stopwatch.GetTimestamp();
        var longAgo = new DateTime(Random.Shared.Next(1000, 2000), 1, 1);
        while (!finished.IsCancellationRequested)
        {
            // Ranges within one minute may be one question.
            var search = client % 2 == 0 ? FeverApp.AllSamples : $"/search?starts_at={longAgo.AddMinutes(answers.Count):s}Z";
            var answer = await SearchAsync(search);
            answers.Add(answer == Success ? answer : $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.000} s: {search}: {answer}");
        }

        return answers;
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

    /// <summary>As if its interval were long: no sync of the schedule's own begins.</summary>
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
        var answer = await operatorApi.GetFromJsonAsync<JsonElement>("/syncs?provider=simulator&limit=1");
        return answer.GetProperty("data").GetProperty("syncs")[0].GetProperty("id").GetString();
    }
}
