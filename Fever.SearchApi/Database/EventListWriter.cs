using System.Buffers;
using System.Data.Common;
using System.Text.Json;

namespace Fever.SearchApi.Database;

/// <summary>Writes rows as the envelope of a successful response. Reused, by one reader at a time.</summary>
internal sealed class EventListWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly Utf8JsonWriter _json;

    public EventListWriter() => _json = new Utf8JsonWriter(_buffer, EventRow.Json);

    /// <summary>Bytes written since <see cref="Begin"/> or <see cref="Clear"/>.</summary>
    public long Length => _buffer.WrittenCount + _json.BytesPending;

    public ReadOnlyMemory<byte> Written
    {
        get
        {
            _json.Flush();
            return _buffer.WrittenMemory;
        }
    }

    public void Begin()
    {
        Clear();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteStartObject("data"u8);
        _json.WriteStartArray("events"u8);
    }

    public void Add(DbDataReader row) => EventRow.Write(_json, row);

    public void End()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteNull("error"u8);
        _json.WriteEndObject();
    }

    /// <summary>Forgets what was written so far, which the caller has copied.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    public void Dispose() => _json.Dispose();
}
