using System.Net;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>Alone, because the proxy is the process's.</summary>
[CollectionDefinition(nameof(ProxyTests), DisableParallelization = true)]
[Collection(nameof(ProxyTests))]
public sealed class ProxyTests
{
    [Fact]
    public async Task Proxy_of_the_environment_is_not_used()
    {
        using var proxy = RawProvider.Responding("proxied");
        using var provider = RawProvider.Responding("<planList/>");
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy($"http://127.0.0.1:{proxy.Port}");
        try
        {
            using var poller = new Poller(provider.Url);

            Assert.Equal("<planList/>", await poller.ReadAsync());
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }
}
