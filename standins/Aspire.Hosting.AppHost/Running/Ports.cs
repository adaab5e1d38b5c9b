using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Aspire.Hosting.Running;

internal static class Ports
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>Gives every endpoint its port, the one asked for unless ports are to be random.</summary>
    public static void Allocate(IEnumerable<IResource> resources, bool randomize)
    {
        var holders = new Dictionary<int, IResource>();
        foreach (var (resource, endpoint) in resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (resource, endpoint))))
        {
            var port = randomize || endpoint.Port is null ? TakeFree() : endpoint.Port.Value;
            var fault = holders.TryGetValue(port, out var other) ? $"is {other.Name}'s too" : FaultOf(port);
            if (fault is not null)
            {
                throw new DistributedApplicationException(
                    $"{resource.Name} cannot start: its port {port} {fault}. Stop the program that listens there, or give {resource.Name} another port, for example {ProcessEnvironment.Variable(resource.Name).ToUpperInvariant()}_PORT={Math.Max(port + 1, 1024)}.");
            }

            endpoint.AllocatedPort = port;
            holders[port] = resource;
        }
    }

    private static string? FaultOf(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AccessDenied ? "is for privileged users only" : "is in use";
        }
    }

    /// <summary>Below the range the kernel takes outgoing connections' ports from, so that none can sit on it while a process restarts.</summary>
    private static int TakeFree()
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return Enumerable.InfiniteSequence(0, 1).Select(_ => RandomNumberGenerator.GetInt32(15_000, 32_000)).First(port => !listening.Contains(port) && Given.TryAdd(port, true));
    }
}
