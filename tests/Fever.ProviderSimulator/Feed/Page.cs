using System.Text;

namespace Fever.ProviderSimulator.Feed;

/// <summary>Takes a document's synchronous writes and passes them on asynchronously: a response accepts no others, and the writers' own asynchronous methods would treble the code.</summary>
internal sealed class Page(Stream destination) : MemoryStream
{
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        // A response that nobody receives any more accepts writes all the same.
        cancellationToken.ThrowIfCancellationRequested();
        await destination.WriteAsync(GetBuffer().AsMemory(0, (int)Length), cancellationToken);
        SetLength(0);
    }

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));
}
