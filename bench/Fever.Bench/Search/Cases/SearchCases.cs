using Fever.Bench.Search.Loads;
using Fever.Bench.Search.OpenLoop;

namespace Fever.Bench.Search.Cases;

/// <summary>Everything that is measured; what cannot be, here or with this Fever, is noted instead.</summary>
internal sealed class SearchCases(SearchStage stage)
{
    private const int OfferedRate = 10_000;
    private const int PageSize = 100;
    private const int MostPages = 50;
    private const int FewClients = 8;
    private const int ManyClients = 32;

    // Far from those that loads ask for.
    private long _samples = 10_000_000;

    private readonly Scripts _scripts = new(stage.Ranges);
    private readonly Answers _answers = new(stage.Database);

    public List<string> Notes { get; } = [];

    public async Task<IReadOnlyList<SearchCase>> MakeAsync(CancellationToken cancellationToken) =>
    [
        // What is compared is measured close together.
        .. stage.Wrk is { } wrk ? Compared(wrk) : None("wrk", "the searches through the gateway, nginx and the replica"),
        .. stage.PgBench is { } database ? WithPgBench(database) : None("pgbench", "its rows"),
        .. stage.Wrk is { } again ? await OthersAsync(again, cancellationToken) : [],
        new(SearchCase.Open,
            (seconds, token) => OpenLoad.RunAsync(new Uri(stage.Gateway, stage.Ranges.Hot.Path), OfferedRate, seconds, token),
            token => CheckAsync(stage.Gateway, [stage.Ranges.Hot], token)),
    ];

    private IEnumerable<SearchCase> Compared(Wrk wrk) =>
    [
        Hot(wrk, SearchCase.Hot, stage.Gateway),
        .. stage.Nginx is { } nginx
            ? [Hot(wrk, SearchCase.NginxCache, nginx.Cache), Hot(wrk, SearchCase.NginxPass, nginx.Pass)]
            : None("nginx", "its rows"),
        Hot(wrk, SearchCase.HotDirect, stage.Replica),
        Now(wrk, SearchCase.Now, Scripts.Now(stage.Gateway)),
        Now(wrk, SearchCase.NowPrecise, Scripts.NowPrecise(stage.Gateway)),
        Different(wrk, SearchCase.Different, stage.Gateway),
        Different(wrk, SearchCase.DifferentDirect, stage.Replica),
    ];

    private async Task<IEnumerable<SearchCase>> OthersAsync(Wrk wrk, CancellationToken cancellationToken) =>
    [
        .. await NotModifiedAsync(wrk, cancellationToken),
        .. await CompressedAsync(wrk, cancellationToken),
        new(SearchCase.Mixed,
            (seconds, token) => wrk.RunAsync(stage.Gateway, _scripts.Mixed(stage.Gateway), [], seconds, token),
            token => CheckAsync(stage.Gateway, [stage.Ranges.ManyHot[0], stage.Ranges.ManyHot[^1], NextSample()], token)),
        new(SearchCase.Wide,
            (seconds, token) => wrk.RunAsync(new Uri(stage.Gateway, stage.Ranges.Wide.Path), Scripts.None, [], seconds, token),
            token => CheckAsync(stage.Gateway, [stage.Ranges.Wide], token)),
        .. await PagedAsync(wrk, cancellationToken),
    ];

    private static IEnumerable<SearchCase> WithPgBench(PgBench database) =>
    [
        new(SearchCase.PostgresFew, (seconds, token) => database.RunAsync(FewClients, seconds, token), _ => Task.CompletedTask),
        new(SearchCase.PostgresMany, (seconds, token) => database.RunAsync(ManyClients, seconds, token), _ => Task.CompletedTask),
    ];

    private SearchCase Hot(Wrk wrk, string name, Uri server, params string[] headers) => new(
        name,
        (seconds, token) => wrk.RunAsync(new Uri(server, stage.Ranges.Hot.Path), Scripts.None, headers, seconds, token),
        token => CheckAsync(server, [stage.Ranges.Hot], token));

    private SearchCase Now(Wrk wrk, string name, string script) => new(
        name,
        (seconds, token) => wrk.RunAsync(stage.Gateway, script, [], seconds, token),
        token => CheckAsync(stage.Gateway, [Ranges.At(TimeProvider.System.GetUtcNow().UtcDateTime)], token));

