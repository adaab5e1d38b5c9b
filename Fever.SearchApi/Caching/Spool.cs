using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Fever.SearchApi.Caching;

/// <summary>
/// A body too large for memory: a file without a name, written by one and read by any number, who may begin before it is
/// whole. The file goes when nobody refers to it any more.
/// </summary>
internal sealed class Spool
{
    private const int ChunkSize = 64 * 1024;

    private readonly SafeFileHandle _file = Open();
    private readonly Lock _lock = new();
    private TaskCompletionSource _grown = NewSignal();
    private long _length;
    private bool _isComplete;
    private Exception? _failure;

    /// <summary>Bytes written so far.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Bytes of the whole body; null until they are known.</summary>
    public long? WholeLength
    {
        get
        {
            lock (_lock)
            {
                return _isComplete && _failure is null ? _length : null;
            }
        }
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(_file, bytes, _length, cancellationToken);
        Signal(() => _length += bytes.Length);
    }

    /// <param name="failure">Why there is no more although there should be; null when the body is whole.</param>
    public void Complete(Exception? failure = null) => Signal(() => (_isComplete, _failure) = (true, failure));

    /// <summary>Copies all of it, at the pace of the destination and, if it is still being written, of the writer.</summary>
    /// <exception cref="IOException">The body has an end too early.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (long position = 0; await MayReadAsync(position, cancellationToken);)
            {
                var count = await RandomAccess.ReadAsync(_file, buffer.AsMemory(0, ChunkSize), position, cancellationToken);
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Waits for more; false when there will not be any.</summary>
    private async ValueTask<bool> MayReadAsync(long position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_lock)
            {
                if (_failure is not null)
                {
                    throw new IOException("The answer broke off while it was made.", _failure);
                }

                if (position < _length || _isComplete)
                {
                    return position < _length;
                }

                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    private void Signal(Action change)
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            change();
            (grown, _grown) = (_grown, NewSignal());
        }

        grown.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static SafeFileHandle Open()
    {
        var path = Path.Combine(Path.GetTempPath(), $"fever-{Guid.NewGuid():N}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        // Where files can lose their name while they are open nothing is left behind by a process that is killed.
        File.Delete(path);
        return file;
    }
}
