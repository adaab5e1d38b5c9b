using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fever.Bench.Search.OpenLoop;

/// <summary>Waits for any of several sockets, for microseconds: <c>Socket.Select</c> knows whole milliseconds only, which is as long as what is measured.</summary>
internal sealed class Ready(IReadOnlyList<Socket> sockets)
{
    private const short Readable = 1;

    private readonly Watched[] _watched =
        [.. sockets.Select(socket => new Watched { Descriptor = (int)socket.SafeHandle.DangerousGetHandle(), Wanted = Readable })];

    /// <summary>Whether there is something to read, or the connection's end, since the last wait.</summary>
    public bool this[int socket] => _watched[socket].Happened != 0;

    public void Wait(TimeSpan most)
    {
        var time = new TimeSpec { Seconds = (nint)(most.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(most.Ticks % TimeSpan.TicksPerSecond * 100) };
        if (ppoll(_watched, (nuint)_watched.Length, time, 0) < 0)
        {
            // A signal came, and what happened was not written down.
            for (var socket = 0; socket < _watched.Length; socket++)
            {
                _watched[socket].Happened = 0;
            }
        }
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ppoll([In, Out] Watched[] watched, nuint count, in TimeSpec most, nint signals);

    [StructLayout(LayoutKind.Sequential)]
    private struct Watched
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
