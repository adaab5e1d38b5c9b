using Microsoft.AspNetCore.Http.Features;

namespace Fever.Gateway.Caching;

/// <summary>What a response depends on: the target and the accepted encodings, both as the client wrote them.</summary>
internal readonly struct CacheKey : IEquatable<CacheKey>
{
    private readonly string _target;
    private readonly string? _acceptEncoding;

    public CacheKey(HttpContext context)
    {
        _target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // An absent field (null) means something else than an empty one (RFC 9110, 12.5.3).
        _acceptEncoding = context.Request.Headers.AcceptEncoding;
        Hash = HashCode.Combine(_target, _acceptEncoding);
    }

    public int Hash { get; }

    /// <summary>In bytes.</summary>
    public int Size => sizeof(char) * (_target.Length + (_acceptEncoding?.Length ?? 0));

    public bool Equals(CacheKey other) =>
        Hash == other.Hash && _target == other._target && _acceptEncoding == other._acceptEncoding;

    public override bool Equals(object? obj) => obj is CacheKey other && Equals(other);

    public override int GetHashCode() => Hash;
}
