using Microsoft.Extensions.ObjectPool;

namespace Fever.Gateway.Forwarding;

/// <summary>
/// Cancels a request whose response headers do not arrive in time; YARP reports that as <c>RequestTimedOut</c>. YARP's own
/// <c>ActivityTimeout</c> cannot be that short, because it also ends responses whose client reads slowly.
/// </summary>
internal sealed class ResponseHeadersTimeoutHandler(HttpMessageHandler inner, TimeSpan timeout) : DelegatingHandler(inner)
{
    // A source and its timer per request are most of what a timeout costs.
    private readonly DefaultObjectPool<CancellationTokenSource> _sources = new(new ResettablePolicy(), maximumRetained: 1024);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var source = _sources.Get();
        try
        {
            using var link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
            source.CancelAfter(timeout);
            return await base.SendAsync(request, source.Token);
        }
        finally
        {
            _sources.Return(source);
        }
    }

    private sealed class ResettablePolicy : PooledObjectPolicy<CancellationTokenSource>
    {
        public override CancellationTokenSource Create() => new();

        public override bool Return(CancellationTokenSource obj) => obj.TryReset();
    }
}
