using Yarp.ReverseProxy.Forwarder;

namespace Fever.Gateway.Retries;

internal static class ReplicaErrorExtensions
{
    /// <summary>
    /// How the replica failed the request just forwarded: no connection, no response in time, or a response cut short.
    /// Null when it responded, with any status, and when the client left, which is not the replica's failure.
    /// </summary>
    public static ForwarderError? GetReplicaError(this HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>()?.Error
            is (ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination) and var error
            ? error
            : null;
}
