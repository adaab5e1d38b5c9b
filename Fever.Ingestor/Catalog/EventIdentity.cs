using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Fever.Ingestor.Feeds;

namespace Fever.Ingestor.Catalog;

/// <summary>
/// An event's id: a UUIDv5 of its identity, so it is the same after a restart, on every replica and in a rebuilt
/// database. Nothing here may ever change: clients keep these ids.
/// </summary>
internal static class EventIdentity
{
    private static readonly Guid Fever = new("7be01774-3736-41d0-ae60-a7e935b789b4");

    public static Guid Of(string provider, PlanKey plan) =>
        Version5(Fever, $"{Part(provider)}{Part(plan.BasePlanId)}{Part(plan.PlanId)}");

    /// <summary>A name-based UUID with SHA-1: RFC 9562 §5.5.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 9562 names SHA-1; nothing secret rests on it.")]
    public static Guid Version5(Guid space, string name)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData([.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    // Netstrings: with each part's length in front, ("1", "23") and ("12", "3") cannot meet.
    private static string Part(string text) => $"{Encoding.UTF8.GetByteCount(text)}:{text},";
}
