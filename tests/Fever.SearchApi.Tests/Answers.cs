using System.Text.Json;
using Fever.SearchApi.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Fever.SearchApi.Tests;

/// <summary>Short ways to ask for what a test is about.</summary>
internal static class Answers
{
    public static async Task<string[]> TitlesAsync(this HttpClient client, string query)
    {
        using var body = JsonDocument.Parse(await client.GetStringAsync($"/search{query}"));
        return [.. body.RootElement.GetProperty("data").GetProperty("events").EnumerateArray().Select(found => found.GetProperty("title").GetString()!)];
    }

    public static async Task<string?> ErrorCodeAsync(this HttpResponseMessage response) => await response.ErrorAsync("code");

    public static async Task<string?> ErrorMessageAsync(this HttpResponseMessage response) => await response.ErrorAsync("message");

    /// <summary>Whether the output cache gave this answer: it alone tells an answer's age.</summary>
    public static bool IsCached(this HttpResponseMessage response) => response.Headers.Age is not null;

    /// <summary>The error PostgreSQL gives this replica's own sessions for a statement, or null.</summary>
    public static async Task<string?> SqlStateOfAsync(this Replica replica, string sql)
    {
        await using var scope = replica.Services.CreateAsyncScope();
        try
        {
            await scope.ServiceProvider.GetRequiredService<SearchDbContext>().Database.ExecuteSqlRawAsync(sql);
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
