using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>Where a provider may send a poll.</summary>
public sealed class RedirectTests
{
    private static readonly Validators Known = new("\"a\"", null);

    [Theory]
    [InlineData(301, "/other?x=1", "GET /other?x=1 ")]
    [InlineData(302, "other", "GET /other ")]
    [InlineData(303, "?page=2", "GET /feed?page=2 ")]
    [InlineData(307, "//127.0.0.1:{0}/x", "GET /x ")]
    [InlineData(308, "http://127.0.0.1:{0}/y#part", "GET /y ")]
    public async Task Redirects_are_followed(int status, string location, string request)
    {
        using var provider = new RawProvider(exchange => exchange.Number == 1
            ? exchange.RedirectAsync(location.Replace("{0}", $"{((IPEndPoint)exchange.Socket.LocalEndPoint!).Port}", StringComparison.Ordinal), status)
            : exchange.RespondAsync("<planList/>"));
        using var poller = new Poller(provider.Url);

        Assert.Equal("<planList/>", await poller.ReadAsync(Known));
        Assert.StartsWith(request, provider.Requests.Last(), StringComparison.Ordinal);
        Assert.All(provider.Requests, head => Assert.Contains("If-None-Match: \"a\"", head, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Redirects_are_followed_so_many_times_and_no_more(int redirects, bool isRead)
    {
        using var provider = new RawProvider(exchange => exchange.Number <= redirects ? exchange.RedirectAsync("/feed") : exchange.RespondAsync("<planList/>"));
        using var poller = new Poller(provider.Url);

        if (isRead)
        {
            Assert.Equal("<planList/>", await poller.ReadAsync());
        }
        else
        {
            await poller.FailsAsync(FeedFault.Redirect, "(Limits:MaxRedirects is 5)");
        }

        Assert.Equal(6, provider.Requests.Count);
    }

    [Theory]
    [InlineData(null, nameof(FeedFault.Redirect), "redirects (302) to '', which is not an address")]
    [InlineData("", nameof(FeedFault.Redirect), "to '', which is not an address")]
    [InlineData("http://", nameof(FeedFault.Redirect), "to 'http://', which is not an address")]
    [InlineData("http://a b/", nameof(FeedFault.Redirect), "which is not an address")]
    [InlineData("ftp://127.0.0.1/feed", nameof(FeedFault.ForbiddenAddress), "redirects to 'ftp:', only http and https are followed")]
    [InlineData("file:///etc/passwd", nameof(FeedFault.ForbiddenAddress), "'file:'")]
    [InlineData("javascript:alert(1)", nameof(FeedFault.ForbiddenAddress), "'javascript:'")]
    public async Task Redirects_elsewhere_than_the_web_are_not_followed(string? location, string fault, string message)
    {
        using var provider = new RawProvider(exchange => exchange.RedirectAsync(location));
        using var poller = new Poller(provider.Url);

        await poller.FailsAsync(Enum.Parse<FeedFault>(fault), message);
        Assert.Single(provider.Requests);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data", "'169.254.169.254' is at 169.254.169.254")]
    [InlineData("http://10.0.0.1/", "'10.0.0.1' is at 10.0.0.1: neither public nor in AllowedNetworks (127.0.0.1/32)")]
    [InlineData("http://127.0.0.2/", "127.0.0.2")]
    [InlineData("http://2130706434/", "127.0.0.2")]
    [InlineData("http://0x7f.0.0.2/", "127.0.0.2")]
    [InlineData("http://[::1]/", "::1")]
    [InlineData("http://[::ffff:127.0.0.2]/", "::ffff:127.0.0.2")]
    [InlineData("http://internal.example/", "'internal.example' is at 10.1.2.3")]
    [InlineData("http://warehouse/", "'127.0.0.2' is at 127.0.0.2")]
    public async Task Redirects_into_a_network_that_is_not_allowed_are_not_followed(string location, string message)
    {
        using var provider = new RawProvider(exchange => exchange.RedirectAsync(location));
        using var inside = new RawProvider(exchange => exchange.RespondAsync("secret"), "127.0.0.2");
        using var poller = Poller.InProduction(
            provider.Url,
            (host, cancellation) => host == "internal.example" ? Task.FromResult<IPAddress[]>([IPAddress.Parse("10.1.2.3")]) : Dns.GetHostAddressesAsync(host, cancellation),
            ("AllowedNetworks:0", "127.0.0.1/32"),
            // This client knows the names of our services, too, but a provider must not redirect to one.
            ("Services:warehouse:http:0", $"http://127.0.0.2:{inside.Port}"));

        await poller.FailsAsync(FeedFault.ForbiddenAddress, message);
        Assert.Single(provider.Requests);
        Assert.Empty(inside.Requests);
    }

    [Fact]
    public async Task Validators_are_not_sent_to_another_origin_but_compared_there_too()
    {
        using var other = RawProvider.Responding("<planList/>", "ETag: \"a\"");
        using var provider = new RawProvider(exchange => exchange.RedirectAsync(other.Url));
        using var poller = new Poller(provider.Url);

        await using var response = await poller.GetAsync(Known);

        Assert.Equal(UnchangedReason.SameEtag, response.UnchangedReason);
        Assert.Contains("If-None-Match", Assert.Single(provider.Requests), StringComparison.Ordinal);
        Assert.DoesNotContain("If-None-Match", Assert.Single(other.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/feed", nameof(FeedFault.Redirect), "from https to http://127.0.0.1:9, only https")]
    [InlineData("https://127.0.0.1:9/feed", nameof(FeedFault.Unreachable), "no response from https://127.0.0.1:9")]
    public async Task Redirect_never_leaves_https(string location, string fault, string message)
    {
        using var certificate = Certificate();
        using var provider = new RawProvider(exchange => exchange.RedirectAsync(location), certificate: certificate);
        using var poller = Poller.Trusting(certificate, $"https://127.0.0.1:{provider.Port}/", ("Retries", "0"));

        await poller.FailsAsync(Enum.Parse<FeedFault>(fault), message);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=provider", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
