using System.Globalization;

namespace Fever.ProviderSimulator.Catalogues;

/// <summary>
/// A catalogue of any size, made as it is read and the same for the same parameters. One base plan in ten is
/// offline; some plans have no end, some no zones; plan ids recur under other base plans, as real ones do.
/// </summary>
public sealed record SyntheticCatalogue(long Plans, int ZonesPerPlan, int Seed)
{
    private const int PlansPerBasePlan = 4;

    private static readonly string[] Titles =
        ["Camarón, una revolución", "Ópera de Año Nuevo", "Das große Straßenfest", "Čajovna pod hvězdami", "東京の夜", "Ночь музеев", "Rock & Roll <live>", "🎪 Circo"];

    private static readonly DateTime FirstDay = new(2021, 1, 1);

    public IEnumerable<BasePlan> BasePlans()
    {
        var random = new Random(Seed);
        for (var first = 0L; first < Plans; first += PlansPerBasePlan)
        {
            var number = (first / PlansPerBasePlan) + 1;
            yield return new BasePlan(
                Text(number),
                random.Next(10) == 0 ? "offline" : "online",
                $"{Titles[random.Next(Titles.Length)]} {number}",
                Text(random.Next(1, 20)),
                [.. Enumerable.Range(1, (int)Math.Min(PlansPerBasePlan, Plans - first)).Select(plan => NextPlan(plan, random))]);
        }
    }

    private Plan NextPlan(int number, Random random)
    {
        var start = FirstDay.AddMinutes(15L * random.Next(4 * 365 * 24 * 4));
        var end = start.AddMinutes(15 * random.Next(1, 24));
        var zoneSeed = random.Next();
        return new Plan(
            Text(number),
            Text(start),
            random.Next(20) == 0 ? null : Text(end),
            Text(start.AddDays(-90)),
            Text(start.AddHours(-1)),
            random.Next(50) == 0 ? [] : Zones(zoneSeed));
    }

    private IEnumerable<Zone> Zones(int seed)
    {
        var random = new Random(seed);
        for (var number = 1; number <= ZonesPerPlan; number++)
        {
            var cents = random.Next(500, 20_000);
            yield return new Zone(Text(number), Text(random.Next(500)), string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:00}"), $"Grada {number}", random.Next(2) == 0);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTime time) => time.ToString("s", CultureInfo.InvariantCulture);
}
