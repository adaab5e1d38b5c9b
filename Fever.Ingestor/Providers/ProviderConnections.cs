using System.Net;
using System.Net.Sockets;
using Fever.Ingestor.Feeds;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Providers;

/// <summary>Looks up a host's addresses.</summary>
internal delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellationToken);

/// <summary>Who a request is for, and the address it was made for before service discovery had its say.</summary>
internal sealed class Destination(ProviderOptions provider, Uri address)
{
    public static readonly HttpRequestOptionsKey<Destination> Key = new(nameof(Destination));

    private int _connections;

    public ProviderOptions Provider => provider;

    /// <summary>The handler would by itself ask again, three times, when a connection closes without an answer, in a probe too.</summary>
    public bool IsFirstConnection => Interlocked.Increment(ref _connections) == 1;

    public bool IsOf(Uri other, UriComponents parts = UriComponents.SchemeAndServer) =>
        Uri.Compare(address, other, parts, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
}

/// <summary>
/// The connections to providers, which name any host they like in DNS and in redirects (server-side request forgery).
/// What is connected to is the very address that was checked: a name asked for twice may have two answers (DNS rebinding).
/// </summary>
internal sealed class ProviderConnections(NameLookup lookup, IHostEnvironment environment, TimeProvider time)
    : IConfigureNamedOptions<HttpClientFactoryOptions>
{
    private const string Prefix = "provider ";

    /// <summary>A client and a handler for each provider: a connection that one may use is not there for another.</summary>
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
        // Time limits are the poll's own, on its TimeProvider.
        options.HttpClientActions.Add(http => http.Timeout = Timeout.InfiniteTimeSpan);
    }

    private SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        // A proxy would look names up itself, and connect to whatever it finds.
        UseProxy = false,
        UseCookies = false,
        // Polls are minutes apart: each request has a connection of its own, to an address looked up and checked for it.
        PooledConnectionLifetime = TimeSpan.Zero,
        // The rest of a body that is given up is not read just to keep its connection.
        MaxResponseDrainSize = 0,
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var request = context.InitialRequestMessage;
        if (!request.Options.TryGetValue(Destination.Key, out var destination))
        {
            throw new InvalidOperationException("A request to a provider has a destination.");
        }

        if (!destination.IsFirstConnection)
        {
            throw new FeedException(FeedFault.Unreachable, $"the connection to {Quoted.Of(request.RequestUri!)} closed without an answer");
        }

        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var seconds = destination.Provider.Limits.ConnectTimeout;
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // Not every platform's lookup can be cancelled.
            var addresses = await lookup(host, either.Token).WaitAsync(either.Token);
            return await ConnectAsync(Allowed(addresses, host, destination, request.RequestUri!), port, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new FeedException(FeedFault.Timeout, $"no connection to {Quoted.Of(host)}:{port} in time (Limits:ConnectTimeout is {seconds} s)");
        }
    }

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private IPAddress[] Allowed(IPAddress[] addresses, string host, Destination destination, Uri discovered)
    {
        var provider = destination.Provider;
        // The operator's own word, like AllowedNetworks: the configured host, which the configuration of services
        // replaced by another. A redirect to a service's name is the provider's word.
        if (destination.IsOf(new Uri(provider.Url)) && !destination.IsOf(discovered, UriComponents.HostAndPort))
        {
            return addresses;
        }

        IPNetwork[] networks = [.. provider.AllowedNetworks.Select(network => IPNetwork.Parse(network))];
        IPAddress[] allowed = [.. addresses.Where(address => PublicNetworks.Contains(address) || IsAllowed(Plain(address), networks))];
        return allowed is not [] ? allowed : throw new FeedException(
            FeedFault.ForbiddenAddress,
            $"'{Quoted.Of(host)}' is at {string.Join(", ", addresses.Take(3))}: neither public nor in AllowedNetworks ({(networks is [] ? "none" : string.Join(", ", networks))})");
    }

    private bool IsAllowed(IPAddress address, IPNetwork[] networks) =>
        Array.Exists(networks, network => network.Contains(address)) || (environment.IsDevelopment() && IPAddress.IsLoopback(address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
