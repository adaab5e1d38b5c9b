using System.Net.Http.Json;
using System.Text.Json;

namespace Fever.Bench;

/// <summary>One sync as the Ingestor tells it.</summary>
internal sealed record SyncEntry(
    Guid Id, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Outcome, string? Reason, string? Error, long Bytes, int Read, int Changed, int Unchanged, int Vanished)
{
    public double Seconds => (FinishedAt - StartedAt).TotalSeconds;
}

/// <summary>Requests syncs through the operator API.</summary>
internal sealed class OperatorApi(Uri ingestor)
{
    // Often enough to lose little time, seldom enough not to be part of what is measured.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _client = Http.ClientOf(ingestor);

    /// <summary>The sync that polls a provider for the first time, which no one requests.</summary>
    public Task<SyncEntry> FirstAsync(CancellationToken cancellationToken) => AfterAsync(null, cancellationToken);

    /// <summary>Requests a sync and waits for its end.</summary>
    public async Task<SyncEntry> SyncAsync(CancellationToken cancellationToken)
    {
        var last = await LastAsync(cancellationToken);
        using var answer = await _client.PostAsync(new Uri("/providers/provider/sync", UriKind.Relative), content: null, cancellationToken);
        return answer.IsSuccessStatusCode
            ? await AfterAsync(last, cancellationToken)
            : throw new BenchException($"a sync was refused: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private async Task<SyncEntry> AfterAsync(SyncEntry? last, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Timeout)
        {
            if (await LastAsync(cancellationToken) is { } sync && sync.Id != last?.Id)
            {
                return sync;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new BenchException($"no sync ended within {Timeout.TotalSeconds} s; the last one is {last}");
    }

    private async Task<SyncEntry?> LastAsync(CancellationToken cancellationToken) =>
        (await _client.GetFromJsonAsync<Answer>("/syncs?limit=1", Json, cancellationToken))!.Data.Syncs is [var last, ..] ? last : null;

    private sealed record Answer(Page Data);

    private sealed record Page(IReadOnlyList<SyncEntry> Syncs);
}
