using System.Text.Json;
using Fever.SearchApi.Database;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Fever.SearchApi.Tests;

/// <summary>Short ways to ask for what a test is about.</summary>
internal static class SearchClientExtensions
{
    public static async Task<string[]> TitlesAsync(this HttpClient client, string query)
    {
        using var body = JsonDocument.Parse(await client.GetStringAsync($"/search{query}"));
        return [.. body.RootElement.GetProperty("data").GetProperty("events").EnumerateArray().Select(found => found.GetProperty("title").GetString()!)];
    }

    /// <summary>The ids of the events, in their order.</summary>
    public static async Task<Guid[]> EventIdsAsync(this HttpResponseMessage response)
    {
        await using var content = await response.Content.ReadAsStreamAsync();
        using var body = await JsonDocument.ParseAsync(content);
        return [.. body.RootElement.GetProperty("data").GetProperty("events").EnumerateArray().Select(found => found.GetProperty("id").GetGuid())];
    }

    /// <summary>Where the next page is; null when there is none.</summary>
    public static string? NextPage(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var values) ? values.Single().Split('>')[0].TrimStart('<') : null;

    /// <summary>Searches with these request headers.</summary>
    public static Task<HttpResponseMessage> AskAsync(this HttpClient client, string query, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/search{query}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request);
    }

    public static string HeaderText(this HttpResponseMessage answer, string header) => string.Join(", ", answer.Headers.NonValidated[header]);

    public static async Task<string?> ErrorCodeAsync(this HttpResponseMessage response) => await response.ErrorAsync("code");

    public static async Task<string?> ErrorMessageAsync(this HttpResponseMessage response) => await response.ErrorAsync("message");

    /// <summary>Whether the answer was there before the question; <c>Cache-Status</c> says so.</summary>
    public static bool IsCached(this HttpResponseMessage response) => response.CacheStatus().Contains("; hit", StringComparison.Ordinal);

    public static bool IsFromRedis(this HttpResponseMessage response) => response.CacheStatus().Contains("detail=redis", StringComparison.Ordinal);

    public static string CacheStatus(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("Cache-Status", out var values) ? string.Join(", ", values) : "";

    public static long CatalogVersion(this HttpResponseMessage response) =>
        long.Parse(response.Headers.GetValues("Catalog-Version").Single(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The error PostgreSQL gives this replica's own sessions for a statement, or null.</summary>
    public static async Task<string?> SqlStateOfAsync(this Replica replica, string sql)
    {
        try
        {
            await replica.Services.GetRequiredService<EventDataSource>().RunAsync(
                async connection =>
                {
                    await using var command = new NpgsqlCommand(sql, connection);
                    await command.ExecuteNonQueryAsync();
                },
                CancellationToken.None);
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    private static async Task<string?> ErrorAsync(this HttpResponseMessage response, string member)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(JsonValueKind.Null, body.RootElement.GetProperty("data").ValueKind);
        return body.RootElement.GetProperty("error").GetProperty(member).GetString();
    }
}
