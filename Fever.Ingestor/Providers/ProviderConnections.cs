using System.Net;
using System.Net.Sockets;
using Fever.Ingestor.Feeds;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Providers;

/// <summary>Looks up the addresses of a host in DNS.</summary>
internal delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellationToken);

/// <summary>The provider that a request is sent to, and its address before service discovery replaces the host.</summary>
internal sealed class Destination(ProviderOptions provider, Uri address)
{
    public static readonly HttpRequestOptionsKey<Destination> Key = new(nameof(Destination));

    private int _connections;

    public ProviderOptions Provider => provider;

    /// <summary>True once: when a connection closes without a response, the handler would by itself try again three times, even in a probe.</summary>
    public bool TryUseConnection() => Interlocked.Increment(ref _connections) == 1;

    public bool IsOf(Uri other, UriComponents parts = UriComponents.SchemeAndServer) =>
        Uri.Compare(address, other, parts, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
}

/// <summary>
/// The connections to providers, which can name any host in DNS and in redirects (server-side request forgery). The
/// addresses are checked after the look-up and connected to without another one, which could return others (DNS rebinding).
/// </summary>
internal sealed class ProviderConnections(NameLookup lookup, IHostEnvironment environment, TimeProvider time)
    : IConfigureNamedOptions<HttpClientFactoryOptions>
{
    private const string Prefix = "provider ";

    /// <summary>Each provider has its own client and handler, so that none uses a connection that only another may use.</summary>
    public static string ClientName(ProviderOptions provider) => Prefix + provider.Name;

    public void Configure(HttpClientFactoryOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, HttpClientFactoryOptions options)
    {
        if (name?.StartsWith(Prefix, StringComparison.Ordinal) != true)
        {
            return;
        }

        options.HandlerLifetime = Timeout.InfiniteTimeSpan;
        options.HttpMessageHandlerBuilderActions.Add(builder => builder.PrimaryHandler = CreateHandler());
        // The poll has time limits of its own, which use the TimeProvider.
        options.HttpClientActions.Add(http => http.Timeout = Timeout.InfiniteTimeSpan);
    }

    private SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        // A proxy would look up the name itself and connect to any address.
        UseProxy = false,
        UseCookies = false,
        // Polls are minutes apart. Each request has its own connection, to an address that was looked up and checked for it.
        PooledConnectionLifetime = TimeSpan.Zero,
        // When the rest of a body is not wanted, it is not read just to keep the connection.
        MaxResponseDrainSize = 0,
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var request = context.InitialRequestMessage;
        if (!request.Options.TryGetValue(Destination.Key, out var destination))
        {
            throw new InvalidOperationException("A request to a provider must have a destination.");
        }

        if (!destination.TryUseConnection())
        {
            throw new FeedException(FeedFault.Unreachable, $"the connection to {request.RequestUri!.Origin()} closed without a response");
        }

        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var seconds = destination.Provider.Limits.ConnectTimeout;
        using var limit = new TimeLimit(
            TimeSpan.FromSeconds(seconds), $"no connection to {host.Sanitize()}:{port} in time (Limits:ConnectTimeout is {seconds} s)", time);
        var socket = await limit.RunAsync(
            async cancellation =>
            {
                // Not every platform can cancel a look-up.
                var addresses = await lookup(host, cancellation).WaitAsync(cancellation);
                return await HappyEyeballs.ConnectAsync(Allowed(addresses, host, destination, request.RequestUri!), port, time, cancellation);
            },
            cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private IPAddress[] Allowed(IPAddress[] addresses, string host, Destination destination, Uri discovered)
    {
        var provider = destination.Provider;
        // The operator chose this host: the configuration of service discovery replaces the configured host by it. A redirect
        // to the name of a service is the provider's choice, so that service's addresses are checked.
        if (destination.IsOf(new Uri(provider.Url)) && !destination.IsOf(discovered, UriComponents.HostAndPort))
        {
            return addresses;
        }

        IPNetwork[] networks = [.. provider.AllowedNetworks.Select(network => IPNetwork.Parse(network))];
        IPAddress[] allowed = [.. addresses.Where(address => PublicNetworks.Contains(address) || IsAllowed(Unmapped(address), networks))];
        return allowed is not [] ? allowed : throw new FeedException(
            FeedFault.ForbiddenAddress,
            $"'{host.Sanitize()}' is at {string.Join(", ", addresses.Take(3))}: neither public nor in AllowedNetworks ({(networks is [] ? "none" : string.Join(", ", networks))})");
    }

    private bool IsAllowed(IPAddress address, IPNetwork[] networks) =>
        Array.Exists(networks, network => network.Contains(address)) || (environment.IsDevelopment() && IPAddress.IsLoopback(address));

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
