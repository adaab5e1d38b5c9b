using Fever.Bench.Search.Loads;

namespace Fever.Bench.Search.Cases;

/// <summary>One kind of load.</summary>
/// <param name="Name">In the report.</param>
/// <param name="LoadAsync">Puts it on for so many seconds.</param>
/// <param name="CheckAsync">Looks whether what it asks for is answered right.</param>
internal sealed record SearchCase(
    string Name, Func<int, CancellationToken, Task<Outcome>> LoadAsync, Func<CancellationToken, Task> CheckAsync)
{
    public const string Hot = "hot";
    public const string HotCompressed = "hot, gzip";
    public const string NotModified = "hot, 304";
    public const string Now = "now";
    public const string NowPrecise = "now, milliseconds";
    public const string Different = "all different";
    public const string Wide = "wide";
    public const string Paged = "paged";
    public const string Mixed = "mixed";
    public const string HotDirect = "replica alone, hot";
    public const string DifferentDirect = "replica alone, all different";
    public const string NginxCache = "nginx proxy_cache";
    public const string NginxPass = "nginx proxy_pass";
    public const string PostgresFew = "pgbench, 8 clients";
    public const string PostgresMany = "pgbench, 32 clients";
    public const string Open = "hot, 10,000 a second offered";
}

/// <summary>One load as it was measured.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Round">From 1.</param>
/// <param name="Outcome">What was met.</param>
/// <param name="Processor">Microseconds per request, of each part.</param>
internal sealed record Measurement(string Case, int Round, Outcome Outcome, IReadOnlyDictionary<string, double> Processor);
