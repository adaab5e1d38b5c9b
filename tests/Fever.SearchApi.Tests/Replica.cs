using Fever.SearchApi.Catalog;
using Fever.SearchApi.OutputCaching;
using Fever.SearchApi.Search;
using Fever.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Fever.SearchApi.Tests;

/// <summary>One SearchApi process, in process.</summary>
internal sealed class Replica(string postgres, string redis) : WebApplicationFactory<SearchEndpoint>
{
    // A busy test machine must not look like a broken Redis; tests of a broken Redis set their own.
    private readonly Dictionary<string, string> _settings = new()
    {
        ["ConnectionStrings:feverdb"] = postgres,
        ["ConnectionStrings:cache"] = redis,
        ["OutputCaching:RedisReadTimeout"] = "00:00:10",
        // What the replicas share is what most tests are about; what each keeps to itself would hide it.
        ["OutputCaching:MemorySize"] = "0",
        ["Catalog:PollInterval"] = "00:00:00.1",
        ["Database:QueryTimeout"] = "00:00:30",
    };

    private TimeProvider _time = TimeProvider.System;

    /// <summary>How many requests are under way beyond their last synchronous step.</summary>
    public PendingRequests Pending { get; } = new();

    public SpanRecorder Spans { get; } = new();

    public Replica With(string setting, string value)
    {
        _settings[setting] = value;
        return this;
    }

    public Replica With(TimeProvider time)
    {
        _time = time;
        return this;
    }

    /// <summary>With the memory of its own that it has by default.</summary>
    public Replica Remembering() => With("OutputCaching:MemorySize", $"{new OutputCachingOptions().MemorySize}");

    /// <summary>A client of a replica that knows the catalog version, as behind the gateway.</summary>
    public async Task<HttpClient> ReadyAsync()
    {
        var client = CreateClient();
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/health")).IsSuccessStatusCode);
        return client;
    }

    /// <summary>Waits until the replica has noticed the version.</summary>
    public Task LearnsAsync(long version) =>
        Eventually.BecomesTrueAsync(() => Services.GetRequiredService<CurrentCatalog>().Version?.Number == version);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IStartupFilter>(Pending);
            services.AddSingleton(_time);
            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(Spans));
        });
    }
}
