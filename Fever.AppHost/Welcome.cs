using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fever.AppHost;

/// <summary>Prints the addresses of the app once everything is healthy.</summary>
internal sealed class Welcome(
    ResourceNotificationService resources,
    IHttpClientFactory http,
    EndpointReference gateway,
    EndpointReference ingestor,
    Settings settings) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await resources.WaitForResourceHealthyAsync("gateway", stoppingToken);

        Console.WriteLine($"""

              Fever is up.
                Search     curl '{gateway.Url.TrimEnd('/')}{Settings.SampleSearch}'
                Docs       {gateway.Url.TrimEnd('/')}/
                Operate    {ingestor.Url.TrimEnd('/')}/providers
                Dashboard  {await DashboardAsync(stoppingToken)}
                Providers  {string.Join(", ", settings.Providers.All.Select(Describe))}
                Data       {settings.DataDirectory} (in containers: volume {settings.DataVolume})
                Stop       Ctrl+C

            """);
    }

    /// <summary>Without user, password and query: a feed's URL often contains a key.</summary>
    private static string Describe(Provider provider) =>
        Uri.TryCreate(provider.Url, UriKind.Absolute, out var url)
            ? $"{provider.Name} ({new UriBuilder(url) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri})"
            : provider.Name;

    private async Task<string> DashboardAsync(CancellationToken cancellationToken)
    {
        if (settings.DashboardUrl is not { } url)
        {
            return "off (DASHBOARD_PORT)";
        }

        try
        {
            using var client = http.CreateClient(nameof(Welcome));
            using var response = await client.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return url;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return "not running; make doctor says why";
        }
    }
}

internal static class WelcomeExtensions
{
    public static void AddWelcome(this IDistributedApplicationBuilder builder, EndpointReference gateway, EndpointReference ingestor, Settings settings)
    {
        builder.Services.AddHttpClient(nameof(Welcome)).RemoveAllLoggers();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Welcome>(services, gateway, ingestor, settings));
    }
}
