using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fever.AppHost;

/// <summary>The Ingestor's configuration of its providers, and its commands on the dashboard.</summary>
internal static class IngestorExtensions
{
    /// <summary>Every URL is a secret parameter: a feed's URL often contains a key.</summary>
    public static IResourceBuilder<ProjectResource> WithProviders(this IResourceBuilder<ProjectResource> ingestor, ProviderSettings providers)
    {
        for (var index = 0; index < providers.All.Count; index++)
        {
            var (name, url, options) = providers.All[index];
            var parameter = ingestor.ApplicationBuilder.AddParameter($"provider-{index}-url", url, secret: !providers.IncludeSimulator)
                .WithDescription($"Where the feed of {name} is (PROVIDER_URL, PROVIDERS_FILE).");
            ingestor.WithEnvironment($"Providers__{index}__Name", name).WithEnvironment($"Providers__{index}__Url", parameter);
            ingestor.WithVariables($"Providers__{index}", options);
        }

        return ingestor.WithVariables("Retention", providers.Retention);
    }

    public static IResourceBuilder<ProjectResource> WithOperatorCommands(this IResourceBuilder<ProjectResource> ingestor, ProviderSettings providers)
    {
        foreach (var provider in providers.All)
        {
            var displayName = providers.All.Count == 1 ? "Sync now" : $"Sync {provider.Name} now";
            ingestor.WithHttpCommand($"/providers/{provider.Name}/sync", displayName, commandName: $"sync-{provider.Name}", commandOptions: new()
            {
                Description = $"Poll {provider.Name} as soon as possible.",
                IconName = "ArrowSync",
                IsHighlighted = provider == providers.All[0],
                UpdateState = WhileHealthy,
            });
        }

        return ingestor.WithCommand("show-rejects", "Show rejects", ShowRejectsAsync(ingestor.GetEndpoint("http")), new()
        {
            Description = "The records that were set aside, the latest first, each with its reason and text.",
            IconName = "DocumentError",
            UpdateState = WhileHealthy,
        });
    }

    private static Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ShowRejectsAsync(EndpointReference operatorApi) => async context =>
    {
        using var client = context.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        var rejects = await client.GetStringAsync(new Uri($"{operatorApi.Url}/rejects"), context.CancellationToken);
        return CommandResults.Success("Rejected records", rejects, CommandResultFormat.Json, displayImmediately: true);
    };

    private static ResourceCommandState WhileHealthy(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static IResourceBuilder<ProjectResource> WithVariables(this IResourceBuilder<ProjectResource> ingestor, string section, IReadOnlyDictionary<string, string?> options)
    {
        foreach (var (key, value) in options)
        {
            ingestor.WithEnvironment($"{section}__{key.Replace(":", "__", StringComparison.Ordinal)}", value);
        }

        return ingestor;
    }
}
