using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace Fever.Ingestor.Syncing;

/// <summary>
/// Carries a feed from its socket to the thread that reads it, and hashes it on the way. Fetching and unpacking take
/// one core, reading another; what is between them is bounded, and a reader that gives up stops the fetching.
/// </summary>
internal static class FeedPump
{
    private const int Chunk = 64 * 1024;

    public static Pipe CreatePipe() => new(new PipeOptions(
        pauseWriterThreshold: 16 * Chunk, resumeWriterThreshold: 8 * Chunk, minimumSegmentSize: Chunk, useSynchronizationContext: false));

    /// <summary>The SHA-256 of the charset and the body, which together are what is read; null when the reader gave up. Throws what ends the body, and only after the reader has been given all that came before.</summary>
    public static async Task<byte[]?> RunAsync(Stream body, string? charset, PipeWriter feed, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(charset ?? ""));
        try
        {
            while (true)
            {
                var chunk = feed.GetMemory(Chunk);
                var length = await body.ReadAsync(chunk, cancellationToken);
                if (length == 0)
                {
                    return hash.GetHashAndReset();
                }

                hash.AppendData(chunk.Span[..length]);
                feed.Advance(length);
                if ((await feed.FlushAsync(cancellationToken)).IsCompleted)
                {
                    return null;
                }
            }
        }
        finally
        {
            // Not with the exception: a pipe that is told of one drops what its reader has not read yet.
            await feed.CompleteAsync();
        }
    }
}
