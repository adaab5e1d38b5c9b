using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fever.AppHost;

/// <summary>Once everything is healthy, says in a few lines where things are.</summary>
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

        var url = gateway.Url.TrimEnd('/');
        Console.WriteLine($"""

              Fever is up.
                Search     curl '{url}/search?starts_at=2021-02-01T00:00:00Z&ends_at=2022-07-03T00:00:00Z'
                Docs       {url}/
                Operate    {ingestor.Url.TrimEnd('/')}/providers
                Dashboard  {await DashboardAsync(stoppingToken)}
                Provider   {Shown(settings.ProviderUrl)}, every {settings.ProviderInterval} s
                Data       {Data()}
                Stop       Ctrl+C

            """);
    }

    /// <summary>Without user, password and query: a feed's address often carries a key.</summary>
    private static string Shown(string url) => new UriBuilder(url) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri.ToString();

    private string Data()
    {
        var folder = Path.Combine(settings.DataDirectory, Settings.DataVolume);
        return Directory.Exists(folder) ? folder : $"container volume {Settings.DataVolume}";
    }

    private async Task<string> DashboardAsync(CancellationToken cancellationToken)
    {
        if (settings.DashboardPort is not { } port)
        {
            return "off (DASHBOARD_PORT)";
        }

        var url = $"http://localhost:{port}/";
        try
        {
            using var client = http.CreateClient(nameof(Welcome));
            using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return url;
        }
        catch (HttpRequestException)
        {
            return "not running; make doctor says why";
        }
    }
}

internal static class WelcomeBuilding
{
    public static void AddWelcome(this IDistributedApplicationBuilder builder, EndpointReference gateway, EndpointReference ingestor, Settings settings)
    {
        builder.Services.AddHttpClient(nameof(Welcome)).RemoveAllLoggers();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Welcome>(services, gateway, ingestor, settings));
    }
}
