using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Tests;

[Collection(nameof(SharedServers))]
public sealed class OptionsTests(Servers servers)
{
    [Fact]
    public async Task Everything_wrong_with_the_providers_is_said_at_once_at_start()
    {
        await using var ingestor = new IngestorApp("Host=127.0.0.1", new()
        {
            ["Providers:0:Url"] = "http://127.0.0.1/",
            ["Providers:1:Name"] = "Ünfit",
            ["Providers:1:Url"] = "ftp://127.0.0.1/",
            ["Providers:1:Interval"] = "0",
            ["Providers:1:Timeout"] = "0",
            ["Providers:1:Retries"] = "-1",
            ["Providers:1:TimeZone"] = "Mars/Olympus",
            ["Providers:2:Name"] = "same",
            ["Providers:2:Url"] = "feed.xml",
            ["Providers:3:Name"] = "same",
            ["Providers:4:Interval"] = "often",
            ["Providers:5:Intervall"] = "300",
        });

        var refusal = Assert.Throws<OptionsValidationException>(ingestor.StartServer);

        Assert.Equal(
        [
            "Providers:0:Name", "Providers:1:Interval", "Providers:1:Name", "Providers:1:Retries", "Providers:1:TimeZone",
            "Providers:1:Timeout", "Providers:1:Url", "Providers:2:Url", "Providers:3:Name", "Providers:3:Url",
            "Providers:4", "Providers:5",
        ], refusal.Failures.Select(failure => failure[..failure.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Contains("'often' at 'Providers:4:Interval'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'Intervall'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_providers_it_runs_and_says_so()
    {
        await using var ingestor = await IngestorApp.StartAsync(servers);

        await ingestor.WaitForLogAsync("No provider is configured");
    }
}
