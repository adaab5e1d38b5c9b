using Fever.ProviderSimulator.Catalogues;

namespace Fever.ProviderSimulator.Feed;

internal sealed class FormatSwitch() : ChoiceSwitch("format", "xml", "ndjson")
{
    protected override void Apply(string choice, FeedAnswer answer) => answer.Document.IsNdjson = choice == "ndjson";
}

internal sealed class AnswerSwitch() : NumberSwitch("answer", "a number", 1, SampleCatalogue.Answers.Count)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.SampleAnswer = (int)number;
}

internal sealed class PlansSwitch() : NumberSwitch("plans", "a number", 0, 1_000_000)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Plans = number;
}

internal sealed class ZonesSwitch() : NumberSwitch("zones", "a number", 0, 10_000)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Zones = (int)number;
}

internal sealed class SeedSwitch() : NumberSwitch("seed", "a number", int.MinValue, int.MaxValue)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Seed = (int)number;
}
