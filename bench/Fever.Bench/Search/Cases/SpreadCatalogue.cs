using System.Globalization;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.Bench.Search.Cases;

/// <summary>
/// Events spread evenly over one year: they start at multiples of five minutes and last up to two hours in quarters of
/// an hour. All are online, and every one has an end: how many a range finds depends on its length alone.
/// </summary>
internal static class SpreadCatalogue
{
    private const int PlansPerBasePlan = 4;
    private const int ZonesPerPlan = 3;
    private const int Seed = 1;

    private static readonly string[] Titles =
        ["Camarón, una revolución", "Ópera de Año Nuevo", "Das große Straßenfest", "東京の夜", "Ночь музеев", "Rock & Roll <live>", "Los Morancos", "Candlelight: Tributo a Queen"];

    public static IEnumerable<BasePlan> BasePlans(DateTime firstDay, int plans)
    {
        var random = new Random(Seed);
        for (var number = 1; number <= plans / PlansPerBasePlan; number++)
        {
            yield return new BasePlan(
                Text(number),
                "online",
                $"{Titles[random.Next(Titles.Length)]} {number}",
                Text(random.Next(1, 20)),
                [.. Enumerable.Range(1, PlansPerBasePlan).Select(plan => NextPlan(plan, firstDay, random))]);
        }
    }

    private static Plan NextPlan(int number, DateTime firstDay, Random random)
    {
        var start = firstDay.AddMinutes(5 * random.Next(Ranges.Minutes / 5));
        var end = start.AddMinutes(15 * random.Next(9));
        return new Plan(Text(number), Text(start), Text(end), Text(start.AddDays(-90)), Text(start), [.. Enumerable.Range(1, ZonesPerPlan).Select(zone => NextZone(zone, random))]);
    }

    private static Zone NextZone(int number, Random random) =>
        new(Text(number), Text(random.Next(500)), string.Create(CultureInfo.InvariantCulture, $"{random.Next(5, 200)}.{random.Next(100):00}"), $"Grada {number}", number == 1);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTime time) => time.ToString("s", CultureInfo.InvariantCulture);
}
