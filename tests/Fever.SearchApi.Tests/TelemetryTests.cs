using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fever.SearchApi.Telemetry;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class TelemetryTests(Servers servers)
{
    [Fact]
    public async Task One_trace_shows_a_search_with_its_redis_and_its_database_work()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        var trace = ActivityTraceId.CreateRandom();
        var request = new HttpRequestMessage(HttpMethod.Get, "/search");
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        await client.SendAsync(request);

        // Each is known when it has ended, in any order.
        var spans = await Eventually.BecomesAsync(
            () => Task.FromResult(replica.Spans.Of(trace)),
            spans => ((string[])["SET", "GET /search", SearchActivities.Read]).All(name => spans.Any(span => span.DisplayName == name)));
        var server = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        Assert.Equal("GET /search", server.DisplayName);
        Assert.Contains(spans, span => span.DisplayName == "GET" && span.ParentSpanId == server.SpanId && Equals(span.GetTagItem("db.system.name"), "redis"));
        var read = Assert.Single(spans, span => span.DisplayName == SearchActivities.Read && span.ParentSpanId == server.SpanId);
        Assert.Contains(spans, span => span.Source.Name == "Npgsql" && span.ParentSpanId == read.SpanId);
    }

    [Fact]
    public async Task Polls_of_the_catalog_version_are_not_traced()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        await using var replica = new Replica(catalog.ConnectionString, servers.Redis);
        var client = await replica.ReadyAsync();
        await catalog.PublishAsync();

        await replica.LearnsAsync(1);
        await client.GetAsync("/search");
        await Eventually.BecomesTrueAsync(() => replica.Spans.Mentioning("FROM published_events").Length > 0);

        // As EF Core writes the poller's statement; each round trip of searches reads the version too.
        Assert.Empty(replica.Spans.Mentioning("FROM catalog AS"));
    }

    [Fact]
    public async Task Hits_misses_and_failures_of_the_cache_are_counted()
    {
        var catalog = await TestCatalog.CreateAsync(servers);
        using var redis = TcpProxy.ToRedis(servers.Redis);
        await using var replica = new Replica(catalog.ConnectionString, redis.ConnectionString)
            .With("OutputCaching:RedisReadTimeout", "00:00:01");
        var client = await replica.ReadyAsync();
        using var counts = new Counts(replica.Services.GetRequiredService<IMeterFactory>());

        await client.GetAsync("/search");
        Assert.Equal(1, counts["fever.search.cache.misses"]);
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/search")).IsCached());
        Assert.Equal(1, counts["fever.search.cache.hits"]);
        Assert.Equal(0, counts["fever.search.redis.failures"]);

        redis.Hang();
        await client.GetAsync("/search");
        Assert.Equal(1, counts["fever.search.redis.failures"]);
    }

    private sealed class Counts : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _counts = new();
        private readonly MeterListener _listener = new();

        public Counts(IMeterFactory replica)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == SearchMetrics.MeterName && instrument.Meter.Scope == replica)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.Start();
        }

        public long this[string name] => _counts.GetValueOrDefault(name);

        public void Dispose() => _listener.Dispose();
    }
}
