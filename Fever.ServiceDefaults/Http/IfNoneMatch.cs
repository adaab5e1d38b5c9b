using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fever.ServiceDefaults.Http;

/// <summary>The precondition If-None-Match (RFC 9110, 13.1.2).</summary>
public static class IfNoneMatch
{
    /// <summary>Whether the condition, in one line or several, lists this entity tag. Compared weakly (RFC 9110, 8.8.3.2).</summary>
    public static bool Matches(StringValues condition, string entityTag)
    {
        if (condition.Count == 0)
        {
            return false;
        }

        // Nearly always the condition is one tag, and parsing it would cost allocations.
        if (condition == entityTag)
        {
            return true;
        }

        // The framework takes w/ for W/, which is case-sensitive (RFC 9110, 8.8.3); no tag of ours ends in it. Its lenient
        // parser would take a time that grows with the square of what it skips.
        return !condition.ToString().Contains("w/\"", StringComparison.Ordinal)
            && EntityTagHeaderValue.TryParse(entityTag, out var own)
            && EntityTagHeaderValue.TryParseStrictList(condition, out var listed)
            && listed.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: false));
    }
}
