using BenchmarkDotNet.Attributes;
using Fever.SearchApi.Queries;

namespace Fever.Micro;

/// <summary>From a query string to a search query, which every request does.</summary>
public class RangeParsing
{
    [Benchmark]
    [Arguments("2021-06-01")]
    [Arguments("2021-06-01T18:30:00Z")]
    [Arguments("2021-06-01T18:30:00.1234567+02:00")]
    public bool Bound(string text) => TimeBound.TryParse(text, out _);

    [Benchmark]
    [Arguments("")]
    [Arguments("?starts_at=2021-06-01T18:30:00Z&ends_at=2021-06-01T21:15:00Z")]
    [Arguments("?starts_at=2021-06-01T18%3A30%3A00%2B02%3A00&utm_source=mail")]
    [Arguments("?starts_at=tomorrow")]
    public bool Query(string text) => SearchQueryParser.TryParse(text, out _, out _);
}
