using Microsoft.AspNetCore.Http.Features;

namespace Fever.Gateway.Caching;

/// <summary>What an answer depends on: the target, and the encodings that are accepted, both as the client wrote them.</summary>
internal readonly struct AnswerKey : IEquatable<AnswerKey>
{
    private readonly string _target;
    private readonly string? _acceptEncoding;

    public AnswerKey(HttpContext context)
    {
        _target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // Not the same when absent and when empty (RFC 9110, 12.5.3): null and "".
        _acceptEncoding = context.Request.Headers.AcceptEncoding;
        Hash = HashCode.Combine(_target, _acceptEncoding);
    }

    public int Hash { get; }

    /// <summary>In bytes.</summary>
    public int Size => sizeof(char) * (_target.Length + (_acceptEncoding?.Length ?? 0));

    public bool Equals(AnswerKey other) =>
        Hash == other.Hash && _target == other._target && _acceptEncoding == other._acceptEncoding;

    public override bool Equals(object? obj) => obj is AnswerKey other && Equals(other);

    public override int GetHashCode() => Hash;
}
