using System.Globalization;
using Fever.SearchApi.Search;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Caching;

/// <summary>
/// Caches successful answers under the catalog version and the range in UTC: a new version asks under new names, so
/// nothing is ever purged or stale, and every spelling of a range shares one entry.
/// </summary>
internal sealed class SearchCachePolicy(CurrentCatalog catalog, IOptions<CachingOptions> options, SearchMetrics metrics) : IOutputCachePolicy
{
    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        if (catalog.Version is { } version && TimeRange.TryRead(context.HttpContext.Request.Query, out var range, out _))
        {
            context.EnableOutputCaching = true;
            context.AllowCacheLookup = true;
            context.AllowCacheStorage = true;
            context.AllowLocking = false;
            context.ResponseExpirationTimeSpan = options.Value.EntryLifetime;
            context.CacheVaryByRules.VaryByHost = false;
            context.CacheVaryByRules.CacheKeyPrefix = string.Create(
                CultureInfo.InvariantCulture, $"{version.Version}@{version.ChangedAt.Ticks}:{range.From?.Ticks}-{range.To?.Ticks}");
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        metrics.CacheHit();
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        metrics.CacheMiss();
        context.AllowCacheStorage &= context.HttpContext.Response.StatusCode == StatusCodes.Status200OK;
        return ValueTask.CompletedTask;
    }
}
