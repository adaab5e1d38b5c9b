using System.Collections.Concurrent;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

internal static class Ports
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>Gives every endpoint its port, the one asked for unless ports are to be random.</summary>
    public static void Allocate(IResource resource, bool randomize)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.AllocatedPort = randomize ? TakeFree() : endpoint.Port ?? TakeFree();
            if (!IsFree(endpoint.AllocatedPort.Value))
            {
                throw new DistributedApplicationException(
                    $"{resource.Name} cannot start: its port {endpoint.Port} is in use. Stop the program that listens there, or give {resource.Name} another port, for example {ProcessEnvironment.Variable(resource.Name)}_PORT={endpoint.Port + 1}.");
            }
        }
    }

    /// <summary>Below the range the kernel takes outgoing connections' ports from, so that none can sit on it while a process restarts.</summary>
    private static int TakeFree()
    {
        int port;
        do
        {
            port = RandomNumberGenerator.GetInt32(15_000, 32_000);
        }
        while (!IsFree(port) || !Given.TryAdd(port, true));
        return port;
    }

    private static bool IsFree(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().All(listener => listener.Port != port);
}
