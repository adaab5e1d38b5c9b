using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.Running;

/// <summary>Hands every item to every reader, after those of <paramref name="backlog"/>.</summary>
internal sealed class Broadcast<T>(Func<IEnumerable<T>> backlog)
{
    private readonly Lock _gate = new();
    private readonly List<ChannelWriter<T>> _readers = [];

    /// <summary>Changes the backlog and hands on the item, with no reader between the two.</summary>
    public void Publish(Func<T> change)
    {
        lock (_gate)
        {
            var item = change();
            // A reader that has ended takes no more.
            _readers.RemoveAll(reader => !reader.TryWrite(item));
        }
    }

    /// <summary>What there is, in lists of at most <paramref name="most"/>, and if asked to follow what comes.</summary>
    public async IAsyncEnumerable<IReadOnlyList<T>> ReadAsync(bool follow, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<T>(new() { SingleReader = true });
        lock (_gate)
        {
            foreach (var item in backlog())
            {
                channel.Writer.TryWrite(item);
            }

            _readers.Add(channel.Writer);
            if (!follow)
            {
                channel.Writer.Complete();
            }
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var items = new List<T>();
                while (items.Count < most && channel.Reader.TryRead(out var item))
                {
                    items.Add(item);
                }

                yield return items;
            }
        }
        finally
        {
            channel.Writer.TryComplete();
        }
    }
}
