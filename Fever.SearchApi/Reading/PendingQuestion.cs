using System.Diagnostics;
using Fever.SearchApi.Search;

namespace Fever.SearchApi.Reading;

/// <summary>A question that waits for a lane, and whoever waits for its reading.</summary>
internal sealed class PendingQuestion(Question question, CancellationToken deadline) : TaskCompletionSource<EventReading>
{
    public Question Question { get; } = question;

    /// <summary>The span under which it was asked.</summary>
    public ActivityContext Asked { get; } = Activity.Current?.Context ?? default;

    /// <summary>Nobody waits for it any more.</summary>
    public bool IsTooLate => deadline.IsCancellationRequested;
}
