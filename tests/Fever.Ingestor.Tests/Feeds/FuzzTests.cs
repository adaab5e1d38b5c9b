using System.Globalization;
using System.Text;
using Fever.Ingestor.Feeds;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.Ingestor.Tests.Feeds;

/// <summary>Documents by the ten thousand that nobody would write; the seed of one that does harm is in the message.</summary>
public sealed class FuzzTests
{
    private const int Damaged = 40_000;
    private const int OneBadRecord = 10_000;

    private static readonly Encoding[] Encodings =
        [Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1, Encoding.ASCII];

    // What formats are made of, so that not every change ends in the first syntax error.
    private static readonly string[] Pieces =
    [
        "<", ">", "/", "\"", "'", "&", "&#0;", "&#xD800;", "]]>", "<![CDATA[", "<!--", "-->", "<?", "<!DOCTYPE a>", "<zone price=\"1\"/>", "<plan>", "</plan>",
        "</base_plan>", "<base_plan title=\"\">", "price=\"\"", " xmlns=\"a\"", " x:", "{", "}", "[", "]", ",", ":", "null", "true", "1e9", "\\u0000", "\\ud800",
        "\\", "{\"price\":1}", "\"plans\":[{}]", "{\"end_of_feed\":true}\n", "\"title\":1,", "\0", "\uFEFF", "\uFFFF", "\n", "0", "-1", "99999999999999999999", "2021-02-30T00:00:00",
    ];

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void Damaged_document_ends_in_records_and_at_most_one_fault_at_a_bounded_cost(string format)
    {
        for (var seed = 0; seed < Damaged; seed++)
        {
            var random = new Random(seed);
            var document = Damage(Document(format, random), random);
            using var stream = new PiecewiseStream(document, random.Next(1, 4_096));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var reading = Reading.Of(format, stream);

                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.InRange(allocated, 0, (512 << 10) + (100L * document.Length));
                Assert.InRange(reading.Records.Count, 0, document.Length);
                Assert.InRange(stream.Reads, 0, document.Length + 10);
                Assert.All(reading.Records, AssertStorable);
                Assert.True((reading.Fault?.Message ?? "").IsValidText());
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{format}, seed {seed}: {exception.Message}", exception);
            }
        }
    }

    [Theory]
    [InlineData(Reading.Xml)]
    [InlineData(Reading.Ndjson)]
    public void One_bad_record_is_missing_and_no_other(string format)
    {
        for (var seed = 0; seed < OneBadRecord; seed++)
        {
            var random = new Random(seed);
            BasePlan[] basePlans = [.. Catalogue(random)];
            var whole = Reading.Whole(format, Printed.As(format, basePlans));
            var bad = random.Next(whole.Count);

            var records = Reading.Whole(format, Printed.As(format, Spoil(basePlans, bad, random))).ToList();

            if (records.Count == whole.Count + 1)
            {
                // A bad zone: the rest of its plan is read all the same.
                Assert.Equal((whole[bad] as Observation)?.Plan, (records[bad + 1] as Observation)?.Plan);
                records.RemoveAt(bad + 1);
            }

            Assert.True(records.Count == whole.Count && records[bad] is Rejection, $"{format}, seed {seed}: record {bad} is not set aside alone");
            Assert.True(
                whole.Where((_, index) => index != bad).SequenceEqual(records.Where((_, index) => index != bad)), $"{format}, seed {seed}: another record than {bad} is different");
        }
    }

    private static IEnumerable<BasePlan> Catalogue(Random random) =>
        new SyntheticCatalogue(random.Next(1, 12), random.Next(4), random.Next()).BasePlans();

    private static string Document(string format, Random random) =>
        format == Reading.Xml ? Printed.Xml(Catalogue(random)) : Printed.Ndjson(Catalogue(random), isTitleLast: random.Next(2) == 0);

    private static byte[] Damage(string document, Random random)
    {
        var changes = random.Next(1, 4);
        for (var change = 0; change < changes; change++)
        {
            document = Change(document, random);
        }

        var bytes = Encodings[random.Next(8) == 0 ? random.Next(Encodings.Length) : 0].GetBytes(document);
        for (var flip = random.Next(4) == 0 ? random.Next(1, 5) : 0; flip > 0 && bytes.Length > 0; flip--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static string Change(string document, Random random)
    {
        var (from, to) = (random.Next(document.Length + 1), random.Next(document.Length + 1));
        return random.Next(7) switch
        {
            0 => document[..from],
            1 => document[from..],
            2 => document[..from] + document[to..],
            3 => document[..from] + Document(random.Next(2) == 0 ? Reading.Xml : Reading.Ndjson, random)[..^random.Next(20)] + document[from..],
            4 => $"<?xml version=\"1.0\" encoding=\"{Encodings[random.Next(Encodings.Length)].WebName}\"?>{document}",
            _ => document[..from] + Pieces[random.Next(Pieces.Length)] + document[Math.Min(document.Length, from + random.Next(3))..],
        };
    }

    private static IEnumerable<BasePlan> Spoil(BasePlan[] basePlans, int bad, Random random)
    {
        foreach (var basePlan in basePlans)
        {
            Plan[] plans = [.. basePlan.Plans];
            if (bad >= 0 && bad < plans.Length)
            {
                plans[bad] = Spoil(plans[bad], random);
            }

            bad -= plans.Length;
            yield return basePlan with { Plans = plans };
        }
    }

    private static Plan Spoil(Plan plan, Random random) => random.Next(6) switch
    {
        0 => plan with { Id = "" },
        1 => plan with { Id = new string('x', random.Next(201, 5_000)) },
        2 => plan with { Start = plan.Start!.Replace('T', ' ') },
        3 => plan with { Start = "2021-02-29T20:00:00" },
        4 => plan with { End = plan.Start!.Replace("20", "19", StringComparison.Ordinal)[..4] + plan.Start[4..] },
        _ => plan with { Zones = [.. plan.Zones, new Zone("1", "1", random.Next(2) == 0 ? "" : (-random.NextDouble() - 1).ToString(CultureInfo.InvariantCulture), "Z", false)] },
    };

    private static void AssertStorable(FeedRecord record)
    {
        var (plan, texts) = record switch
        {
            Observation observation => (observation.Plan, new[] { observation.Title }),
            Rejection rejection => (rejection.Plan, [rejection.Reason, rejection.Raw]),
            _ => throw new NotSupportedException(),
        };
        string[] all = [.. texts, plan?.BasePlanId ?? "", plan?.PlanId ?? ""];
        Assert.True(Array.TrueForAll(all, text => text.IsValidText()));
        Assert.True(all.Max(text => text.Length) <= 10_000);
    }
}
