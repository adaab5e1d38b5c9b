using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Fever.Gateway.Versions;

/// <summary>The version of the catalogue that a replica made its answer from: a number that rises with every change.</summary>
internal static class CatalogVersion
{
    public const string Header = "Catalog-Version";

    /// <summary>In a request: somebody has seen this version already. A replica that knows only an older one asks its database before it answers.</summary>
    public const string FloorHeader = "Catalog-Version-Floor";

    /// <summary>Lower than every version.</summary>
    public const long None = -1;

    public static long Parse(StringValues value) =>
        long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : None;
}
