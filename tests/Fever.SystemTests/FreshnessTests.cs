using System.Globalization;
using Fever.Testing;
using Npgsql;

namespace Fever.SystemTests;

/// <summary>Through both replicas and the gateway's micro-cache, while Redis works and while it hangs.</summary>
[Collection(SharedApp.Name)]
public sealed class FreshnessTests(FeverApp fever)
{
    private const int Versions = 15;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task New_version_reaches_every_response_and_no_connection_sees_an_older_one_afterwards(bool redisHangs)
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

    /// <summary>Sends one request after the other, on a connection of its own: hot searches and ones that were never sent before.</summary>
    private async Task<List<long>> ReadAsync(int reader, CancellationToken finished)
    {
        var seen = new List<long>();
        for (var number = 0; !finished.IsCancellationRequested; number++)
        {
            var path = number % 3 == 0 ? $"/search?starts_at=20{reader + 1}0-01-01T{number / 60 % 24:00}:{number % 60:00}:00Z" : FeverApp.AllSamples;
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
        using var response = await fever.Gateway.GetAsync(path);
        response.EnsureSuccessStatusCode();
        return long.Parse(response.Headers.GetValues("Catalog-Version").Single(), CultureInfo.InvariantCulture);
    }
}
