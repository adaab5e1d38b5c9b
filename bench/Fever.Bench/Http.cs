using Microsoft.Extensions.DependencyInjection;

namespace Fever.Bench;

internal static class Http
{
    private static readonly IHttpClientFactory Clients =
        new ServiceCollection().AddHttpClient().ConfigureHttpClientDefaults(client => client.RemoveAllLoggers()).BuildServiceProvider().GetRequiredService<IHttpClientFactory>();

    public static HttpClient ClientOf(Uri service)
    {
        var client = Clients.CreateClient(service.Authority);
        client.BaseAddress = service;
        return client;
    }
}
