namespace Fever.Ingestor.Providers;

/// <summary>Whether bytes come fast enough: so many a second, over any 30 seconds of waiting for them.</summary>
internal sealed class ByteRate
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly long _enough;
    private readonly Queue<(TimeSpan At, long Bytes)> _latest = [];
    private TimeSpan _waited;
    private long _bytes;

    public ByteRate(int bytesPerSecond)
    {
        _enough = (long)(bytesPerSecond * Window.TotalSeconds);
        // As if enough had come just before: the first window begins now.
        Add(_enough, TimeSpan.Zero);
    }

    /// <summary>How long to wait for more at the most.</summary>
    public TimeSpan LongestWait => _enough == 0 ? Timeout.InfiniteTimeSpan : NotNegative(_latest.Peek().At + Window - _waited);

    public void Add(long bytes, TimeSpan waited)
    {
        _waited += waited;
        _bytes += bytes;
        _latest.Enqueue((_waited, bytes));
        // The latest that are enough are kept: once the first of them is older than the window, they are not any more.
        while (_latest.Count > 1 && _bytes - _latest.Peek().Bytes >= _enough)
        {
            _bytes -= _latest.Dequeue().Bytes;
        }
    }

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
