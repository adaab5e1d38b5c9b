using System.Globalization;

namespace Fever.ProviderSimulator.Catalogues;

/// <summary>
/// Three consecutive answers of a real provider. Between them 322 vanishes, 444 appears (offline, on a day that
/// does not exist), times and capacities change; plan 1642 occurs under three base plans, zone 186 twice in one plan.
/// </summary>
public static class SampleCatalogue
{
    public static IReadOnlyList<IReadOnlyList<BasePlan>> Answers { get; } =
    [
        [Camela("2021-06-30T22:00:00", platea: 243, grada: 100, a28: 90), PantomimaFull(), Morancos("2021-07-31T21:00:00", numbered: 2, unnumbered: 16)],
        [Camela("2021-06-30T22:00:00", platea: 240, grada: 50, a28: 90), Morancos("2021-07-31T21:20:00", numbered: 0, unnumbered: 14), Valderrama("2021-09-31T21:00:00")],
        [Camela("2021-06-30T21:30:00", platea: 200, grada: 0, a28: 80), Morancos("2021-07-31T21:00:00", numbered: 0, unnumbered: 12), Valderrama("2021-09-31T20:00:00")],
    ];

    private static BasePlan Camela(string end, int platea, int grada, int a28) =>
        new("291", "online", "Camela en concierto", null,
        [
            new("291", "2021-06-30T21:00:00", end, "2020-07-01T00:00:00", "2021-06-30T20:00:00",
            [
                Zone("40", platea, "20.00", "Platea", true),
                Zone("38", grada, "15.00", "Grada 2", false),
                Zone("30", a28, "30.00", "A28", true),
            ]),
        ]);

    private static BasePlan PantomimaFull() =>
        new("322", "online", "Pantomima Full", "2",
        [
            new("1642", "2021-02-10T20:00:00", "2021-02-10T21:30:00", "2021-01-01T00:00:00", "2021-02-09T19:50:00", [Zone("311", 2, "55.00", "A42", true)]),
            new("1643", "2021-02-11T20:00:00", "2021-02-11T21:30:00", "2021-01-01T00:00:00", "2021-02-10T19:50:00", [Zone("311", 2, "55.00", "A42", true)]),
        ]);

    private static BasePlan Morancos(string end, int numbered, int unnumbered) =>
        new("1591", "online", "Los Morancos", "1",
        [
            new("1642", "2021-07-31T20:00:00", end, "2021-06-26T00:00:00", "2021-07-31T19:50:00",
            [
                Zone("186", numbered, "75.00", "Amfiteatre", true),
                Zone("186", unnumbered, "65.00", "Amfiteatre", false),
            ]),
        ]);

    private static BasePlan Valderrama(string end) =>
        new("444", "offline", "Tributo a Juanito Valderrama", "1",
        [
            new("1642", "2021-09-31T20:00:00", end, "2021-02-10T00:00:00", "2021-09-31T19:50:00", [Zone("7", 22, "65.00", "Amfiteatre", false)]),
        ]);

    private static Zone Zone(string id, int capacity, string price, string name, bool isNumbered) =>
        new(id, capacity.ToString(CultureInfo.InvariantCulture), price, name, isNumbered);
}
