using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using Fever.Testing;

namespace Fever.SystemTests;

/// <summary>More than one provider, as an operator configures them.</summary>
[Collection(SharedApp.Name)]
public sealed class ProvidersTests(FeverApp fever)
{
    [Fact]
    public async Task Every_provider_of_PROVIDERS_FILE_is_polled_with_its_options_and_synced_by_its_command()
    {
        using var folder = new TemporaryFolder();
        // With these parameters the simulator does not move on to its next sample feed, which other tests wait for.
        var feed = new Uri(fever.CreateClient("simulator", "http").BaseAddress!, "feed");
        var file = Path.Combine(folder.Path, "providers.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
              "Providers": [
                { "Name": "acme", "Url": "{{feed}}?plans=3", "Interval": 86400, "AllowedNetworks": [ "127.0.0.0/8", "::1/128" ] },
                { "Name": "beta", "Url": "{{feed}}?plans=5&format=ndjson", "Format": "planlist-ndjson", "Interval": 86400, "Limits": { "MaxRecords": 4 } },
              ],
            }
            """);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Fever_AppHost>(
            ["--environment=Development", $"--DATA_DIR={folder.Path}", $"--PROVIDERS_FILE={file}", "--SEARCH_REPLICAS=1"]);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("ingestor");
        var ingestor = app.CreateHttpClient("ingestor");

        var providers = await Eventually.BecomesAsync(
            () => ListAsync(ingestor, "providers"), providers => providers.All(provider => provider.GetProperty("last_outcome").ValueKind == JsonValueKind.String));

        Assert.Equal(["acme", "beta"], providers.Select(provider => provider.GetProperty("name").GetString()));
        Assert.Equal(3, providers[0].GetProperty("records").GetInt32());
        Assert.Contains("Limits:MaxRecords", providers[1].GetProperty("last_error").GetString(), StringComparison.Ordinal);

        foreach (var name in (string[])["acme", "beta"])
        {
            // The interval is a day: only the command can cause a second sync.
            Assert.Single(await ListAsync(ingestor, $"syncs?provider={name}"));

            var result = await app.ResourceCommands.ExecuteCommandAsync("ingestor", $"sync-{name}");

            Assert.True(result.Success, result.Message);
            await Eventually.BecomesAsync(() => ListAsync(ingestor, $"syncs?provider={name}"), syncs => syncs.Length == 2);
        }
    }

    private static async Task<JsonElement[]> ListAsync(HttpClient ingestor, string path)
    {
        var body = await ingestor.GetFromJsonAsync<JsonElement>(path);
        return [.. body.GetProperty("data").GetProperty(path.Split('?')[0]).EnumerateArray()];
    }
}
