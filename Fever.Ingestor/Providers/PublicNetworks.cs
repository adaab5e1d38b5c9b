using System.Net;
using System.Net.Sockets;

namespace Fever.Ingestor.Providers;

/// <summary>
/// The addresses that every provider may have: all but those that the IANA special-purpose address registries (RFC 6890)
/// list as not globally reachable, and those that a cloud uses for its own hosts. At the others there may be Fever's own
/// services, or the metadata and credentials of the machine.
/// </summary>
internal static class PublicNetworks
{
    // RFC 4291 §2.4: the only block that IANA assigns public IPv6 addresses from. Outside of it are loopback, link-local,
    // unique local (RFC 4193), multicast, and those that contain an IPv4 address: ::ffff:0:0/96, 64:ff9b::/96 (RFC 6052).
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special = [.. new[]
    {
        "0.0.0.0/8", // this host, RFC 791
        "10.0.0.0/8", // private, RFC 1918
        "100.64.0.0/10", // carrier-grade NAT, RFC 6598; Alibaba Cloud's metadata
        "127.0.0.0/8", // loopback, RFC 1122
        "168.63.129.16/32", // the host of every Azure machine: registered as public, but reached only from inside
        "169.254.0.0/16", // link-local, RFC 3927; the metadata of most clouds
        "172.16.0.0/12", // private, RFC 1918
        "192.0.0.0/24", // IETF protocol assignments, RFC 6890; Oracle Cloud's metadata
        "192.0.2.0/24", // documentation, RFC 5737
        "192.88.99.0/24", // 6to4 relays, RFC 7526
        "192.168.0.0/16", // private, RFC 1918
        "198.18.0.0/15", // benchmarks, RFC 2544
        "198.51.100.0/24", // documentation, RFC 5737
        "203.0.113.0/24", // documentation, RFC 5737
        "224.0.0.0/4", // multicast, RFC 5771
        "240.0.0.0/4", // reserved, RFC 1112; broadcast
        "2001::/23", // IETF protocol assignments, RFC 2928; Teredo addresses contain an IPv4 address
        "2001:db8::/32", // documentation, RFC 3849
        "2002::/16", // 6to4, RFC 3056, contains an IPv4 address
        "3fff::/20", // documentation, RFC 9637
    }.Select(network => IPNetwork.Parse(network))];

    public static bool Contains(IPAddress address) =>
        // IPNetwork treats some IPv4-mapped addresses as part of IPv6 networks that do not contain them.
        !address.IsIPv4MappedToIPv6
        && (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
        && !Array.Exists(Special, network => network.Contains(address));
}
