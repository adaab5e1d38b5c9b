using System.Security.Cryptography;
using System.Text;
using Fever.Ingestor.Catalog;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Tests;

/// <summary>Which observations of an event are the same. The fingerprints are stored, so one that changes is a change of every event.</summary>
public sealed class FingerprintTests
{
    private static readonly DateTime Start = new(2021, 6, 30, 21, 0, 0);
    private static readonly Observation Plan = new(new PlanKey("1", "2"), SellMode.Online, "Title", Start, Start.AddHours(1), 15m, 20.50m);

    [Fact]
    public void Fingerprint_of_an_event_without_further_facts_is_the_one_that_older_versions_stored()
    {
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes("Online|637606836000000000|637606872000000000|637606836000000000|637606872000000000|15|20.5|Title"));

        Assert.Equal(expected, Of(Plan));
    }

    [Fact]
    public void Fingerprints_are_equal_where_the_observed_facts_are_and_only_there()
    {
        Observation[] different =
        [
            Plan, Plan with { SellMode = SellMode.Offline }, Plan with { Title = "Title|" }, Plan with { Title = "" }, Plan with { Start = Start.AddMinutes(1) }, Plan with { End = null },
            Plan with { MinPrice = 1 }, Plan with { MaxPrice = 30 }, Plan with { MinPrice = null, MaxPrice = null }, Plan with { MinPrice = null, MaxPrice = null, ArePricesUnknown = true },
            Plan with { OrganizerCompanyId = "1" }, Plan with { SellFrom = "1" }, Plan with { SellTo = "1" }, Plan with { SoldOut = "1" },
        ];

        Assert.Equal(different.Length, different.Select(Of).Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(Of(Plan), Of(Plan with { MaxPrice = 20.5m, Plan = new PlanKey("3", "4") }));
    }

    private static byte[] Of(Observation observation) => StagedEvent.From(observation, "p", TimeZoneInfo.Utc).Fingerprint;
}
