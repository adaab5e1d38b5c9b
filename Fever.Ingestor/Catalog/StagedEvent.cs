using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Catalog;

/// <summary>
/// An observation with what the catalog adds to it. <see cref="EndsAt"/> is never before <see cref="StartsAt"/>, and
/// equal to it when the plan has no end. Rows are equal when their fingerprints are: one comparison tells a change.
/// </summary>
internal sealed record StagedEvent(Guid Id, Observation Observation, DateTime StartsAt, DateTime EndsAt, byte[] Fingerprint)
{
    public static StagedEvent From(Observation observation, string provider, TimeZoneInfo zone)
    {
        var startsAt = LocalTime.ToUtc(observation.Start, zone);
        var endsAt = LocalTime.ToUtc(observation.End ?? observation.Start, zone);
        if (endsAt < startsAt)
        {
            // A skipped start has moved forward, past an end that soon follows it.
            endsAt = startsAt;
        }

        var id = EventIdentity.Of(provider, observation.Plan);
        return new StagedEvent(id, observation, startsAt, endsAt, FingerprintOf(observation, startsAt, endsAt));
    }

    // "G29" leaves out trailing zeros, so 20.0 after 20.00 is no change. U+0000, which no text has, ends the title: it may
    // contain anything else. An event without the facts behind it has the fingerprint that it had before they were read.
    private static byte[] FingerprintOf(Observation observation, DateTime startsAt, DateTime endsAt)
    {
        var prices = observation.ArePricesUnknown ? "?" : string.Create(CultureInfo.InvariantCulture, $"{observation.MinPrice:G29}|{observation.MaxPrice:G29}");
        var facts = string.Join('\0', observation.OrganizerCompanyId, observation.SellFrom, observation.SellTo, observation.SoldOut);
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{observation.SellMode}|{observation.Start.Ticks}|{observation.End?.Ticks}|{startsAt.Ticks}|{endsAt.Ticks}|{prices}|{observation.Title}{(facts.Length > 3 ? $"\0{facts}" : "")}")));
    }
}
