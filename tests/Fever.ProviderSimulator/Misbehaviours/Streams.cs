namespace Fever.ProviderSimulator.Misbehaviours;

/// <summary>Thrown through the writer of a document once nothing more is to be sent: an endless document would not end otherwise.</summary>
internal sealed class BodyEndedException : Exception;

/// <summary>A stream between a document and the client.</summary>
internal abstract class WireStream(Stream inner) : Stream
{
    public sealed override bool CanRead => false;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => true;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    protected Stream Inner => inner;

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    public sealed override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public sealed override void Flush() => throw new NotSupportedException();

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>Passes so many bytes, then does something once, and passes nothing any more.</summary>
internal sealed class LimitedStream(Stream inner, long limit, Func<Task> then) : WireStream(inner)
{
    private long _left = limit;
    private bool _isOver;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver)
        {
            return;
        }

        var passed = buffer[..(int)Math.Min(_left, buffer.Length)];
        _left -= passed.Length;
        await Inner.WriteAsync(passed, cancellationToken);
        if (_left == 0)
        {
            _isOver = true;
            // With no byte to pass, the headers at least.
            await Inner.FlushAsync(cancellationToken);
            await then();
            throw new BodyEndedException();
        }
    }
}
