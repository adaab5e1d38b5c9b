namespace Fever.Ingestor.Providers;

/// <summary>How long an answer asks to be left alone.</summary>
internal static class Patience
{
    /// <summary>Seconds or a date (RFC 9110 §10.2.3); null when it does not say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage answer, DateTimeOffset now) => answer.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => NotNegative(date - now),
        _ => null,
    };

    /// <summary>For how much longer the answer is fresh: what a cache on the way has aged it counts (RFC 9111 §4.2).</summary>
    public static TimeSpan? MaxAge(HttpResponseMessage answer) =>
        answer.Headers.CacheControl is { NoStore: false, NoCache: false, MaxAge: { } maxAge }
            ? NotNegative(maxAge - (answer.Headers.Age ?? TimeSpan.Zero))
            : null;

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
