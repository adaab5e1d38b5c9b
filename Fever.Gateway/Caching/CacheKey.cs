using Fever.SearchApi.Queries;
using Microsoft.AspNetCore.Http.Features;

namespace Fever.Gateway.Caching;

/// <summary>What a response depends on: the target and the accepted encodings.</summary>
internal readonly struct CacheKey : IEquatable<CacheKey>
{
    private readonly string _target;
    private readonly string? _acceptEncoding;

    private CacheKey(string target, HttpContext context)
    {
        _target = target;
        // An absent field (null) means something else than an empty one (RFC 9110, 12.5.3).
        _acceptEncoding = context.Request.Headers.AcceptEncoding;
        Hash = HashCode.Combine(_target, _acceptEncoding);
    }

    /// <summary>With the target as the client wrote it, which costs next to nothing.</summary>
    public static CacheKey Raw(HttpContext context) => new(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, context);

    /// <summary>
    /// With the canonical form of the search (docs/adr/0026), in which "from now on" is one search a minute. False for
    /// what is no search, and what SearchApi will refuse.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="timeResolution">That of the minimum version. It is part of the key: in a version of another resolution equal canonical forms can select different events.</param>
    /// <param name="key">The key.</param>
    public static bool TryGetCanonical(HttpContext context, short timeResolution, out CacheKey key)
    {
        key = default;
        if (!context.Request.Path.Equals("/search", StringComparison.Ordinal) || !SearchQueryParser.TryParse(context.Request.QueryString.Value, out var query, out _))
        {
            return false;
        }

        key = new CacheKey($"{timeResolution}:{query.Canonical(timeResolution).Key}", context);
        return true;
    }

    public int Hash { get; }

    /// <summary>In bytes.</summary>
    public int Size => sizeof(char) * (_target.Length + (_acceptEncoding?.Length ?? 0));

    public bool Equals(CacheKey other) =>
        Hash == other.Hash && _target == other._target && _acceptEncoding == other._acceptEncoding;

    public override bool Equals(object? obj) => obj is CacheKey other && Equals(other);

    public override int GetHashCode() => Hash;
}
