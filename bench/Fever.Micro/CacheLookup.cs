using BenchmarkDotNet.Attributes;
using Fever.SearchApi.Caching;
using Fever.SearchApi.Search;
using Microsoft.Extensions.Options;

namespace Fever.Micro;

/// <summary>From a question to the answer that a replica remembers, which every hit does; and what one more answer costs a full memory.</summary>
public class CacheLookup
{
    private static readonly CatalogVersion Version = new(1, DateTime.UnixEpoch);
    private static readonly byte[] Body = new byte[4000];

    private readonly AnswerMemory _memory = new(new CurrentCatalog(), Options.Create(new CachingOptions { LocalSize = 4_000_000 }));
    private readonly Question _known = QuestionOf(1);
    private readonly Question _unknown = QuestionOf(-1);
    private int _next = 1000;

    [GlobalSetup]
    public void Fill()
    {
        for (var hour = 0; hour < 500; hour++)
        {
            _memory.Keep(new Answer(QuestionOf(hour), Version, Body, next: null));
        }
    }

    [Benchmark]
    public bool Hit() => _memory.TryGet(_known.Canonical, out _);

    [Benchmark]
    public bool Miss() => _memory.TryGet(_unknown.Canonical, out _);

    [Benchmark]
    public void Keep() => _memory.Keep(new Answer(QuestionOf(_next++ % 100_000), Version, Body, next: null));

    private static Question QuestionOf(int hour) =>
        new(new TimeRange(DateTime.UnixEpoch.AddYears(10).AddHours(hour), DateTime.UnixEpoch.AddYears(10).AddHours(hour + 2)));
}
