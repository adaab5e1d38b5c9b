using Fever.Ingestor.Database;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Operations;

/// <summary>Answers operators from the database, or soon says that it cannot: they ask most when the database is in trouble.</summary>
internal sealed partial class OperatorDoor(IServiceScopeFactory scopes, SchemaReady schema, TimeProvider time, ILogger<OperatorDoor> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<IResult> AskAsync(HttpContext context, Func<OperatorDatabase, CancellationToken, Task<IResult>> ask)
    {
        var aborted = context.RequestAborted;
        using var late = new CancellationTokenSource(Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        try
        {
            // The driver is told to stop; with a server that hangs it may take longer than callers should wait.
            return await AskAsync(ask, over.Token).WaitAsync(over.Token);
        }
        catch (Exception exception) when (!aborted.IsCancellationRequested && (late.IsCancellationRequested || CatalogDbContext.FaultOf(exception) is not null))
        {
            Log.Away(logger, late.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds} s" : CatalogDbContext.FaultOf(exception)!.Message);
            context.Response.Headers.RetryAfter = "1";
            return new ErrorResult(StatusCodes.Status503ServiceUnavailable, "The database does not answer at the moment. Try again in a second.");
        }
    }

    /// <summary>In a scope of its own, which may outlive a request that was answered without it.</summary>
    private async Task<IResult> AskAsync(Func<OperatorDatabase, CancellationToken, Task<IResult>> ask, CancellationToken cancellationToken)
    {
        await schema.WaitAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<OperatorDatabase>(), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "An operator could not be answered: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
