using Fever.SearchApi.Catalog;

namespace Fever.SearchApi.Tests;

public sealed class CurrentCatalogTests
{
    private readonly ManualTime _time = new();
    private readonly CurrentCatalog _catalog;

    public CurrentCatalogTests() => _catalog = new CurrentCatalog(_time);

    [Fact]
    public void Poll_sets_the_version()
    {
        _catalog.Confirm(Version(1), before: null);

        Assert.Equal(Version(1), _catalog.Version);
    }

    [Fact]
    public void Version_that_was_read_with_events_is_taken_when_it_is_newer()
    {
        _catalog.Observe(Version(2));
        _catalog.Observe(Version(3));
        _catalog.Observe(Version(1));

        Assert.Equal(Version(3), _catalog.Version);
    }

    [Fact]
    public void Poll_that_began_before_a_newer_version_was_observed_does_not_take_the_catalog_back()
    {
        _catalog.Confirm(Version(1), before: null);
        var before = _catalog.Version;
        _catalog.Observe(Version(2));

        _catalog.Confirm(Version(1), before);

        Assert.Equal(Version(2), _catalog.Version);
    }

    [Fact]
    public void Poll_that_is_newer_than_what_was_observed_meanwhile_is_taken()
    {
        _catalog.Confirm(Version(1), before: null);
        var before = _catalog.Version;
        _catalog.Observe(Version(2));

        _catalog.Confirm(Version(3), before);

        Assert.Equal(Version(3), _catalog.Version);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Poll_of_a_restored_database_replaces_the_version(long restored)
    {
        _catalog.Confirm(Version(2), before: null);

        _catalog.Confirm(Version(restored) with { ChangedAt = DateTime.MaxValue }, _catalog.Version);

        Assert.Equal(Version(restored) with { ChangedAt = DateTime.MaxValue }, _catalog.Version);
    }

    [Fact]
    public void Age_counts_from_the_last_read_that_found_this_version()
    {
        _catalog.Confirm(Version(1), before: null);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), _catalog.Age);

        var before = _catalog.Version;
        _catalog.Observe(Version(2));
        Assert.Equal(TimeSpan.Zero, _catalog.Age);

        _time.Advance(TimeSpan.FromSeconds(5));
        _catalog.Confirm(Version(1), before);
        Assert.Equal(TimeSpan.FromSeconds(5), _catalog.Age);

        _catalog.Confirm(Version(2), before);
        Assert.Equal(TimeSpan.Zero, _catalog.Age);
    }

    private static CatalogVersion Version(long number) => new(number, DateTime.UnixEpoch, TimeResolution: 60);
}
