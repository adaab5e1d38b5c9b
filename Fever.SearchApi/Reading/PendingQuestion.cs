using System.Diagnostics;
using Fever.SearchApi.Search;

namespace Fever.SearchApi.Reading;

/// <summary>A question that waits for a lane, and whoever waits for its reading.</summary>
internal sealed class PendingQuestion(Question question, long askedAt, CancellationToken deadline)
    : TaskCompletionSource<EventReading>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Question Question { get; } = question;

    /// <summary>A timestamp.</summary>
    public long AskedAt { get; } = askedAt;

    /// <summary>The span under which it was asked.</summary>
    public ActivityContext Asked { get; } = Activity.Current?.Context ?? default;

    /// <summary>Nobody waits for it any more.</summary>
    public bool IsTooLate => deadline.IsCancellationRequested;
}
