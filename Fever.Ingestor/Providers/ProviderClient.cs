using System.Net;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Providers;

/// <summary>Gets a provider's feed. It tries again when there is no response, or one that says that the provider has a passing problem.</summary>
internal sealed partial class ProviderClient(IHttpClientFactory clients, TimeProvider time, ILogger<ProviderClient> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);

    /// <param name="provider">The provider to poll.</param>
    /// <param name="known">The validators of the last complete sync; null to get the feed in any case.</param>
    /// <param name="isProbe">Whether to try only once, because the provider's circuit breaker is open.</param>
    /// <param name="cancellationToken">Ends the poll until there is a response.</param>
    /// <exception cref="FeedException">The provider did something wrong. Reading the body throws it, too.</exception>
    public async Task<ProviderResponse> GetAsync(ProviderOptions provider, Validators? known, bool isProbe, CancellationToken cancellationToken)
    {
        var poll = new TimeLimit(
            TimeSpan.FromSeconds(provider.Timeout), $"the feed did not arrive in time (Timeout is {provider.Timeout} s)", time);
        HttpResponseMessage? response = null;
        try
        {
            var request = new ProviderRequest(clients.CreateClient(ProviderConnections.ClientName(provider)), provider, known, time);
            response = await poll.RunAsync(cancellation => SendAsync(request, provider, isProbe ? 0 : provider.Retries, cancellation), cancellationToken);
            return Unchanged(response, known, poll) ?? Changed(response, provider.Limits, poll);
        }
        catch
        {
            response?.Dispose();
            poll.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(ProviderRequest request, ProviderOptions provider, int retries, CancellationToken cancellationToken)
    {
        for (var retry = 0; ; retry++)
        {
            string reason;
            try
            {
                var response = await request.SendAsync(cancellationToken);
                if (retry == retries || !IsTransient(response))
                {
                    return response;
                }

                reason = $"it responded with {(int)response.StatusCode}";
                response.Dispose();
            }
            catch (FeedException exception) when (retry < retries && exception.Fault is FeedFault.Unreachable or FeedFault.Timeout)
            {
                reason = exception.Message;
            }

            // With jitter, so that the providers on one failed host are not all tried again at the same moment.
            var delay = FirstDelay * Math.Pow(2, retry) * (0.5 + Random.Shared.NextDouble());
            Log.Retrying(logger, provider.Name, reason, delay.TotalSeconds);
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    /// <summary>Whether a second try may succeed. A provider that says when to come back is not tried before.</summary>
    private static bool IsTransient(HttpResponseMessage response) => response is
    {
        StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests,
        Headers.RetryAfter: null,
    };

    private static ProviderResponse? Unchanged(HttpResponseMessage response, Validators? known, TimeLimit poll)
    {
        var validators = Validators.Of(response);
        return response.StatusCode switch
        {
            // Only if the request was conditional. A validator that a 304 leaves out has not changed either.
            HttpStatusCode.NotModified when known is not null && response.RequestMessage!.Headers is { IfNoneMatch.Count: > 0 } or { IfModifiedSince: not null } =>
                new(response, poll)
                {
                    UnchangedReason = UnchangedReason.NotModified,
                    Validators = new(validators.ETag ?? known.ETag, validators.LastModified ?? known.LastModified),
                },
            HttpStatusCode.OK when known is not null && validators.HasETagOf(known) =>
                new(response, poll) { UnchangedReason = UnchangedReason.SameEtag, Validators = validators },
            _ => null,
        };
    }

    private ProviderResponse Changed(HttpResponseMessage response, FeedLimits limits, TimeLimit poll)
    {
        // Other successes are not a whole feed: the events that a 206 leaves out would be taken for vanished.
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new FeedException(FeedFault.Refused, $"the provider responded with {(int)response.StatusCode}")
            {
                RetryAfter = RetryAfter.FromHeader(response, time.GetUtcNow()),
            };
        }

        var coding = FeedContentCoding.Of(response);
        return response.Content.Headers.ContentLength > limits.MaxCompressedBytes
            ? throw new FeedException(FeedFault.TooLarge, ProviderResponseBody.TooLarge(limits))
            : new(response, poll, new ProviderResponseBody(response.Content, coding, limits, poll, time)) { Validators = Validators.Of(response) };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Provider}: {Reason}; trying again in {Seconds:0.0} s")]
        public static partial void Retrying(ILogger logger, string provider, string reason, double seconds);
    }
}
