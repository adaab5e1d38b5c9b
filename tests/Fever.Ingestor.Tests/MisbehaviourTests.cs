using Fever.Ingestor.Tests.Harness;
using Fever.Testing;

namespace Fever.Ingestor.Tests;

/// <summary>Whatever the provider sends, the catalogue keeps what it had: the real simulator's every misbehaviour against the real Ingestor.</summary>
[Collection(nameof(SharedServers))]
public sealed class MisbehaviourTests(MisbehavingProvider provider) : IClassFixture<MisbehavingProvider>
{
    [Theory]
    [InlineData("status=500", "failed refused")]
    [InlineData("status=503", "failed refused")]
    [InlineData("status=503&retry-after=120", "failed refused")]
    [InlineData("status=429&retry-after=120", "failed refused")]
    [InlineData("status=404", "failed refused")]
    [InlineData("reset=headers", "failed unreachable")]
    [InlineData("redirect=self", "failed redirect")]
    [InlineData("redirect=private", "failed forbidden_address")]
    [InlineData("redirect=ftp://127.0.0.1/feed", "failed forbidden_address")]
    [InlineData("hops=3", "unchanged same_body")]
    [InlineData("type=text/html", "complete")]
    [InlineData("type=", "complete")]
    [InlineData("encoding=utf-8-bom", "complete")]
    [InlineData("encoding=utf-16le", "complete")]
    [InlineData("encoding=utf-16be", "complete")]
    [InlineData("encoding=iso-8859-1", "complete")]
    [InlineData("declared=utf-16", "failed malformed")]
    [InlineData("invalid=60", "failed malformed")]
    [InlineData("cut=3000", "partial malformed")]
    [InlineData("cut=3000&length=9000", "partial interrupted")]
    [InlineData("coding=gzip", "unchanged same_body")]
    [InlineData("coding=br", "unchanged same_body")]
    [InlineData("coding=asked", "unchanged same_body")]
    [InlineData("coding=claimed", "failed encoding")]
    [InlineData("coding=gzip&cut=600", "partial encoding")]
    [InlineData("coding=gzip&padding=536870912", "partial token_too_long")]
    [InlineData("coding=br&padding=536870912", "partial token_too_long")]
    [InlineData("padding=40000000", "partial token_too_long")]
    [InlineData("laughs=on", "failed malformed")]
    [InlineData("entity=file:///etc/passwd", "failed malformed")]
    [InlineData("attribute=67108864", "partial token_too_long")]
    [InlineData("nesting=200000", "partial too_deep")]
    [InlineData("endless=names", "partial token_too_long")]
    [InlineData("unknown=on", "complete")]
    [InlineData("capacity=many", "complete")]
    [InlineData("duplicates=same", "complete")]
    [InlineData("missing=plan_id&every=4", "complete")]
    [InlineData("missing=title&every=4", "complete")]
    [InlineData("missing=price&every=4", "complete")]
    [InlineData("start=2021-09-31T20:00:00&every=4", "complete")]
    [InlineData("price=-1&every=4", "complete")]
    [InlineData("price=NaN&every=4", "complete")]
    [InlineData("price=1e400&every=4", "complete")]
    [InlineData("price=12,50&every=4", "complete")]
    [InlineData("price=&every=4", "complete")]
    [InlineData("price=NaN", "complete")]
    [InlineData("titles=controls&every=4", "partial malformed")]
    [InlineData("plans=0", "held no_records")]
    public async Task Catalogue_keeps_what_it_had(string misbehaviour, string outcome)
    {
        await provider.BehaveAsync();
        var before = await provider.Ingestor.PublishedAsync();

        await provider.SyncAsync(misbehaviour);

        Assert.Equal(outcome, await provider.OutcomeAsync());
        Assert.Equal(before, await provider.Ingestor.PublishedAsync());
        Assert.Equal(0, await provider.Ingestor.ScalarAsync<long>("SELECT count(*) FROM events WHERE missing_since IS NOT NULL"));
        Assert.DoesNotContain(provider.Ingestor.Logs, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("delay=600", "failed timeout")]
    [InlineData("hang=headers", "failed timeout")]
    [InlineData("hang=3000", "partial timeout")]
    [InlineData("rate=10", "failed timeout")]
    public async Task Provider_that_keeps_us_waiting_ends_its_poll_and_harms_nothing(string misbehaviour, string outcome)
    {
        await provider.BehaveAsync();
        var before = await provider.Ingestor.PublishedAsync();

        // Claimed first: with the clock going on, the Ingestor claims what is due itself.
        provider.Lead(misbehaviour);
        var claim = await provider.Ingestor.AcquireAsync();
        var sync = provider.Ingestor.RunAsync(claim);
        await Eventually.BecomesTrueAsync(() =>
        {
            provider.Ingestor.Time.Advance(TimeSpan.FromSeconds(1));
            return sync.IsCompleted;
        });
        await sync;

        Assert.Equal(outcome, await provider.OutcomeAsync());
        Assert.Equal(before, await provider.Ingestor.PublishedAsync());
    }

    [Fact]
    public async Task Endless_feed_gives_as_many_records_as_allowed_and_ends()
    {
        await provider.BehaveAsync();

        await provider.SyncAsync("endless=records&plans=1");

        Assert.Equal("partial too_many_records", await provider.OutcomeAsync());
        Assert.Equal(MisbehavingProvider.MaxRecords, await provider.Ingestor.ScalarAsync<int>("SELECT read + rejected FROM syncs ORDER BY id DESC LIMIT 1"));
        Assert.Equal(0, await provider.Ingestor.ScalarAsync<long>("SELECT count(*) FROM events WHERE missing_since IS NOT NULL"));
    }

    [Fact]
    public async Task Title_of_any_character_arrives_as_it_was_sent()
    {
        await provider.SyncAsync("titles=unicode");

        Assert.Equal("complete", await provider.OutcomeAsync());
        Assert.True(await provider.Ingestor.ScalarAsync<bool>("SELECT bool_and(title ~ '[\U00010000-\U0010FFFF]') FROM events WHERE missing_since IS NULL AND sell_mode = 'online'"));
    }
}

/// <summary>One Ingestor whose provider's address leads to whatever of the simulator a test asks for.</summary>
public sealed class MisbehavingProvider(Servers servers) : IAsyncLifetime
{
    public const int MaxRecords = 500;

