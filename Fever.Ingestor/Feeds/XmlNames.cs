using System.Xml;

namespace Fever.Ingestor.Feeds;

/// <summary>
/// The names of one document. Their number is limited, because the framework's own table grows without end with a feed
/// of <c>&lt;a1/&gt;&lt;a2/&gt;…</c>. The tags of a feed are alike, so the name that followed the previous name last time
/// is tried first: that saves a hash at each of ten million names.
/// </summary>
internal sealed class XmlNames : XmlNameTable
{
    // A plan list has some twenty.
    private const int MaxNames = 10_000;
    private const int MaxLength = 1_000;

    private readonly Dictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _entries =
        new Dictionary<string, Entry>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private Entry _last = new("");

    public override string Add(char[] array, int offset, int length) => Add(array.AsSpan(offset, length));

    public override string Add(string array) => Add(array.AsSpan());

    public override string? Get(char[] array, int offset, int length) => Get(array.AsSpan(offset, length));

    public override string? Get(string array) => Get(array.AsSpan());

    private string Add(ReadOnlySpan<char> name)
    {
        var next = _last.Next;
        if (next is not null && name.SequenceEqual(next.Name))
        {
            _last = next;
            return next.Name;
        }

        return Find(name);
    }

    private string Find(ReadOnlySpan<char> name)
    {
        var entry = _entries.TryGetValue(name, out var known) ? known : New(name);
        _last.Next = entry;
        _last = entry;
        return entry.Name;
    }

    private string? Get(ReadOnlySpan<char> name) => _entries.TryGetValue(name, out var entry) ? entry.Name : null;

    private Entry New(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxLength || _entries.Dictionary.Count == MaxNames)
        {
            throw new FeedException(
                FeedFault.TokenTooLong, $"a name is longer than {MaxLength} characters, or there are more than {MaxNames} different ones");
        }

        return _entries[name] = new Entry(name.ToString());
    }

    private sealed class Entry(string name)
    {
        public string Name { get; } = name;
        public Entry? Next { get; set; }
    }
}
