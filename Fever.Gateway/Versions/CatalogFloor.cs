using System.Globalization;

namespace Fever.Gateway.Versions;

/// <summary>
/// The highest catalog version that any replica has answered with. Replicas learn of a new version up to a polling
/// interval apart; each request tells them this one, so that no client is ever taken back to an older catalogue.
/// </summary>
internal sealed class CatalogFloor
{
    private Floor? _floor;

    /// <summary><see cref="CatalogVersion.None"/> before the first answer.</summary>
    public long Version => Volatile.Read(ref _floor)?.Version ?? CatalogVersion.None;

    /// <summary>The version as a request carries it, or null before the first answer.</summary>
    public string? Text => Volatile.Read(ref _floor)?.Text;

    /// <summary>Learns from the answer to a request that carried <paramref name="carried"/>.</summary>
    public void Learn(long carried, long version)
    {
        var floor = Volatile.Read(ref _floor);
        while (floor is null || version > floor.Version || IsRestored(floor, carried, version))
        {
            var present = Interlocked.CompareExchange(ref _floor, new Floor(version), floor);
            if (ReferenceEquals(present, floor))
            {
                return;
            }

            floor = present;
        }
    }

    // A replica that was told of a higher version has asked its database: that one is gone, restored from a backup.
    // Only the version that was carried is disproved by this, not one that was learned meanwhile.
    private static bool IsRestored(Floor floor, long carried, long version) => version < carried && floor.Version == carried;

    private sealed record Floor(long Version)
    {
        public string Text { get; } = Version.ToString(CultureInfo.InvariantCulture);
    }
}
