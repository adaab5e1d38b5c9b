using Fever.Bench.Search.Cases;
using Fever.Bench.Search.Servers;

namespace Fever.Bench.Search;

/// <param name="Case">What was asked for.</param>
/// <param name="Requests">How many.</param>
/// <param name="Searches">How many searches PostgreSQL had to make for them.</param>
internal sealed record Reached(string Case, long Requests, long Searches)
{
    public double PerThousand => Searches * 1000.0 / Requests;
}

/// <summary>How many requests a cache does not answer, by PostgreSQL's own account.</summary>
internal sealed class DatabaseSearches(EventDatabase database, SearchScale scale)
{
    // A connection that rests tells what it did within ten seconds.
    private static readonly TimeSpan ToTell = TimeSpan.FromSeconds(11);

    public async Task<IReadOnlyList<Reached>> CountAsync(IEnumerable<SearchCase> cases, CancellationToken cancellationToken)
    {
        // What was asked before must not be told during the first count.
        await Task.Delay(ToTell, cancellationToken);
        var counts = new List<Reached>();
        foreach (var each in cases)
        {
            counts.Add(await CountAsync(each, cancellationToken));
        }

        return counts;
    }

    private async Task<Reached> CountAsync(SearchCase each, CancellationToken cancellationToken)
    {
        Console.WriteLine($"counting what reaches PostgreSQL: {each.Name}");
        var before = await database.ScansAsync(cancellationToken);
        var outcome = await each.LoadAsync(scale.Seconds, cancellationToken);
        await Task.Delay(ToTell, cancellationToken);
        return new(each.Name, outcome.Requests, await database.ScansAsync(cancellationToken) - before);
    }
}
