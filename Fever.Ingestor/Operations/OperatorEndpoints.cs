using Fever.Ingestor.Scheduling;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Operations;

/// <summary>What operators see and do. Nobody is asked who they are: the Ingestor's port is not for the public, and the gateway does not lead here.</summary>
internal static class OperatorEndpoints
{
    // As many names as a message cut to length can hold.
    private const int NamesInMessage = 50;

    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        var door = app.MapGroup("").WithTags("Operations");
        door.MapGet("/providers", ProvidersAsync).DescribeProviders();
        door.MapPost("/providers/{name}/sync", RequestSyncAsync).DescribeRequestSync();
        door.MapGet("/syncs", SyncsAsync).DescribeSyncs();
        door.MapGet("/rejects", RejectsAsync).DescribeRejects();
        app.MapOpenApi();
    }

    private static Task<IResult> ProvidersAsync(HttpContext context, OperatorDoor door)
    {
        var parameters = new Parameters(context.Request.Query);
        var limit = parameters.Limit();
        var after = parameters.Cursor<string>(ListCursor.TryName);
        return AskAsync(context, door, parameters, async (database, cancellation) =>
        {
            var (rows, next) = Page(
                await database.ProvidersAsync(name: null, after, limit + 1, cancellation), limit, row => ListCursor.Of(ListCursor.Providers, row.Name));
            return new PageResult<ProviderPage>(new(rows, next), next);
        });
    }

    private static Task<IResult> SyncsAsync(HttpContext context, OperatorDoor door)
    {
        var parameters = new Parameters(context.Request.Query);
        var (provider, outcome) = (parameters.Provider(), parameters.Outcome());
        var limit = parameters.Limit();
        var after = parameters.Cursor<Place<Guid>>(ListCursor.TrySync);
        return AskAsync(context, door, parameters, async (database, cancellation) =>
        {
            var (rows, next) = Page(
                await database.SyncsAsync(provider, outcome, after, limit + 1, cancellation), limit, row => ListCursor.Of(ListCursor.Syncs, row.StartedAt, row.Id));
            return new PageResult<SyncPage>(new(rows, next), next);
        });
    }

    private static Task<IResult> RejectsAsync(HttpContext context, OperatorDoor door)
    {
        var parameters = new Parameters(context.Request.Query);
        var provider = parameters.Provider();
        var limit = parameters.Limit();
        var after = parameters.Cursor<Place<long>>(ListCursor.TryReject);
        return AskAsync(context, door, parameters, async (database, cancellation) =>
        {
            var (rows, next) = Page(
                await database.RejectsAsync(provider, after, limit + 1, cancellation), limit, row => ListCursor.Of(ListCursor.Rejects, row.LastSeenAt, row.Id));
            return new PageResult<RejectPage>(new(rows, next), next);
        });
    }

    private static Task<IResult> RequestSyncAsync(string name, HttpContext context, OperatorDoor door, AsyncSignal signal) =>
        door.AskAsync(context, async (database, cancellation) =>
        {
            if (await database.RequestSyncAsync(name, cancellation) is not { } provider)
            {
                var known = await database.ProvidersAsync(name: null, after: null, NamesInMessage, cancellation);
                return new ErrorResult(StatusCodes.Status404NotFound, Unknown(name, [.. known.Select(each => each.Name)]));
            }

            signal.Set();
            return Results.Json(new Answer<SyncRequested>(new(provider, Message(provider))), statusCode: StatusCodes.Status202Accepted);
        });

    private static Task<IResult> AskAsync(
        HttpContext context, OperatorDoor door, Parameters parameters, Func<OperatorDatabase, CancellationToken, Task<IResult>> ask) =>
        parameters.Problem is { } problem
            ? Task.FromResult<IResult>(new ErrorResult(StatusCodes.Status400BadRequest, problem))
            : door.AskAsync(context, ask);

    /// <summary>Of one row more than fit on the page, asked for to see whether there is a next one.</summary>
    private static (IReadOnlyList<T> Rows, string? Next) Page<T>(List<T> rows, int limit, Func<T, string> cursor) =>
        rows.Count > limit ? (rows[..limit], cursor(rows[limit - 1])) : (rows, null);

    private static string Unknown(string name, string[] known) =>
        $"There is no provider \"{name.Truncate()}\"; " + (known is [] ? "there is none at all yet." : $"there are {string.Join(", ", known).Truncate()}.");

    private static string Message(ProviderStatus provider) => provider switch
    {
        { State: ProviderState.Syncing } => $"{provider.Name} is being synced, and will be once more as soon as that has ended.",
        { IsConfigured: true } => $"{provider.Name} is due now, and will be synced as soon as an Ingestor has room for it.",
        _ => $"{provider.Name} is due now. This Ingestor does not poll it: one that is configured with it has to.",
    };
}
