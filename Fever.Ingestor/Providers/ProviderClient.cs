using System.Net;
using Fever.Ingestor.Feeds;
using Polly;
using Polly.Retry;

namespace Fever.Ingestor.Providers;

/// <summary>Asks a provider for its feed, again when there is no answer or only a passing refusal.</summary>
internal sealed partial class ProviderClient(IHttpClientFactory clients, TimeProvider time, ILogger<ProviderClient> logger)
{
    /// <param name="provider">Who is asked.</param>
    /// <param name="known">The validators of the last complete sync; null to be given the feed in any case.</param>
    /// <param name="isProbe">Whether to ask only once.</param>
    /// <param name="cancellationToken">Ends the poll, also while the body is read.</param>
    /// <exception cref="FeedException">Whatever the provider does wrong, here or while the body is read.</exception>
    public async Task<FeedResponse> GetAsync(ProviderOptions provider, Validators? known, bool isProbe, CancellationToken cancellationToken)
    {
        var deadline = new PollDeadline(provider, time, cancellationToken);
        try
        {
            var request = new FeedRequest(clients.CreateClient(ProviderConnections.ClientName(provider)), provider, known, deadline);
            var answer = await Pipeline(provider, isProbe).ExecuteAsync(async _ => await request.SendAsync(), deadline.Over);
            return await OpenAsync(answer, provider, known, deadline);
        }
        catch (Exception exception)
        {
            using (deadline)
            {
                throw exception is OperationCanceledException over ? deadline.Overdue(over) : exception;
            }
        }
    }

    private async Task<FeedResponse> OpenAsync(HttpResponseMessage answer, ProviderOptions provider, Validators? known, PollDeadline deadline)
    {
        try
        {
            return Unchanged(answer, known, deadline) ?? await ChangedAsync(answer, provider, deadline);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static FeedResponse? Unchanged(HttpResponseMessage answer, Validators? known, PollDeadline deadline)
    {
        var validators = Validators.Of(answer);
        return answer.StatusCode switch
        {
            // What a 304 leaves out has not changed either.
            HttpStatusCode.NotModified when known is not null && FeedRequest.IsConditional(answer) =>
                new(answer, deadline, new(validators.ETag ?? known.ETag, validators.LastModified ?? known.LastModified)) { UnchangedBecause = UnchangedReason.NotModified },
            HttpStatusCode.OK when known is not null && validators.HasETagOf(known) =>
                new(answer, deadline, validators) { UnchangedBecause = UnchangedReason.SameETag },
            _ => null,
        };
    }

    private async Task<FeedResponse> ChangedAsync(HttpResponseMessage answer, ProviderOptions provider, PollDeadline deadline)
    {
        // Other successes are not a whole feed: what a 206 leaves out would be taken for vanished.
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new FeedException(FeedFault.Refused, $"the provider answered {(int)answer.StatusCode}") { RetryAfter = Patience.RetryAfter(answer, time.GetUtcNow()) };
        }

        var coding = FeedContentCoding.Of(answer);
        var length = answer.Content.Headers.ContentLength;
        if (length > provider.Limits.MaxCompressedBytes)
        {
            throw WireBody.TooLarge(provider.Limits);
        }

        var wire = new WireBody(await answer.Content.ReadAsStreamAsync(deadline.Over), length, provider.Limits, deadline, time);
        return new(answer, deadline, Validators.Of(answer)) { Unpacked = new FeedBody(wire, coding, provider.Limits) };
    }

    private ResiliencePipeline<HttpResponseMessage> Pipeline(ProviderOptions provider, bool isProbe)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (provider.Retries > 0 && !isProbe)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = provider.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(0.5),
                UseJitter = true,
                ShouldHandle = outcome => ValueTask.FromResult(IsPassing(outcome.Outcome)),
                OnRetry = retry =>
                {
                    var reason = Reason(retry.Outcome);
                    Log.Retrying(logger, provider.Name, reason, retry.RetryDelay.TotalSeconds);
                    return default;
                },
            });
        }

        return builder.Build();
    }

    /// <summary>A provider that says when to come back is not asked before.</summary>
    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is FeedException { Fault: FeedFault.Unreachable or FeedFault.Timeout }
        || outcome.Result is
        {
            StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests,
            Headers.RetryAfter: null,
        };

    private static string Reason(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception?.Message ?? $"it answered {(int)outcome.Result!.StatusCode}";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Provider}: {Reason}; trying again in {Seconds:0.0} s")]
        public static partial void Retrying(ILogger logger, string provider, string reason, double seconds);
    }
}
