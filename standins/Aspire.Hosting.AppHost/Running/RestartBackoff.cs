namespace Aspire.Hosting.Running;

/// <summary>How long to wait before a restart: twice as long after each short life, from the beginning after a long one.</summary>
internal sealed class RestartBackoff
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _longLife = TimeSpan.FromSeconds(30);

    /// <summary>Short lives in a row.</summary>
    public int Failures { get; private set; }

    public TimeSpan Next(TimeSpan life)
    {
        Failures = life >= _longLife ? 1 : Failures + 1;
        var delay = _first * Math.Pow(2, Math.Min(Failures - 1, 10));
        return delay < _longest ? delay : _longest;
    }
}
