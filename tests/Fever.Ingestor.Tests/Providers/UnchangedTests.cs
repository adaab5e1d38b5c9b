using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>A feed that has not changed, and how long a response is fresh.</summary>
public sealed class UnchangedTests
{
    private static readonly DateTimeOffset Monday = new(2025, 12, 29, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Validators_of_a_response_are_sent_with_the_next_poll()
    {
        using var provider = RawProvider.Responding("<planList/>", "ETag: W/\"a1\"", "Last-Modified: Mon, 29 Dec 2025 10:00:00 GMT");
        using var poller = new Poller(provider.Url);
        await using var first = await poller.GetAsync();
        Assert.Equal(new Validators("W/\"a1\"", Monday), first.Validators);
        Assert.Null(first.UnchangedReason);

        await using var second = await poller.GetAsync(first.Validators);

        Assert.DoesNotContain("\r\nIf-", provider.Requests.First(), StringComparison.Ordinal);
        Assert.Contains("\r\nIf-None-Match: W/\"a1\"\r\n", provider.Requests.Last(), StringComparison.Ordinal);
        Assert.Contains("\r\nIf-Modified-Since: Mon, 29 Dec 2025 10:00:00 GMT\r\n", provider.Requests.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ETag: \"b\"", "\"b\"")]
    [InlineData("X: y", "\"a\"")]
    public async Task Not_modified_keeps_the_validators_that_it_leaves_out(string header, string etag)
    {
        using var provider = RawProvider.RespondingWith("304 Same", header);
        using var poller = new Poller(provider.Url);

        await using var response = await poller.GetAsync(new("\"a\"", Monday));

        Assert.Equal(UnchangedReason.NotModified, response.UnchangedReason);
        Assert.Equal(new Validators(etag, Monday), response.Validators);
        Assert.Equal(0, await response.Body.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Not_modified_is_refused_when_the_request_was_not_conditional()
    {
        using var provider = RawProvider.RespondingWith("304 Same");
        using var poller = new Poller(provider.Url);

        var exception = await Poller.FaultOfAsync(poller.GetAsync(new Validators(null, null)));

        Assert.Equal("the provider responded with 304", exception.Message);
    }

    [Theory]
    [InlineData("\"a\"", "\"a\"")]
    [InlineData("\"a\"", "W/\"a\"")]
    [InlineData("W/\"a\"", "\"a\"")]
    [InlineData("W/\"a\"", "W/\"a\"")]
    public async Task Response_with_the_known_ETag_is_unchanged_and_its_body_is_not_read(string known, string etag)
    {
        var isGivenUp = new TaskCompletionSource();
        using var provider = new RawProvider(async exchange =>
        {
            await exchange.RespondAsync("", $"ETag: {etag}");
            try
            {
                while (true)
                {
                    await exchange.SendAsync(new string('x', 100_000));
                }
            }
            catch (IOException)
            {
                isGivenUp.SetResult();
            }
        });
        using var poller = new Poller(provider.Url);

        await using (var response = await poller.GetAsync(new(known, null)))
        {
            Assert.Equal(UnchangedReason.SameEtag, response.UnchangedReason);
            Assert.Equal((0, 0, 0), (response.Bytes, response.CompressedBytes, await response.Body.ReadAsync(new byte[1])));
        }

        await isGivenUp.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("ETag: \"b\"")]
    [InlineData("ETag: \"A\"")]
    [InlineData("X: y")]
    public async Task Response_with_another_ETag_or_none_is_read(string header)
    {
        using var provider = RawProvider.Responding("<planList/>", header);
        using var poller = new Poller(provider.Url);

        Assert.Equal("<planList/>", await poller.ReadAsync(new("\"a\"", Monday)));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("unquoted")]
    [InlineData("\"ñ\"")]
    [InlineData("\"a\", \"b\"")]
    [InlineData("\"a\" b\"")]
    public async Task ETag_that_could_not_be_sent_back_is_none(string etag)
    {
        using var provider = RawProvider.Responding("<planList/>", $"ETag: {etag}", "Last-Modified: yesterday");
        using var poller = new Poller(provider.Url);

        await using var response = await poller.GetAsync();

        Assert.Equal(new Validators(null, null), response.Validators);
    }

    [Theory]
    [InlineData("Cache-Control: max-age=600", 600)]
    [InlineData("Cache-Control: public, max-age=600\r\nAge: 100", 500)]
    [InlineData("Cache-Control: max-age=600\r\nAge: 700", 0)]
    [InlineData("Cache-Control: max-age=600, no-store", null)]
    [InlineData("Cache-Control: no-cache, max-age=600", null)]
    [InlineData("Cache-Control: max-age=soon", null)]
    [InlineData("Age: 100", null)]
    public async Task Response_is_fresh_for_its_max_age_less_its_age(string headers, int? seconds)
    {
        using var provider = RawProvider.Responding("<planList/>", headers);
        using var unchanged = RawProvider.RespondingWith("304 Same", headers);
        foreach (var url in new[] { provider.Url, unchanged.Url })
        {
            using var poller = new Poller(url);
            await using var response = await poller.GetAsync(new("\"a\"", null));

            Assert.Equal(seconds, response.MaxAge?.TotalSeconds);
        }
    }
}
