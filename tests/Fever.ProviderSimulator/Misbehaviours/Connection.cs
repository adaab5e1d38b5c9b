using System.Globalization;
using Fever.ProviderSimulator.Feed;
using Microsoft.AspNetCore.Connections.Features;

namespace Fever.ProviderSimulator.Misbehaviours;

internal sealed class DelaySwitch() : NumberSwitch("delay", "seconds before the headers,", 0, 86_400)
{
    protected override void Apply(long number, FeedAnswer answer) =>
        answer.BeforeHeaders(() => answer.WaitAsync(TimeSpan.FromSeconds(number)));
}

internal sealed class RateSwitch() : NumberSwitch("rate", "bytes a second", 1, 1 << 30)
{
    protected override void Apply(long number, FeedAnswer answer) =>
        answer.OnWire(inner => new SlowStream(inner, (int)number, () => answer.WaitAsync(TimeSpan.FromSeconds(1))));

    private sealed class SlowStream(Stream inner, int rate, Func<Task> wait) : WireStream(inner)
    {
        private int _sent;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (buffer.Length > 0)
            {
                if (_sent == rate)
                {
                    await wait();
                    _sent = 0;
                }

                var now = Math.Min(rate - _sent, buffer.Length);
                await Inner.WriteAsync(buffer[..now], cancellationToken);
                _sent += now;
                buffer = buffer[now..];
            }
        }
    }
}

/// <summary>A switch for something that happens before the headers or after so many bytes.</summary>
internal abstract class BreakSwitch(string name) : Switch(name, "headers, or bytes of the body from 0")
{
    public sealed override bool TryApply(string value, FeedAnswer answer)
    {
        if (value == "headers")
        {
            answer.BeforeHeaders(() => BreakAsync(answer));
            return true;
        }

        var isNumber = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        if (isNumber)
        {
            answer.OnWire(inner => new LimitedStream(inner, bytes, () => BreakAsync(answer)));
        }

        return isNumber;
    }

    protected abstract Task BreakAsync(FeedAnswer answer);
}

internal sealed class HangSwitch() : BreakSwitch("hang")
{
    protected override Task BreakAsync(FeedAnswer answer) => answer.WaitAsync(Timeout.InfiniteTimeSpan);
}

internal sealed class ResetSwitch() : BreakSwitch("reset")
{
    protected override Task BreakAsync(FeedAnswer answer)
    {
        // Closing with nothing left to linger for sends RST instead of FIN.
        answer.Context.Features.Get<IConnectionSocketFeature>()?.Socket.LingerState = new(enable: true, seconds: 0);
        answer.Context.Abort();
        return answer.WaitAsync(Timeout.InfiniteTimeSpan);
    }
}

internal sealed class CutSwitch() : NumberSwitch("cut", "bytes of the body", 0, NumberSwitch.Endless)
{
    protected override void Apply(long number, FeedAnswer answer) =>
        answer.OnWire(inner => new LimitedStream(inner, number, () => Task.CompletedTask));
}

internal sealed class LengthSwitch() : NumberSwitch("length", "bytes", 0, NumberSwitch.Endless)
{
    protected override void Apply(long number, FeedAnswer answer)
    {
        answer.ContentLength = number;
        // The server refuses to send more than it announced.
        answer.OnWire(inner => new LimitedStream(inner, number, () => Task.CompletedTask));
    }
}
