using System.Buffers;
using System.Data.Common;
using System.Text.Json;

namespace Fever.SearchApi.Database;

/// <summary>Writes rows as the envelope of a successful response. Reused, by one reader at a time.</summary>
internal sealed class EventListWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly Utf8JsonWriter _json;
    private bool _isFirst;

    public EventListWriter() => _json = new Utf8JsonWriter(_buffer, EventRow.Json);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Begin()
    {
        _buffer.ResetWrittenCount();
        _buffer.Write("""{"data":{"events":["""u8);
        _isFirst = true;
    }

    public void Add(DbDataReader row)
    {
        if (!_isFirst)
        {
            _buffer.Write(","u8);
        }

        _isFirst = false;
        EventRow.Write(_json, row);
        _json.Flush();
        _json.Reset();
    }

    public void End() => _buffer.Write("""]},"error":null}"""u8);

    /// <summary>Forgets what was written so far, which the caller has copied.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    public void Dispose() => _json.Dispose();
}
