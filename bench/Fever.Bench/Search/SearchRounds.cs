using Fever.Bench.Search.Cases;

namespace Fever.Bench.Search;

/// <summary>Every case once a round, so that whatever else the machine does meets all of them alike.</summary>
internal sealed class SearchRounds(Processors processors, IReadOnlyList<SearchCase> cases, SearchScale scale)
{
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await WarmUpAsync(cancellationToken);
        var measured = new List<Measurement>();
        for (var round = 1; round <= scale.Rounds; round++)
        {
            Console.WriteLine($"round {round} of {scale.Rounds}");
            foreach (var each in cases)
            {
                measured.Add(await MeasureAsync(each, round, cancellationToken));
                Console.WriteLine($"  {each.Name}: {measured[^1].Outcome.Rate:0} a second");
            }
        }

        return measured;
    }

    /// <summary>The services compile what they do often, and better the oftener.</summary>
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine("warm-up");
        foreach (var each in cases)
        {
            await each.CheckAsync(cancellationToken);
            await each.LoadAsync(scale.FirstSeconds, cancellationToken);
        }
    }

    private async Task<Measurement> MeasureAsync(SearchCase each, int round, CancellationToken cancellationToken)
    {
        if (scale.AgainSeconds > 0)
        {
            await each.LoadAsync(scale.AgainSeconds, cancellationToken);
        }

        await each.CheckAsync(cancellationToken);
        var before = processors.Read();
        var outcome = await each.LoadAsync(scale.Seconds, cancellationToken);
        var after = processors.Read();
        processors.Sample();
        await each.CheckAsync(cancellationToken);
        return new(each.Name, round, outcome, after.ToDictionary(part => part.Key, part => (part.Value - before[part.Key]) * 1e6 / outcome.Requests));
    }
}
