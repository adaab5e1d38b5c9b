using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fever.SearchApi.Search;

/// <summary>
/// The endpoint for the gateway, HTTP/2 without TLS (RFC 9113, 3.3): requests and responses of many clients share a
/// connection, and under load a packet and a system call. Kestrel cannot tell it from HTTP/1.1 on one port, so it has its own, whose
/// number is in <c>H2C_PORT</c>; it is one of those in <c>ASPNETCORE_URLS</c>. All other endpoints speak HTTP/1.1.
/// </summary>
internal static class GatewayEndpointExtensions
{
    public static void AddGatewayEndpoint(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<int?>("H2C_PORT") is { } port)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint =>
                endpoint.Protocols = endpoint.IPEndPoint?.Port == port ? HttpProtocols.Http2 : HttpProtocols.Http1));
        }
    }
}
