using Fever.SearchApi.Catalog;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Queries;
using Fever.SearchApi.Responses;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Tests;

/// <summary>S3-FIFO: an eighth of the memory is for new entries, the rest for those that were used there.</summary>
public sealed class MemoryTierTests
{
    private const int MemorySize = 8000;

    private readonly CurrentCatalog _catalog = new(TimeProvider.System);
    private readonly MemoryTier _memory;

    public MemoryTierTests()
    {
        _catalog.Observe(Version(1));
        _memory = new MemoryTier(_catalog, Options.Create(new OutputCachingOptions { MemorySize = MemorySize }));
    }

    [Fact]
    public void New_entries_that_nobody_uses_make_room_for_the_next_ones()
    {
        SetAll(1, 2);

        Assert.False(Has(1));
        Assert.True(Has(2));
    }

    [Fact]
    public void Entry_that_was_used_survives_a_flood_of_new_ones()
    {
        SetAll(1);
        Assert.True(Has(1));

        SetAll([.. Enumerable.Range(2, 100)]);

        Assert.True(Has(1));
        Assert.False(Has(100));
    }

    [Fact]
    public void Protected_entry_goes_unless_it_was_used_since_its_last_turn()
    {
        for (var query = 1; query <= 8; query++)
        {
            SetAll(query);
            Assert.True(Has(query));
        }

        // Seven are protected, as many as there is room for. The eighth, which was used too, follows.
        Assert.True(Has(1));
        SetAll(9);

        Assert.False(Has(2));
        Assert.All([1, 3, 4, 5, 6, 7, 8, 9], query => Assert.True(Has(query), $"{query}"));
    }

    [Fact]
    public void Use_counts_for_one_turn()
    {
        for (var query = 1; query <= 8; query++)
        {
            SetAll(query);
            Assert.True(Has(query));
        }

        Assert.True(Has(1));
        foreach (var query in new[] { 9, 10, 11, 12, 13, 14, 15, 16, 17 })
        {
            SetAll(query);
            Assert.True(Has(query));
        }

        Assert.False(Has(1));
    }

    [Fact]
    public void Entries_together_never_take_more_than_the_limit()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            _memory.Set(Response(random.Next(40), version: 1, bodySize: random.Next(20) == 0 ? random.Next(MemorySize) : random.Next(900)));
            Has(random.Next(40));
            if (i % 50 == 0)
            {
                Assert.InRange(Enumerable.Range(0, 40).Sum(query => _memory.TryGet(Query(query), out var found) ? found.Size : 0), 1, MemorySize);
            }
        }
    }

    [Fact]
    public void Response_that_replaces_another_one_is_counted_in_its_place()
    {
        for (var version = 2; version <= 100; version++)
        {
            _memory.Set(Response(1, version));
        }

        Assert.True(_memory.TryGet(Query(1), out var newest));
        Assert.Equal(100, newest.Version.Number);
    }

    [Fact]
    public void Large_response_is_kept_although_it_takes_more_than_the_share_of_new_ones()
    {
        _memory.Set(Response(1, version: 1, bodySize: 900));

        Assert.True(Has(1));
        SetAll(2, 3, 4);
        Assert.True(Has(1));
    }

    [Fact]
    public void Response_over_the_limit_is_not_kept_and_replaces_nothing()
    {
        SetAll(1);

        _memory.Set(Response(1, version: 2, bodySize: MemorySize));
        _memory.Set(Response(2, version: 2, bodySize: MemorySize));

        Assert.True(_memory.TryGet(Query(1), out var kept));
        Assert.Equal(1, kept.Version.Number);
        Assert.False(Has(2));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 2, 2)]
    [InlineData(2, 0, 0)]
    public void Only_a_fresh_response_is_not_replaced_by_one_of_another_version(long first, long second, long kept)
    {
        _memory.Set(Response(1, first));
        _memory.Set(Response(1, second));

        Assert.True(_memory.TryGet(Query(1), out var found));
        Assert.Equal(kept, found.Version.Number);
    }

    private bool Has(int query) => _memory.TryGet(Query(query), out var found) && found.Query == Query(query);

    /// <summary>Each takes an eighth of the memory.</summary>
    private void SetAll(params int[] queries) => Array.ForEach(queries, query => _memory.Set(Response(query, version: 1)));

    private static CachedResponse Response(int query, long version, int bodySize = 488) =>
        new(Query(query), Version(version), new PlainBody(new byte[bodySize]), next: null, DateTime.UnixEpoch);

    private static SearchQuery Query(int number) => new(new TimeRange(DateTime.UnixEpoch.AddDays(number), null));

    private static CatalogVersion Version(long number) => new(number, DateTime.UnixEpoch, TimeResolution: 60);
}
