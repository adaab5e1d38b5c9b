using System.Net;
using System.Net.Sockets;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Tests.Harness;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>What Fever connects to, and what it does not.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("1.1.1.1", true)]
    [InlineData("9.255.255.255", true)]
    [InlineData("11.0.0.0", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.128.0.0", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.167.255.255", true)]
    [InlineData("198.17.255.255", true)]
    [InlineData("223.255.255.255", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("2a00:1450:4003::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.255.255.255", false)]
    [InlineData("10.0.0.0", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("100.64.0.0", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("168.63.129.15", true)]
    [InlineData("168.63.129.16", false)]
    [InlineData("168.63.129.17", true)]
    [InlineData("::ffff:168.63.129.16", false)]
    [InlineData("169.254.0.23", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("169.254.170.23", false)]
    [InlineData("172.16.0.0", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.0.0.192", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.88.99.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("239.255.255.255", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::8.8.8.8", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::8.8.8.8", false)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("100::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("3fff::1", false)]
    [InlineData("5f00::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fd00:42::42", false)]
    [InlineData("fd20:ce::254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Address_is_public_unless_a_registry_or_a_cloud_uses_it_otherwise(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicNetworks.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("[::1]", "::1")]
    [InlineData("[::ffff:127.0.0.1]", "::ffff:127.0.0.1")]
    [InlineData("private.example", "192.168.0.1, fd00::1")]
    public async Task Host_that_is_not_public_is_not_connected_to(string host, string addresses)
    {
        using var provider = RawProvider.Responding("<planList/>");
        using var poller = Poller.InProduction(
            $"http://{host}:{provider.Port}/",
            (name, cancellation) => name == "private.example" ? Addresses("192.168.0.1", "fd00::1") : Dns.GetHostAddressesAsync(name, cancellation));

        var exception = await Poller.FaultOfAsync(poller.GetAsync());

        Assert.Equal(FeedFault.ForbiddenAddress, exception.Fault);
        Assert.StartsWith($"'{host}' is at {addresses}", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("neither public nor in AllowedNetworks (none)", exception.Message, StringComparison.Ordinal);
        Assert.Empty(provider.Requests);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("localhost")]
    public async Task Loopback_is_allowed_in_development(string host)
    {
        using var provider = RawProvider.Responding("<planList/>");
        using var poller = new Poller($"http://{host}:{provider.Port}/");

        Assert.Equal("<planList/>", await poller.ReadAsync());
    }

    [Fact]
    public async Task Development_allows_nothing_but_loopback()
    {
        using var poller = new Poller("http://10.0.0.1/");

        await poller.FailsAsync(FeedFault.ForbiddenAddress, "'10.0.0.1' is at 10.0.0.1");
    }

    [Fact]
    public async Task Address_in_an_allowed_network_is_the_only_one_of_its_host_that_is_connected_to()
    {
        using var forbidden = RawProvider.Responding("secret");
        using var provider = new RawProvider(exchange => exchange.RespondAsync("<planList/>"), "127.0.0.2");
        using var poller = Poller.InProduction(
            $"http://feed.example:{provider.Port}/", (_, _) => Addresses("127.0.0.3", "10.0.0.1", "127.0.0.2"), ("AllowedNetworks:0", "127.0.0.2/32"));

        Assert.Equal("<planList/>", await poller.ReadAsync());
    }

    [Fact]
    public async Task Name_is_looked_up_for_each_poll_and_connected_to_where_it_was_checked()
    {
        var lookups = 0;
        // A web server that keeps its connections open, so that one could be used again.
        await using var provider = await StubProvider.StartAsync();
        using var poller = Poller.InProduction(
            $"http://localhost:{new Uri(provider.Url).Port}/feed",
            (_, _) => lookups++ == 0 ? Addresses("127.0.0.1") : Addresses("127.0.0.2"),
            ("AllowedNetworks:0", "127.0.0.1/32"));

        Assert.Contains("planList", await poller.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal(1, lookups);

        await poller.FailsAsync(FeedFault.ForbiddenAddress, "'localhost' is at 127.0.0.2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Next_address_of_a_host_is_connected_to_when_one_hangs_or_refuses(bool hangs)
    {
        using var provider = new RawProvider(exchange => exchange.RespondAsync("<planList/>"), "127.0.0.2");
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (hangs)
        {
            // Once the backlog is full, Linux drops requests for further connections, as if nothing had this address.
            server.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.3"), provider.Port));
            server.Listen(0);
            await client.ConnectAsync(server.LocalEndPoint!);
        }

        using var poller = Poller.InProduction(
            $"http://feed.example:{provider.Port}/", (_, _) => Addresses("127.0.0.3", "127.0.0.2"), ("AllowedNetworks:0", "127.0.0.0/8"), ("Limits:ConnectTimeout", "600"), ("Retries", "0"));
        var polling = poller.ReadAsync();
        await poller.PassTimeUntilAsync(() => polling.IsCompleted);

        Assert.Equal("<planList/>", await polling);
    }

    [Fact]
    public async Task Other_clients_of_the_service_connect_to_whatever_they_are_told_to()
    {
        using var collector = RawProvider.Responding("telemetry");
        using var poller = Poller.InProduction("http://feed.example/");

        Assert.Equal("telemetry", await poller.OtherClient().GetStringAsync(new Uri(collector.Url)));
    }

    [Fact]
    public async Task Address_that_service_discovery_gives_the_configured_host_is_allowed()
    {
        using var provider = new RawProvider(exchange => exchange.Number == 1 ? exchange.RedirectAsync("/moved") : exchange.RespondAsync("<planList/>"));
        using var poller = Poller.InProduction("http://simulator/feed", lookup: null, ("Services:simulator:http:0", $"http://127.0.0.1:{provider.Port}"));

        Assert.Equal("<planList/>", await poller.ReadAsync());
        Assert.StartsWith("GET /moved ", provider.Requests.Last(), StringComparison.Ordinal);
    }

    private static Task<IPAddress[]> Addresses(params string[] addresses) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]);
}
