using Fever.ProviderSimulator.Catalogues;

namespace Fever.ProviderSimulator.Feed;

/// <summary>The answer to one request while the switches prepare it.</summary>
internal sealed class FeedAnswer(HttpContext context, TimeProvider time)
{
    private readonly List<Func<IEnumerable<BasePlan>, IEnumerable<BasePlan>>> _alterations = [];
    private readonly List<Func<Task>> _beforeHeaders = [];
    private readonly List<Func<Stream, Stream>> _wire = [];

    public HttpContext Context => context;

    /// <summary>1 to 3; with neither this nor <see cref="Plans"/> the sample answers come in turn.</summary>
    public int? SampleAnswer { get; set; }

    public long? Plans { get; set; }

    public int Zones { get; set; } = 3;

    public int Seed { get; set; } = 1;

    /// <summary>Only every n-th base plan is altered.</summary>
    public int Every { get; set; } = 1;

    public FeedDocument Document { get; } = new();

    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>Null: the document's own.</summary>
    public string? ContentType { get; set; }

    /// <summary>What is announced, whatever is sent; null: chunked.</summary>
    public long? ContentLength { get; set; }

    public bool IsFeed => Status is >= 200 and < 300 && HasBody;

    public bool HasBody => Status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    public void Alter(Func<BasePlan, BasePlan> alter) => Alter(basePlan => [alter(basePlan)], () => Every);

    /// <summary>Puts others in the place of every n-th base plan.</summary>
    public void Alter(Func<BasePlan, IEnumerable<BasePlan>> alter, Func<int> every) =>
        _alterations.Add(basePlans => basePlans.SelectMany((basePlan, index) => (index + 1) % every() == 0 ? alter(basePlan) : [basePlan]));

    public IEnumerable<BasePlan> BasePlans()
    {
        var basePlans = Plans is { } plans
            ? new SyntheticCatalogue(plans, Zones, Seed).BasePlans()
            : SampleCatalogue.Answers[SampleAnswer!.Value - 1];
        return _alterations.Aggregate(basePlans, (altered, alter) => alter(altered));
    }

    public void BeforeHeaders(Func<Task> action) => _beforeHeaders.Add(action);

    public async Task PrepareAsync()
    {
        foreach (var action in _beforeHeaders)
        {
            await action();
        }
    }

    /// <summary>Puts a stream around the one that leads to the client; the next one goes around this one.</summary>
    public void OnWire(Func<Stream, Stream> wrap) => _wire.Add(wrap);

    public Stream Wire() => _wire.Aggregate(context.Response.Body, (inner, wrap) => wrap(inner));

    public Task WaitAsync(TimeSpan duration) => Task.Delay(duration, time, context.RequestAborted);
}
