using Fever.Ingestor.Scheduling;
using Fever.ServiceDefaults.Errors;
using Microsoft.EntityFrameworkCore;
using static Fever.Ingestor.Operations.OperatorOpenApi;

namespace Fever.Ingestor.Operations;

/// <summary>
/// The operator API. It has no authentication: the Ingestor's port is not for the public, and the gateway does not
/// forward to it. The comments of the handlers are the text of the OpenAPI document.
/// </summary>
internal static class OperatorEndpoints
{
    // As many names as a message cut to length can hold.
    private const int NamesInMessage = 50;

    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("").WithTags("Operations").AddEndpointFilter(ParameterErrors.FilterAsync).WithMetadata(
            Error(StatusCodes.Status500InternalServerError, "Something went wrong on our side"),
            Error(StatusCodes.Status503ServiceUnavailable, "The database does not respond at the moment; Retry-After says when to try again"));
        var badParameter = Error(StatusCodes.Status400BadRequest, "A parameter is not accepted; the message says which and what is accepted");
        api.MapGet("/providers", ListProvidersAsync).WithName("listProviders").WithMetadata(Page<ProviderPage>(), badParameter);
        api.MapPost("/providers/{name}/sync", RequestSyncAsync).WithName("requestSync").WithMetadata(
            Response<Envelope<SyncRequested>>(StatusCodes.Status202Accepted, "The sync is asked for; the message says what happens"),
            Error(StatusCodes.Status404NotFound, "There is no such provider; the message names those that there are"));
        api.MapGet("/syncs", ListSyncsAsync).WithName("listSyncs").WithMetadata(Page<SyncPage>(), badParameter);
        api.MapGet("/rejects", ListRejectsAsync).WithName("listRejects").WithMetadata(Page<RejectPage>(), badParameter);
        app.MapOpenApi();
    }

    /// <summary>Lists the providers: how each is, how old its data are, and when it is polled next</summary>
    /// <param name="limit">How many to list at most.</param>
    /// <param name="cursor">The next of an earlier page: go on after it.</param>
    public static Task<IResult> ListProvidersAsync(
        HttpContext context, OperatorDatabase database, [PageSize] int limit = 100, [ProviderName] string? cursor = null) =>
        ListAsync(context, database, limit, queries => queries.Providers(cursor), row => row.Name, (rows, next) => new ProviderPage(rows, next));

    /// <summary>Lists the syncs, the newest first</summary>
    /// <param name="provider">Only of this provider; nothing if there is none of that name.</param>
    /// <param name="outcome">Only those that ended so.</param>
    /// <param name="limit">How many to list at most.</param>
    /// <param name="cursor">The next of an earlier page: go on after it.</param>
    public static Task<IResult> ListSyncsAsync(
        HttpContext context,
        OperatorDatabase database,
        [ProviderName] string? provider = null,
        [Outcome] string? outcome = null,
        [PageSize] int limit = 100,
        [Cursor<Guid>] string? cursor = null) =>
        ListAsync(
            context, database, limit, queries => queries.Syncs(provider, outcome, ListCursor<Guid>.Parse(cursor)),
            row => new ListCursor<Guid>(row.StartedAt, row.Id), (rows, next) => new SyncPage(rows, next));

    /// <summary>Lists the bad records that were set aside, the latest seen first</summary>
    /// <remarks>Each once, however often it was seen. One that is seen again while its list is being paged through moves to the front: to where the next walk begins.</remarks>
    /// <param name="provider">Only of this provider; nothing if there is none of that name.</param>
    /// <param name="limit">How many to list at most.</param>
    /// <param name="cursor">The next of an earlier page: go on after it.</param>
    public static Task<IResult> ListRejectsAsync(
        HttpContext context, OperatorDatabase database, [ProviderName] string? provider = null, [PageSize] int limit = 100, [Cursor<long>] string? cursor = null) =>
        ListAsync(
            context, database, limit, queries => queries.Rejects(provider, ListCursor<long>.Parse(cursor)),
            row => new ListCursor<long>(row.LastSeenAt, row.Id), (rows, next) => new RejectPage(rows, next));

    /// <summary>Makes a provider due now</summary>
    /// <remarks>One that is being synced is synced once more afterwards.</remarks>
    /// <param name="name">The provider's, as listed.</param>
    public static Task<IResult> RequestSyncAsync(HttpContext context, OperatorDatabase database, AsyncSignal signal, string name) =>
        database.QueryAsync(context, async (queries, cancellation) =>
        {
            if (await queries.RequestSyncAsync(name, cancellation) is not { } provider)
            {
                var known = await queries.Providers(after: null).Select(each => each.Name).Take(NamesInMessage).ToArrayAsync(cancellation);
                return new ErrorResult(StatusCodes.Status404NotFound, Unknown(name, known));
            }

            signal.Set();
            return Results.Json(new Envelope<SyncRequested>(new(provider, Message(provider))), statusCode: StatusCodes.Status202Accepted);
        });

    private static Task<IResult> ListAsync<TRow, TPage>(
        HttpContext context, OperatorDatabase database, int limit,
        Func<OperatorQueries, IQueryable<TRow>> query, Func<TRow, object> cursor, Func<List<TRow>, string?, TPage> page)
        where TPage : notnull => database.QueryAsync(context, async (queries, cancellation) =>
        {
            // One row more than fit on the page tells whether there is a next one.
            var rows = await query(queries).Take(limit + 1).ToListAsync(cancellation);
            var next = rows.Count > limit ? cursor(rows[limit - 1]).ToString() : null;
            return new PageResult<TPage>(page(next is null ? rows : rows[..limit], next), next);
        });

    private static string Unknown(string name, string[] known) =>
        $"There is no provider \"{name.Truncate()}\"; " + (known is [] ? "there is none at all yet." : $"there are {string.Join(", ", known).Truncate()}.");

    private static string Message(ProviderStatus provider) => provider switch
    {
        { State: ProviderState.Syncing } => $"{provider.Name} is being synced, and will be once more as soon as that has ended.",
        { IsConfigured: true } => $"{provider.Name} is due now, and will be synced as soon as an Ingestor has room for it.",
        _ => $"{provider.Name} is due now. This Ingestor does not poll it: one that is configured with it has to.",
    };
}
