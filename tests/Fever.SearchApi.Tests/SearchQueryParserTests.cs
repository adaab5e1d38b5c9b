using Fever.SearchApi.Queries;

namespace Fever.SearchApi.Tests;

public sealed class SearchQueryParserTests
{
    private const string AcceptedTime = "an RFC 3339 date-time such as 2021-02-01T00:00:00Z (UTC when it has no offset) or a date such as 2021-02-01";

    private static readonly DateTime January = new(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly PageCursor Cursor = new(January.AddMicroseconds(5), new Guid("00112233-4455-6677-8899-aabbccddeeff"));

    [Fact]
    public void Every_parameter_may_be_missing()
    {
        Assert.Equal(new SearchQuery(new TimeRange(null, null)), Parse(null));
        Assert.Equal(new SearchQuery(new TimeRange(null, null)), Parse("?x=1&start=2&starts_at_=3&limits=4&cursors=5"));
        Assert.Equal(new SearchQuery(new TimeRange(January, null)), Parse("?starts_at=2021-01-01"));
        Assert.Equal(new SearchQuery(new TimeRange(null, January.AddDays(1).AddMicroseconds(-1))), Parse("?ends_at=2021-01-01"));
    }

    [Fact]
    public void All_parameters_together_are_read_whatever_the_case_of_their_names()
    {
        var expected = new SearchQuery(new TimeRange(January, January), Limit: 7, Cursor);

        Assert.Equal(expected, Parse($"?starts_at=2021-01-01&ends_at=2021-01-01T00:00:00Z&limit=7&cursor={Cursor.Text}"));
        Assert.Equal(expected, Parse($"?CURSOR={Cursor.Text}&LIMIT=7&Ends_At=2021-01-01T02:00:00%2B02:00&STARTS_AT=2021-01-01"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Limit_is_from_one_to_a_thousand(int limit) => Assert.Equal(limit, Parse($"?limit={limit}").Limit);

    [Theory]
    [InlineData("2021-01-01T00:00:00Z", "2021-01-01T00:00:00Z")]
    [InlineData("2021-01-01", "2021-01-01")]
    [InlineData("2021-01-01T12:00:00Z", "2021-01-01")]
    [InlineData("2021-01-01T00:00:00.0000001Z", "2021-01-01T00:00:00.0000001Z")]
    [InlineData("2021-01-01T00:00:00.0000002Z", "2021-01-01T00:00:00.0000001Z")]
    public void Bounds_that_are_the_same_or_round_past_each_other_are_a_range(string startsAt, string endsAt) =>
        Parse($"?starts_at={startsAt}&ends_at={endsAt}");

    [Theory]
    [InlineData("?starts_at=2021-01-02&ends_at=2021-01-01", "starts_at (2021-01-02) is later than ends_at (2021-01-01); it must be the same or earlier.")]
    [InlineData("?starts_at=2021-01-01T00:00:00.000001Z&ends_at=2021-01-01T00:00:00Z", "starts_at (2021-01-01T00:00:00.000001Z) is later than ends_at (2021-01-01T00:00:00Z); it must be the same or earlier.")]
    [InlineData("?starts_at=", "starts_at is empty; leave it out, or give " + AcceptedTime + ".")]
    [InlineData("?ends_at=x", "ends_at is \"x\"; it must be " + AcceptedTime + ".")]
    [InlineData("?ends_at=x&ends_at=y&ends_at=z", "ends_at is given 3 times (x,y,z); give it once, as " + AcceptedTime + ".")]
    [InlineData("?limit=0", "limit is \"0\"; it must be a whole number from 1 to 1000.")]
    [InlineData("?limit=1001", "limit is \"1001\"; it must be a whole number from 1 to 1000.")]
    [InlineData("?limit=x&starts_at=y", "starts_at is \"y\"; it must be " + AcceptedTime + ".")]
    [InlineData("?cursor=x", "cursor is \"x\"; it must be the cursor in the Link header of the previous page.")]
    public void What_is_wrong_is_said_with_what_is_accepted(string queryString, string message)
    {
        Assert.False(SearchQueryParser.TryParse(queryString, out _, out var error));
        Assert.Equal(message, error);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1000)]
    public void Message_shows_the_beginning_of_many_values(int times)
    {
        Assert.False(SearchQueryParser.TryParse("?" + string.Concat(Enumerable.Repeat($"&limit={new string('7', 99)}", times)), out _, out var error));

        Assert.StartsWith($"limit is given {times} times ({new string('7', 99)},", error, StringComparison.Ordinal);
        Assert.InRange(error.Length, 1, 250);
    }

    [Fact]
    public void Cursor_reads_back_and_fits_into_a_URL()
    {
        foreach (var cursor in new[] { Cursor, new PageCursor(DateTime.MinValue, Guid.Empty), new PageCursor(DateTime.MaxValue.AddTicks(-9), Guid.AllBitsSet) })
        {
            Assert.True(PageCursor.TryParse(cursor.Text, out var parsed));
            Assert.Equal(cursor, parsed);
            Assert.Equal(DateTimeKind.Utc, parsed.StartsAt.Kind);
            Assert.Matches("^[-_0-9A-Za-z]{32}$", cursor.Text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAA AAA")]
    [InlineData("AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("K8oodfQ3QAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("__________YAAAAAAAAAAAAAAAAAAAAA")]
    public void Cursor_that_was_not_given_is_refused(string text) => Assert.False(PageCursor.TryParse(text, out _));

    [Fact]
    public void Key_differs_for_every_query_and_is_the_same_in_every_process()
    {
        var queries = new[]
        {
            "", "?starts_at=2021-01-01T00:00:00Z", "?ends_at=2021-01-01T00:00:00Z", "?starts_at=2021-01-01T00:00:00Z&ends_at=2021-01-01T00:00:00Z",
            "?limit=1", "?limit=2", $"?cursor={Cursor.Text}", $"?limit=1&cursor={Cursor.Text}",
        }.Select(Parse).Append(new SearchQuery(default, EventId: Cursor.Id)).Append(new SearchQuery(default, EventId: Guid.Empty)).ToArray();

        Assert.Equal(queries.Length, queries.Select(query => query.Key).Distinct().Count());
        Assert.Equal("2:637450560000000000-:7:" + Cursor.Text, new SearchQuery(new TimeRange(January, null), 7, Cursor).Key);
        Assert.Equal("2:event:00112233-4455-6677-8899-aabbccddeeff", new SearchQuery(default, EventId: Cursor.Id).Key);
    }

    [Fact]
    public void Canonical_form_changes_nothing_but_the_range()
    {
        var query = new SearchQuery(new TimeRange(January.AddSeconds(1), null), 7, Cursor);

        Assert.Equal(query with { Range = new TimeRange(January.AddMinutes(1), null) }, query.Canonical(60));
    }

    private static SearchQuery Parse(string? queryString)
    {
        Assert.True(SearchQueryParser.TryParse(queryString, out var query, out var error), error);
        Assert.Null(error);
        return query;
    }
}
