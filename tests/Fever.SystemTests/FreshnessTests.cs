using System.Globalization;
using Fever.Testing;
using Npgsql;

namespace Fever.SystemTests;

/// <summary>Both replicas, the gateway's cache, and Redis well or hanging.</summary>
[Collection(SharedApp.Name)]
public sealed class FreshnessTests(FeverApp fever)
{
    private const int Versions = 15;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task News_reach_every_answer_and_no_connection_goes_back_in_time(bool redisHangs)
    {
        await fever.LatestSamplesAsync();
        var redis = redisHangs ? Processes.Running("GarnetServer.dll") : [];
        Array.ForEach(redis, id => Processes.Signal(id, "STOP"));
        try
        {
            using var finished = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 4).Select(reader => ReadAsync(reader, finished.Token)).ToArray();
            var latest = await PublishAsync();
            await Eventually.BecomesTrueAsync(async () => await VersionAsync(FeverApp.AllSamples) == latest);
            await finished.CancelAsync();

            Assert.All(await Task.WhenAll(readers), seen => Assert.True(seen.Distinct().Count() > Versions / 2, $"saw only {string.Join(' ', seen.Distinct())}"));
        }
        finally
        {
            Array.ForEach(redis, id => Processes.Signal(id, "CONT"));
        }
    }

    /// <summary>Asks one after the other, on a connection that nobody else uses at the time: what is hot, and what is new.</summary>
    private async Task<List<long>> ReadAsync(int reader, CancellationToken finished)
    {
        var seen = new List<long>();
        for (var number = 0; !finished.IsCancellationRequested; number++)
        {
            var path = number % 3 == 0 ? $"/search?starts_at=20{reader + 1}0-01-01T00:{number / 60 % 60:00}:{number % 60:00}Z" : FeverApp.AllSamples;
            var version = await VersionAsync(path);
            Assert.True(seen.Count == 0 || version >= seen[^1], $"{version} after {seen.LastOrDefault()}");
            seen.Add(version);
        }

        return seen;
    }

    private async Task<long> PublishAsync()
    {
        await using var database = NpgsqlDataSource.Create(await fever.DatabaseAsync());
        long version = 0;
        for (var i = 0; i < Versions; i++)
        {
            await using var command = database.CreateCommand("UPDATE catalog SET version = version + 1, changed_at = clock_timestamp() RETURNING version");
            version = (long)(await command.ExecuteScalarAsync())!;
            await Eventually.BecomesTrueAsync(async () => await VersionAsync($"/search?starts_at=2019-01-01T00:00:{i:00}Z") >= version);
        }

        return version;
    }

    private async Task<long> VersionAsync(string path)
    {
        using var answer = await fever.Gateway.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return long.Parse(answer.Headers.GetValues("Catalog-Version").Single(), CultureInfo.InvariantCulture);
    }
}
