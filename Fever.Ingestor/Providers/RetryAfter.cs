namespace Fever.Ingestor.Providers;

/// <summary>How long a provider asks not to be polled.</summary>
internal static class RetryAfter
{
    /// <summary>By <c>Retry-After</c>, in seconds or as a date (RFC 9110 §10.2.3); null when the response has none.</summary>
    public static TimeSpan? FromHeader(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delay } => delay,
        { Date: { } date } => NotNegative(date - now),
        _ => null,
    };

    /// <summary>By <c>max-age</c>, less the time that the response has spent in caches on the way (RFC 9111 §4.2); null when it is not said, or when the response must not be stored.</summary>
    public static TimeSpan? FromMaxAge(HttpResponseMessage response) =>
        response.Headers.CacheControl is { NoStore: false, NoCache: false, MaxAge: { } maxAge }
            ? NotNegative(maxAge - (response.Headers.Age ?? TimeSpan.Zero))
            : null;

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
