namespace Fever.Ingestor.Providers;

/// <summary>Whether a body comes fast enough: at least so many bytes a second, over any 30 seconds of waiting for it.</summary>
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
        // As if enough bytes had come just before, so that the first window begins now.
        Add(_enough, TimeSpan.Zero);
    }

    /// <summary>How long the next bytes may take.</summary>
    public TimeSpan LongestWait => _enough == 0 ? Timeout.InfiniteTimeSpan : NotNegative(_latest.Peek().At + Window - _waited);

    public void Add(long bytes, TimeSpan waited)
    {
        _waited += waited;
        _bytes += bytes;
        _latest.Enqueue((_waited, bytes));
        // Keeps only as many of the latest reads as bring enough bytes. When the first of these leaves the window, the rate is too low.
        while (_latest.Count > 1 && _bytes - _latest.Peek().Bytes >= _enough)
        {
            _bytes -= _latest.Dequeue().Bytes;
        }
    }

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
