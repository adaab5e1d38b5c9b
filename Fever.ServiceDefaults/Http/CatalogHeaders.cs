using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Fever.ServiceDefaults.Http;

/// <summary>The headers between gateway and SearchApi that tell which state of the catalog a response shows.</summary>
public static class CatalogHeaders
{
    /// <summary>In a response: the version of the catalog it was made from, a number that rises with every change.</summary>
    public const string Version = "Catalog-Version";

    /// <summary>In a request: a client has seen this version already. A replica that knows only an older one reads the database first.</summary>
    public const string MinimumVersion = "Catalog-Minimum-Version";

    /// <summary>In a response to the gateway, which does not pass it on: the time resolution of this version of the catalog, in seconds. Every event starts and ends on a multiple of it; 0 means any time.</summary>
    public const string TimeResolution = "Catalog-Time-Resolution";

    /// <summary>Null when the header is missing or is no version.</summary>
    public static long? ParseVersion(StringValues value) =>
        long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
