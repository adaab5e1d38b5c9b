using Fever.ProviderSimulator.Catalogues;
using Fever.ProviderSimulator.Feed;
using Fever.ProviderSimulator.Misbehaviours;
using Fever.Testing;

namespace Fever.Bench.Ingest;

/// <summary>The simulator's synthetic feed, in files that go with this object.</summary>
internal sealed class FeedFiles : IDisposable
{
    public const int PlansInSmall = 4;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The provider's sample: four plans, none of which the others have.</summary>
    public string Small => Named("small");

    public string Base => Named("base");

    /// <summary>The same plans with other titles and prices.</summary>
    public string Changed => Named("changed");

    /// <summary>The content of the changed one with a comment at the end.</summary>
    public string OtherBytes => Named("other-bytes");

    /// <summary>Plans of the big feeds that a search finds.</summary>
    public int Online { get; private set; }

    public async Task WriteAsync(IngestScale scale, CancellationToken cancellationToken)
    {
        var catalogue = new SyntheticCatalogue(scale.Plans, scale.Zones, Seed: 1);
        Online = catalogue.BasePlans().Where(basePlan => basePlan.SellMode == "online").Sum(basePlan => basePlan.Plans.Count);
        var changed = catalogue.BasePlans().Select(ChangedSwitch.Change);
        await WriteAsync(Small, new FeedDocument(), SampleCatalogue.Answers[0], cancellationToken);
        await WriteAsync(Base, new FeedDocument(), catalogue.BasePlans(), cancellationToken);
        await WriteAsync(Changed, new FeedDocument(), changed, cancellationToken);
        await WriteAsync(OtherBytes, new FeedDocument { Tails = { (string[])["<!-- other bytes -->"] } }, changed, cancellationToken);
    }

    public void Dispose() => _folder.Dispose();

    private string Named(string name) => Path.Combine(_folder.Path, $"{name}.xml");

    private static async Task WriteAsync(string file, FeedDocument document, IEnumerable<BasePlan> basePlans, CancellationToken cancellationToken)
    {
        await using var stream = File.Create(file);
        await document.WriteAsync(basePlans, stream, cancellationToken);
    }
}