    private const string Catalogue = "plans=20&zones=2";

    private readonly SimulatorHost _simulator = new();
    private StubProvider? _door;
    private IngestorApp? _ingestor;

    internal IngestorApp Ingestor => _ingestor!;

    public async Task InitializeAsync()
    {
        _door = await StubProvider.StartAsync();
        Lead("");
        var settings = IngestorApp.Providers(_door.Url);
        settings["Providers:0:Retries"] = "0";
        settings["Providers:0:Limits:MaxBytes"] = "33554432";
        settings["Providers:0:Limits:MaxRecords"] = $"{MaxRecords}";
        _ingestor = await IngestorApp.StartAsync(servers, settings);
    }

    public async Task DisposeAsync()
    {
        await _ingestor!.DisposeAsync();
        await _door!.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    public Task BehaveAsync() => SyncAsync("");

    public Task SyncAsync(string misbehaviour)
    {
        Lead(misbehaviour);
        return Ingestor.SyncAsync();
    }

    internal async Task<string> OutcomeAsync() =>
        (await Ingestor.RowsAsync("SELECT concat_ws(' ', outcome, reason) FROM syncs ORDER BY id DESC LIMIT 1"))[0];

    /// <summary>What the provider's address gives from now on.</summary>
    internal void Lead(string misbehaviour)
    {
        var query = misbehaviour.Contains("plans=", StringComparison.Ordinal) ? misbehaviour : $"{Catalogue}&{misbehaviour}";
        _door!.Answer = context =>
        {
            context.Response.Redirect(_simulator.Address(query.TrimEnd('&')).AbsoluteUri);
            return Task.CompletedTask;
        };
    }
}
