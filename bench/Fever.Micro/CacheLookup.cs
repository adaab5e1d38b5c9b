using BenchmarkDotNet.Attributes;
using Fever.SearchApi.Catalog;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Microsoft.Extensions.Options;

namespace Fever.Micro;

/// <summary>From a query to the response in the memory tier, which every hit does; and what one more response costs a full tier.</summary>
public class CacheLookup
{
    private static readonly CatalogVersion Version = new(1, DateTime.UnixEpoch, 60);
    private static readonly byte[] Body = new byte[4000];

    private readonly MemoryTier _memory = new(new CurrentCatalog(TimeProvider.System), Options.Create(new OutputCachingOptions { MemorySize = 4_000_000 }));
    private readonly SearchQuery _known = QueryOf(1);
    private readonly SearchQuery _unknown = QueryOf(-1);
    private int _next = 1000;

    [GlobalSetup]
    public void Fill()
    {
        for (var hour = 0; hour < 500; hour++)
        {
            _memory.Set(new CachedResponse(QueryOf(hour), Version, new PlainBody(Body), next: null, DateTime.UnixEpoch));
        }
    }

    [Benchmark]
    public bool Hit() => _memory.TryGet(_known.Canonical(60), out _);

    [Benchmark]
    public bool Miss() => _memory.TryGet(_unknown.Canonical(60), out _);

    [Benchmark]
    public void Set() => _memory.Set(new CachedResponse(QueryOf(_next++ % 100_000), Version, new PlainBody(Body), next: null, DateTime.UnixEpoch));

    private static SearchQuery QueryOf(int hour) =>
        new(new TimeRange(DateTime.UnixEpoch.AddYears(10).AddHours(hour), DateTime.UnixEpoch.AddYears(10).AddHours(hour + 2)));
}
