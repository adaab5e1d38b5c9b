using System.Buffers.Text;
using System.Net.Sockets;

namespace Fever.Bench.Search.OpenLoop;

/// <summary>One connection with one request on it at a time.</summary>
internal sealed class Connection : IDisposable
{
    private static ReadOnlySpan<byte> HeadersEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LengthName => "\r\nContent-Length: "u8;

    private static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    private readonly byte[] _buffer = new byte[256 << 10];
    private int _read;
    private int _whole;

    public Connection(Uri server)
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(server.Host, server.Port);
        Socket.Blocking = false;
    }

    public Socket Socket { get; }

    /// <summary>Ticks when the request that has not been answered yet was due; null when there is none.</summary>
    public long? DueAt { get; private set; }

    /// <summary>Whether the last answer was 200.</summary>
    public bool IsGood => _buffer.AsSpan(0, _read).StartsWith("HTTP/1.1 200"u8);

    public long Bytes { get; private set; }

    public bool IsLost { get; private set; }

    public void Send(ReadOnlySpan<byte> request, long dueAt)
    {
        (DueAt, _read, _whole) = (dueAt, 0, 0);
        // A request is far smaller than what the kernel takes from an idle connection.
        IsLost |= Socket.Send(request, SocketFlags.None, out var error) != request.Length || error != SocketError.Success;
    }

    /// <summary>Reads what there is.</summary>
    /// <returns>Whether the answer is whole now.</returns>
    public bool Receive()
    {
        var count = Socket.Receive(_buffer.AsSpan(_read), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        IsLost |= error != SocketError.Success || count == 0;
        _read += Math.Max(count, 0);
        Bytes += Math.Max(count, 0);
        if (!IsWhole())
        {
            return false;
        }

        DueAt = null;
        return true;
    }

    public void Dispose() => Socket.Dispose();

    private bool IsWhole()
    {
        var text = _buffer.AsSpan(0, _read);
        if (_whole == 0 && text.IndexOf(HeadersEnd) is >= 0 and var end)
        {
            var headers = text[..(end + HeadersEnd.Length)];
            var place = headers.IndexOf(LengthName);
            _whole = place >= 0 && Utf8Parser.TryParse(headers[(place + LengthName.Length)..], out int length, out _) ? headers.Length + length : -1;
        }

        // Without a length it is chunked.
        return _whole > 0 ? _read >= _whole : _whole < 0 && text.EndsWith(LastChunk);
    }
}
