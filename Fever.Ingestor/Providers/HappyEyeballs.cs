using System.Net;
using System.Net.Sockets;

namespace Fever.Ingestor.Providers;

/// <summary>Connects to the first address of a provider's host that accepts. None keeps a poll from the others for longer than 250 ms (Happy Eyeballs, RFC 8305 §5).</summary>
internal static class HappyEyeballs
{
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    public static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var connected = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attempts = new List<Task<Socket>>();
        foreach (var address in addresses)
        {
            var begin = attempts is [] ? Task.CompletedTask : Task.WhenAny(attempts[^1], Task.Delay(attempts.Count * AttemptDelay, time, connected.Token));
            attempts.Add(ConnectAsync(new IPEndPoint(address, port), begin, connected));
        }

        // Does not wait for addresses that hang: the first connection cancels the other attempts.
        await Task.WhenAll((IEnumerable<Task>)attempts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var first = attempts.Find(attempt => attempt.IsCompletedSuccessfully) ?? attempts[0];
        foreach (var other in attempts.Where(attempt => attempt != first && attempt.IsCompletedSuccessfully))
        {
            (await other).Dispose();
        }

        return await first;
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, Task begin, CancellationTokenSource connected)
    {
        await begin;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, connected.Token);
            await connected.CancelAsync();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
