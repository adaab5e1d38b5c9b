using Yarp.ReverseProxy.Forwarder;

namespace Fever.Gateway.Retries;

internal static class ReplicaFailure
{
    /// <summary>
    /// How the replica failed the request just forwarded: no connection, no answer (in time), or an answer broken off.
    /// Null when it answered, with whatever status, and when the client left: that is nobody's failure.
    /// </summary>
    public static ForwarderError? Of(HttpContext context)
    {
        var error = context.Features.Get<IForwarderErrorFeature>()?.Error;
        var isReplicas = error
            is ForwarderError.Request
            or ForwarderError.RequestTimedOut
            or ForwarderError.ResponseHeaders
            or ForwarderError.ResponseBodyDestination
            or ForwarderError.ResponseBodyCanceled;
        return isReplicas && !context.RequestAborted.IsCancellationRequested ? error : null;
    }
}
