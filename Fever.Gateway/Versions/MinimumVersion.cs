using System.Globalization;

namespace Fever.Gateway.Versions;

/// <summary>
/// The highest catalog version of any response so far. Replicas learn of a new version up to a polling interval apart;
/// each request carries this one to them, so that no client sees an older catalog after a newer one (monotonic reads).
/// </summary>
internal sealed class MinimumVersion
{
    private Entry? _current;

    /// <summary>Null before the first response.</summary>
    public long? Value => Volatile.Read(ref _current)?.Version;

    /// <summary>The value as a request header; null before the first response.</summary>
    public string? HeaderValue => Volatile.Read(ref _current)?.HeaderValue;

    /// <summary>The catalog's time resolution in this version, in seconds; null when no replica has told it.</summary>
    public short? TimeResolution => Volatile.Read(ref _current)?.TimeResolution;

    /// <param name="requested">The minimum version that the request carried.</param>
    /// <param name="version">The version of its response.</param>
    /// <param name="timeResolution">The catalog's time resolution in that version, if the response tells it.</param>
    public void Observe(long? requested, long version, short? timeResolution)
    {
        var current = Volatile.Read(ref _current);
        while (current is null || version > current.Version || IsRestored(current, requested, version))
        {
            var actual = Interlocked.CompareExchange(ref _current, new Entry(version, timeResolution), current);
            if (ReferenceEquals(actual, current))
            {
                return;
            }

            current = actual;
        }
    }

    // A replica that is asked for a higher version reads the database first: if its response is older anyway, the
    // database was restored from a backup. That disproves the requested version only, not one observed since.
    private static bool IsRestored(Entry current, long? requested, long version) => version < requested && current.Version == requested;

    private sealed record Entry(long Version, short? TimeResolution)
    {
        public string HeaderValue { get; } = Version.ToString(CultureInfo.InvariantCulture);
    }
}
