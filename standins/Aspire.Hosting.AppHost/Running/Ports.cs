using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

internal static class Ports
{
    private static readonly ConcurrentDictionary<int, bool> _given = new();

    /// <summary>Gives every endpoint its port, the one asked for unless ports are to be random.</summary>
    public static void Allocate(IEnumerable<IResource> resources, bool randomize)
    {
        foreach (var (resource, endpoint) in resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (resource, endpoint))))
        {
            if (randomize || endpoint.Port is not { } port)
            {
                endpoint.AllocatedPort = TakeFree();
                continue;
            }

            endpoint.AllocatedPort = IsFree(port)
                ? port
                : throw new DistributedApplicationException(
                    $"{resource.Name} cannot start: its port {port} is in use. Stop the program that listens there, or give {resource.Name} another port ({Setting(resource)}={port + 1}, for example).");
        }
    }

    private static string Setting(IResource resource) =>
        resource is DashboardResource ? DashboardResource.PortSetting : $"{ProcessEnvironment.Variable(resource.Name)}_PORT";

    /// <summary>Below the range the kernel takes outgoing connections' ports from, so that none can sit on it while a process restarts.</summary>
    private static int TakeFree()
    {
        for (; ; )
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            if (IsFree(port) && _given.TryAdd(port, true))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port) => CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    private static bool CanListen(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException exception)
        {
            // A machine may know IPv6 and yet have no such loopback address.
            return exception.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
