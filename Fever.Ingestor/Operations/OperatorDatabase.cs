using Fever.Ingestor.Database;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Operations;

/// <summary>Runs the operators' queries, or soon says that the database does not respond: they ask most when it is in trouble.</summary>
internal sealed partial class OperatorDatabase(IServiceScopeFactory scopes, SchemaReady schema, TimeProvider time, ILogger<OperatorDatabase> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public async Task<IResult> QueryAsync(HttpContext context, Func<OperatorQueries, CancellationToken, Task<IResult>> query)
    {
        var aborted = context.RequestAborted;
        using var late = new CancellationTokenSource(Timeout, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        try
        {
            // The driver is told to stop; with a server that hangs it may take longer than callers should wait.
            return await QueryAsync(query, over.Token).WaitAsync(over.Token);
        }
        catch (Exception exception) when (!aborted.IsCancellationRequested && (late.IsCancellationRequested || CatalogDbContext.FaultOf(exception) is not null))
        {
            Log.Unavailable(logger, late.IsCancellationRequested ? $"no response within {Timeout.TotalSeconds} s" : CatalogDbContext.FaultOf(exception)!.Message);
            context.Response.Headers.RetryAfter = "1";
            return new ErrorResult(StatusCodes.Status503ServiceUnavailable, "The database does not respond at the moment. Try again in a second.");
        }
    }

    /// <summary>In a scope of its own, which may outlive a request that got its response without it.</summary>
    private async Task<IResult> QueryAsync(Func<OperatorQueries, CancellationToken, Task<IResult>> query, CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<OperatorQueries>(), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A request to the operator API failed: {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);
    }
}
