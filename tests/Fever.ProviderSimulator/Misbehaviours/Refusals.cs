using System.Globalization;
using Fever.ProviderSimulator.Feed;

namespace Fever.ProviderSimulator.Misbehaviours;

internal sealed class StatusSwitch() : NumberSwitch("status", "a final status", 200, 599)
{
    protected override void Apply(long number, FeedAnswer answer) => answer.Status = (int)number;
}

internal sealed class RetryAfterSwitch() : HeaderSwitch("retry-after", "seconds or a date, or anything else")
{
    protected override void Apply(string value, FeedAnswer answer) => answer.Context.Response.Headers.RetryAfter = value;
}

internal sealed class TypeSwitch() : HeaderSwitch("type", "a content type, or anything else")
{
    protected override void Apply(string value, FeedAnswer answer) => answer.ContentType = value;
}

internal sealed class RedirectSwitch() : HeaderSwitch("redirect", "self, private or any other target")
{
    protected override void Apply(string value, FeedAnswer answer)
    {
        var request = answer.Context.Request;
        Redirect.To(answer, value switch
        {
            "self" => $"{request.Path}{request.QueryString}",
            "private" => "http://10.0.0.1/feed",
            _ => value,
        });
    }
}

/// <summary>So many redirects on the way to what the other parameters ask for.</summary>
internal sealed class HopsSwitch() : NumberSwitch("hops", "a number", 0, 1_000_000)
{
    protected override void Apply(long number, FeedAnswer answer)
    {
        if (number == 0)
        {
            return;
        }

        var request = answer.Context.Request;
        var others = request.Query.Where(parameter => !parameter.Key.Equals(Name, StringComparison.OrdinalIgnoreCase));
        var next = QueryString.Create(others).Add(Name, (number - 1).ToString(CultureInfo.InvariantCulture));
        Redirect.To(answer, $"{request.Path}{next}");
    }
}

internal static class Redirect
{
    public static void To(FeedAnswer answer, string location)
    {
        answer.Context.Response.Headers.Location = location;
        if (answer.Status == StatusCodes.Status200OK)
        {
            answer.Status = StatusCodes.Status302Found;
        }
    }
}