    private SearchCase Different(Wrk wrk, string name, Uri server) => new(
        name,
        (seconds, token) => wrk.RunAsync(server, _scripts.Different(server), [], seconds, token),
        token => CheckAsync(server, [NextSample(), NextSample(), NextSample()], token));

    private async Task<IEnumerable<SearchCase>> NotModifiedAsync(Wrk wrk, CancellationToken cancellationToken)
    {
        var url = new Uri(stage.Gateway, stage.Ranges.Hot.Path);
        if ((await Answers.GetAsync(url, acceptsGzip: false, cancellationToken)).Tag is not { } tag || !await Answers.IsNotModifiedAsync(url, tag, cancellationToken))
        {
            return Skipped(SearchCase.NotModified, "answers have no ETag, or If-None-Match is not honoured");
        }

        return
        [
            Hot(wrk, SearchCase.NotModified, stage.Gateway, $"If-None-Match: {tag}") with
            {
                CheckAsync = async token =>
                {
                    if (!await Answers.IsNotModifiedAsync(url, tag, token))
                    {
                        throw new BenchException($"{url} was not answered 304 to its own tag");
                    }
                },
            },
        ];
    }

    private async Task<IEnumerable<SearchCase>> CompressedAsync(Wrk wrk, CancellationToken cancellationToken)
    {
        var answer = await Answers.GetAsync(new Uri(stage.Gateway, stage.Ranges.Hot.Path), acceptsGzip: true, cancellationToken);
        return answer.IsCompressed
            ? [Hot(wrk, SearchCase.HotCompressed, stage.Gateway, "Accept-Encoding: gzip") with
            {
                CheckAsync = token => _answers.CheckAsync(stage.Gateway, [stage.Ranges.Hot], acceptsGzip: true, token),
            }]
            : Skipped(SearchCase.HotCompressed, "answers are not compressed");
    }

    private async Task<IEnumerable<SearchCase>> PagedAsync(Wrk wrk, CancellationToken cancellationToken)
    {
        var pages = new List<(Uri Url, IReadOnlyList<Guid> Ids)>();
        for (var url = new Uri(stage.Gateway, $"{stage.Ranges.Wide.Path}&limit={PageSize}"); url is not null && pages.Count < MostPages;)
        {
            var answer = await Answers.GetAsync(url, acceptsGzip: false, cancellationToken);
            pages.Add((url, answer.Ids));
            url = answer.Next;
        }

        if (pages.Count == 1)
        {
            return Skipped(SearchCase.Paged, "answers have no pages (no Link to the next one)");
        }

        var right = (await stage.Database.FindAsync(stage.Ranges.Wide, cancellationToken)).Take(pages.Sum(page => page.Ids.Count));
        Answers.Compare(pages[0].Url, right, [.. pages.SelectMany(page => page.Ids)]);
        return [Paged(wrk, pages)];
    }

    private SearchCase Paged(Wrk wrk, List<(Uri Url, IReadOnlyList<Guid> Ids)> pages) => new(
        SearchCase.Paged,
        (seconds, token) => wrk.RunAsync(stage.Gateway, Scripts.InTurn(stage.Gateway, pages.Select(page => page.Url.PathAndQuery)), [], seconds, token),
        async token =>
        {
            var (url, ids) = pages[(int)(++_samples % pages.Count)];
            Answers.Compare(url, ids, (await Answers.GetAsync(url, acceptsGzip: false, token)).Ids);
        });

    private Task CheckAsync(Uri server, IEnumerable<EventRange> ranges, CancellationToken cancellationToken) =>
        _answers.CheckAsync(server, ranges, acceptsGzip: false, cancellationToken);

    private EventRange NextSample() => stage.Ranges.Different(_samples++);

    private IEnumerable<SearchCase> None(string program, string what)
    {
        Notes.Add($"{program} is not installed: {what} are missing");
        return [];
    }

    private IEnumerable<SearchCase> Skipped(string name, string reason)
    {
        Notes.Add($"{name} was left out: {reason}");
        return [];
    }
}
