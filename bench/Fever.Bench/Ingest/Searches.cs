using System.Net.Http.Json;
using System.Text.Json;

namespace Fever.Bench.Ingest;

/// <summary>What the public is told of what was ingested.</summary>
internal sealed class Searches(Uri gateway)
{
    // A replica answers with a new catalogue within a second.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client = Http.ClientOf(gateway);

    /// <summary>Waits until a search for everything finds this many events, and this many of them with a changed title.</summary>
    /// <exception cref="BenchException">It does not.</exception>
    public async Task ExpectAsync(int events, int changed, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = await CountAsync(cancellationToken);
            if (found == (events, changed))
            {
                return;
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new BenchException($"search finds {found.Events} events, {found.Changed} of them changed; right are {events} and {changed}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<(int Events, int Changed)> CountAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetFromJsonAsync<JsonElement>("/search", cancellationToken);
        var events = answer.GetProperty("data").GetProperty("events");
        return (events.GetArrayLength(), events.EnumerateArray().Count(each => each.GetProperty("title").GetString()!.EndsWith("(changed)", StringComparison.Ordinal)));
    }
}
