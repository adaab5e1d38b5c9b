using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fever.ProviderSimulator.Feed;
using Microsoft.Net.Http.Headers;

namespace Fever.ProviderSimulator.Misbehaviours;

/// <summary>The same tag for the same parameters and sample answer, so for the same document.</summary>
internal sealed class ETagSwitch() : ChoiceSwitch("etag", "on", "weak", "ignored")
{
    protected override void Apply(string choice, FeedAnswer answer) => answer.BeforeHeaders(() =>
    {
        var document = SHA256.HashData(Encoding.UTF8.GetBytes($"{answer.SampleAnswer}{answer.Context.Request.QueryString}"));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(document.AsSpan(0, 8))}\"", isWeak: choice == "weak");
        answer.Context.Response.Headers.ETag = tag.ToString();
        var known = answer.Context.Request.GetTypedHeaders().IfNoneMatch;
        // RFC 9110 section 13.1.2 compares weakly; 13.2.1 leaves an answer that is not a success alone.
        if (choice != "ignored" && answer.IsFeed && known.Any(other => other.Equals(EntityTagHeaderValue.Any) || other.Compare(tag, useStrongComparison: false)))
        {
            answer.Status = StatusCodes.Status304NotModified;
        }

        return Task.CompletedTask;
    });
}

internal sealed class ModifiedSwitch() : Switch("modified", "a date such as 2021-06-30 or 2021-06-30T21:00:00Z")
{
    public override bool TryApply(string value, FeedAnswer answer)
    {
        if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified))
        {
            return false;
        }

        answer.Context.Response.GetTypedHeaders().LastModified = modified;
        var request = answer.Context.Request.GetTypedHeaders();
        // RFC 9110 section 13.1.3: not with If-None-Match.
        if (answer.IsFeed && request.IfNoneMatch.Count == 0 && modified <= request.IfModifiedSince)
        {
            answer.Status = StatusCodes.Status304NotModified;
        }

        return true;
    }
}

internal sealed class MaxAgeSwitch() : NumberSwitch("max-age", "seconds", 0, int.MaxValue)
{
    protected override void Apply(long number, FeedAnswer answer) =>
        answer.Context.Response.Headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"max-age={number}");
}
