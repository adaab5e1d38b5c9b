using System.Globalization;
using Fever.Bench.Search.Cases;

namespace Fever.Bench.Search;

/// <summary><c>Fever.Bench search</c>.</summary>
internal static class SearchCommand
{
    public static async Task RunAsync(SearchScale scale, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        await using var stage = await SearchStage.SetAsync(new Ranges(TimeProvider.System.GetUtcNow().UtcDateTime), scale.Plans, cancellationToken);
        var made = new SearchCases(stage);
        var cases = await made.MakeAsync(cancellationToken);
        var reached = await new DatabaseSearches(stage.Database, scale)
            .CountAsync(cases.Where(each => each.Name is SearchCase.Now or SearchCase.Different), cancellationToken);
        await new Answers(stage.Database).CheckAsync(stage.Gateway, stage.Ranges.Parts, acceptsGzip: false, cancellationToken);
        var measured = await new SearchRounds(stage.Processors, cases, scale).RunAsync(cancellationToken);
        var report = new SearchReport(measured, reached, stage.Processors);
        await WriteAsync(scale, load, report.Tables(), made.Notes, cancellationToken);
    }

    private static async Task WriteAsync(SearchScale scale, string load, string tables, IEnumerable<string> notes, CancellationToken cancellationToken)
    {
        var today = TimeProvider.System.GetUtcNow();
        var commit = await Machine.CommitAsync(cancellationToken);
        var isFull = scale == SearchScale.Full;
        var report = string.Create(CultureInfo.InvariantCulture, $"""
            # Search, {today:yyyy-MM-dd}

            {scale.Plans:N0} events over a year, one replica; medians of {scale.Rounds} × {scale.Seconds} s. `VACUUM ANALYZE` was run after the events had been ingested.

            {tables}

            {string.Concat(notes.Select(note => $"- {note}\n"))}- machine: {Machine.Describe()}
            - load when it began: {load}
            - commit: {commit}
            - command: `make {(isFull ? "bench" : "bench-quick")}`

            """);
        Console.WriteLine();
        Console.WriteLine(report);
        if (isFull)
        {
            await File.WriteAllTextAsync(Path.Combine(Repository.Folder, $"bench/results/search-{today:yyyy-MM-dd}.md"), report, cancellationToken);
        }
    }
}
