using System.Net.Http.Json;
using System.Text.Json;
using Fever.Testing;

namespace Fever.SystemTests;

/// <summary>What the genuine Aspire dashboard has received, read through its API.</summary>
[Collection(SharedApp.Name)]
public sealed class TelemetryTests(FeverApp fever)
{
    [StandInFact(DashboardTest.OnlyWithTheStandIns)]
    public async Task Search_is_one_trace_from_the_gateway_through_a_replica_to_Redis_and_PostgreSQL()
    {
        var traceId = $"{Guid.NewGuid():N}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/search?starts_at={Random.Shared.Next(1000, 9999)}-01-01");
        request.Headers.Add("traceparent", $"00-{traceId}-00f067aa0ba902b7-01");
        using var response = await fever.Gateway.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);

        // Each service exports its spans at intervals of its own.
        var trace = await Eventually.BecomesAsync(
            async () => (await SpansAsync()).Where(span => span.TraceId == traceId).ToList(),
            spans => spans.Any(span => span.Service == "gateway" && span.Source == "Fever.Requests")
                && spans.Any(span => span.Service.StartsWith("searchapi-", StringComparison.Ordinal) && span.Source == "Fever.Requests")
                && spans.Any(span => span.Service.StartsWith("searchapi-", StringComparison.Ordinal) && IsDatabaseWork(span)));

        Assert.All(trace.Where(span => span.Source == "Fever.Requests"), span =>
        {
            Assert.Equal("GET /search", span.Name);
            Assert.Equal("/search", span.Attributes["http.route"]);
            Assert.Equal("GET", span.Attributes["http.request.method"]);
            Assert.Equal("200", span.Attributes["http.response.status_code"]);
        });
    }

    [StandInFact(DashboardTest.OnlyWithTheStandIns)]
    public Task Sync_is_one_trace_with_its_fetch_and_its_database_work() =>
        Eventually.BecomesAsync(SpansAsync, spans => spans
            .GroupBy(span => span.TraceId)
            .Any(trace => trace.Any(span => span is { Service: "ingestor", Name: "sync" })
                && trace.Any(span => span.Service == "simulator")
                && trace.Any(span => span.Service == "ingestor" && IsDatabaseWork(span))));

    [StandInFact(DashboardTest.OnlyWithTheStandIns)]
    public async Task Health_checks_are_not_traced()
    {
        var spans = await Eventually.BecomesAsync(SpansAsync, spans => spans.Count > 0);

        Assert.DoesNotContain(spans, span => span.Attributes.Values.Any(value => value.Contains("/health", StringComparison.Ordinal)));
    }

    [StandInFact(DashboardTest.OnlyWithTheStandIns)]
    public async Task Every_service_sends_traces_metrics_and_logs()
    {
        // A service has traces once it has handled a request.
        await fever.SearchAsync();

        await Eventually.BecomesAsync(
            () => fever.Dashboard.GetFromJsonAsync<JsonElement>("api/telemetry/resources"),
            resources => ((string[])["gateway", "searchapi-1", "searchapi-2", "ingestor", "simulator"]).All(service =>
                resources.EnumerateArray().Any(resource => resource.GetProperty("name").GetString() == service
                    && resource.GetProperty("hasMetrics").GetBoolean()
                    && resource.GetProperty("hasLogs").GetBoolean())));
    }

    private static bool IsDatabaseWork(Span span) =>
        span.Source == "Npgsql" || span.Source.Contains("Redis", StringComparison.Ordinal);

    private async Task<List<Span>> SpansAsync()
    {
        var body = await fever.Dashboard.GetFromJsonAsync<JsonElement>("api/telemetry/traces");
        return
        [
            .. from resource in body.GetProperty("data").GetProperty("resourceSpans").EnumerateArray()
               from scope in resource.GetProperty("scopeSpans").EnumerateArray()
               from span in scope.GetProperty("spans").EnumerateArray()
               select new Span(
                   span.GetProperty("traceId").GetString()!,
                   Attributes(resource.GetProperty("resource"))["service.name"],
                   scope.GetProperty("scope").GetProperty("name").GetString()!,
                   span.GetProperty("name").GetString()!,
                   Attributes(span)),
        ];
    }

    private static Dictionary<string, string> Attributes(JsonElement owner) =>
        owner.TryGetProperty("attributes", out var attributes)
            ? attributes.EnumerateArray().ToDictionary(
                attribute => attribute.GetProperty("key").GetString()!,
                attribute => attribute.GetProperty("value").EnumerateObject().First().Value.ToString())
            : [];

    private sealed record Span(string TraceId, string Service, string Source, string Name, Dictionary<string, string> Attributes);
}
