using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Fever.Ingestor.Providers;

/// <summary>Asks a provider for its feed, again when there is no answer or only a passing refusal.</summary>
internal sealed partial class ProviderClient(HttpClient http, TimeProvider time, ILogger<ProviderClient> logger)
{
    /// <summary>The answer's headers are in, its body is still to be read.</summary>
    /// <exception cref="HttpRequestException">The last attempt got no answer, or one that is not a success.</exception>
    /// <exception cref="TimeoutRejectedException">The last attempt got no answer in its share of the time.</exception>
    public async Task<HttpResponseMessage> GetAsync(ProviderOptions provider, CancellationToken cancellationToken)
    {
        var response = await Pipeline(provider).ExecuteAsync(
            async cancellation => await http.GetAsync(new Uri(provider.Url), HttpCompletionOption.ResponseHeadersRead, cancellation),
            cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        response.Dispose();
        throw new HttpRequestException($"the provider answered {(int)response.StatusCode}", inner: null, response.StatusCode);
    }

    private ResiliencePipeline<HttpResponseMessage> Pipeline(ProviderOptions provider)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (provider.Retries > 0)
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

        // An attempt that hangs must leave the others their share of the time.
        return builder.AddTimeout(TimeSpan.FromSeconds(provider.Timeout) / (provider.Retries + 1)).Build();
    }

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    private static string Reason(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception?.Message ?? $"it answered {(int)outcome.Result!.StatusCode}";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Provider}: {Reason}; trying again in {Seconds:0.0} s")]
        public static partial void Retrying(ILogger logger, string provider, string reason, double seconds);
    }
}
