using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Fever.SearchApi.Tests;

/// <summary>Counts the searches that reach PostgreSQL and holds them back while closed.</summary>
internal sealed class QueryGate : DbCommandInterceptor
{
    private volatile TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _queries;

    public QueryGate() => Open();

    public int Queries => Volatile.Read(ref _queries);

    public void Close() => _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.Contains("published_events", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _queries);
            await _open.Task.WaitAsync(cancellationToken);
        }

        return result;
    }
}
