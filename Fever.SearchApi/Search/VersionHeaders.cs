using System.Globalization;
using Fever.SearchApi.Catalog;
using Microsoft.Extensions.Primitives;

namespace Fever.SearchApi.Search;

/// <summary>The values of the headers that depend on the catalog version alone, made once for each version.</summary>
internal sealed class VersionHeaders(CatalogVersion version)
{
    public CatalogVersion Version => version;

    public StringValues Number { get; } = version.Number.ToString(CultureInfo.InvariantCulture);

    public StringValues TimeResolution { get; } = version.TimeResolution.ToString(CultureInfo.InvariantCulture);

    public StringValues ChangedAt { get; } = version.ChangedAt.ToString("R", CultureInfo.InvariantCulture);
}
