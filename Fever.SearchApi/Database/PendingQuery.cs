using System.Diagnostics;
using Fever.SearchApi.Queries;

namespace Fever.SearchApi.Database;

/// <summary>A query that waits for a read worker, and the task of its result.</summary>
internal sealed class PendingQuery(SearchQuery query, CancellationToken deadline) : TaskCompletionSource<QueryResult>
{
    public SearchQuery Query => query;

    /// <summary>The span of the request that asked.</summary>
    public ActivityContext Parent { get; } = Activity.Current?.Context ?? default;

    /// <summary>The deadline has passed: nobody waits for the result any more.</summary>
    public bool IsExpired => deadline.IsCancellationRequested;
}
