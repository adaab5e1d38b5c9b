using Fever.Gateway.Retries;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Fever.Gateway.Forwarding;

/// <summary>Makes the client whose HTTP/2 connections all requests to the replicas share.</summary>
internal sealed class ReplicaHttpClientFactory(IOptions<RetryOptions> options, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        // How much of a response the gateway buffers for a slow client. A replica that sends a long one waits for a
        // window update a quarter as often as with the default of 64 KiB.
        handler.InitialHttp2StreamWindowSize = 256 * 1024;
        // A replica that hangs during a response is noticed by its pings: a pause in the body may be the client's.
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(2);
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        // In KiB. A response whose headers are longer ends the connection and with it the responses to other clients;
        // the default of 64 is within reach of a replica that puts a percent-encoded target into a header.
        handler.MaxResponseHeadersLength = 128;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new ResponseHeadersTimeoutHandler(handler, options.Value.ResponseHeadersTimeout);
}
