using Fever.ProviderSimulator.Misbehaviours;
using Fever.ServiceDefaults.Errors;

namespace Fever.ProviderSimulator.Feed;

/// <summary>Every query parameter of the feed; a new one is a class and a place in this list.</summary>
internal static class Switches
{
    // They apply in this order, whatever their order in the query: the format comes before what depends on it,
    // what alters records before what repeats them, and what meddles with bytes from the wire inward.
    private static readonly Switch[] All =
    [
        new FormatSwitch(), new AnswerSwitch(), new PlansSwitch(), new ZonesSwitch(), new SeedSwitch(),
        new EndlessSwitch(), new ChangedSwitch(), new EverySwitch(),
        new PriceSwitch(), new CapacitySwitch(), new StartSwitch(), new EndSwitch(), new TitlesSwitch(),
        new MissingSwitch(), new UnknownSwitch(), new DuplicatesSwitch(),
        new LaughsSwitch(), new EntitySwitch(), new AttributeSwitch(), new NestingSwitch(), new PaddingSwitch(),
        new EncodingSwitch(), new DeclaredSwitch(),
        new RateSwitch(), new HangSwitch(), new ResetSwitch(), new CutSwitch(), new LengthSwitch(), new CodingSwitch(), new InvalidSwitch(),
        new DelaySwitch(), new StatusSwitch(), new RetryAfterSwitch(), new TypeSwitch(), new RedirectSwitch(), new HopsSwitch(),
        new ETagSwitch(), new ModifiedSwitch(), new MaxAgeSwitch(),
    ];

    /// <summary>What is wrong with the query, if anything.</summary>
    public static string? Apply(IQueryCollection query, FeedAnswer answer)
    {
        var unknown = query.Keys.FirstOrDefault(name => !All.Any(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
        if (unknown is not null)
        {
            return $"'{unknown.Truncate()}' is not a parameter of the feed; accepted are {string.Join(", ", All.Select(known => known.Name))}.";
        }

        foreach (var given in All.Where(known => query.ContainsKey(known.Name)))
        {
            var values = query[given.Name];
            if (values.Count > 1 || !given.TryApply(values.ToString(), answer))
            {
                return $"{given.Name} is '{values.ToString().Truncate()}'; accepted is {given.Accepted}{(values.Count > 1 ? ", once" : "")}.";
            }
        }

        return null;
    }
}
