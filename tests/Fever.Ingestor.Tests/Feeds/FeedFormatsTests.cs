using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;

namespace Fever.Ingestor.Tests.Feeds;

public sealed class FeedFormatsTests
{
    [Fact]
    public void Formats_are_found_by_the_names_they_are_listed_under()
    {
        Assert.Equal([Reading.Xml, Reading.Ndjson], FeedFormats.Names);
        Assert.All(FeedFormats.Names, name => Assert.Equal(name, FeedFormats.Find(name)?.Name));
        Assert.Null(FeedFormats.Find("rss"));
    }

    [Fact]
    public void Unknown_format_of_a_provider_is_refused_with_the_known_ones()
    {
        var options = new ProvidersOptions();
        options.Providers.Add(new ProviderOptions { Name = "p", Url = "http://127.0.0.1/", Format = Reading.Ndjson });
        options.Providers.Add(new ProviderOptions { Name = "q", Url = "http://127.0.0.1/", Format = "rss", Key = "Providers:1" });

        Assert.Equal(["Providers:1:Format: must be one of planlist-xml, planlist-ndjson"], new ProviderOptionsValidation().Validate(null, options).Failures);
    }
}
