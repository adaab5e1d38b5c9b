using BenchmarkDotNet.Attributes;
using Fever.SearchApi.Search;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Fever.Micro;

/// <summary>From a query's text to a range: every request does it, hits too.</summary>
public class RangeParsing
{
    private readonly QueryCollection _query = Query(("starts_at", "2021-06-01T18:30:00Z"), ("ends_at", "2021-06-01T21:15:00Z"));
    private readonly QueryCollection _wrong = Query(("starts_at", "tomorrow"));

    [Benchmark]
    [Arguments("2021-06-01")]
    [Arguments("2021-06-01T18:30:00Z")]
    [Arguments("2021-06-01T18:30:00.1234567+02:00")]
    public bool Bound(string text) => TimeBound.TryParse(text, out _);

    [Benchmark]
    public bool Range() => TimeRange.TryRead(_query, out _, out _);

    [Benchmark]
    public bool WrongRange() => TimeRange.TryRead(_wrong, out _, out _);

    private static QueryCollection Query(params (string Name, string Value)[] parameters) =>
        new(parameters.ToDictionary(each => each.Name, each => new StringValues(each.Value)));
}
