using System.Data;
using System.Data.Common;
using BenchmarkDotNet.Attributes;
using Fever.SearchApi.Database;

namespace Fever.Micro;

/// <summary>From rows to the JSON of a response, which every miss does. The rows lie in memory; reading them boxes, which PostgreSQL's driver does not.</summary>
public class EventListWriting : IDisposable
{
    private readonly EventListWriter _writer = new();
    private DataTable _rows = null!;

    [Params(20, 1000)]
    public int Events { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _rows = new DataTable();
        foreach (var type in new[] { typeof(Guid), typeof(string), typeof(DateOnly), typeof(TimeOnly), typeof(DateOnly), typeof(TimeOnly), typeof(decimal), typeof(decimal) })
        {
            _rows.Columns.Add(null, type);
        }

        for (var number = 0; number < Events; number++)
        {
            _rows.Rows.Add(Guid.NewGuid(), $"Camela en concierto {number}", new DateOnly(2021, 6, 30), new TimeOnly(21, 0), new DateOnly(2021, 6, 30), new TimeOnly(22, 30), 15m, 30.5m);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _writer.Dispose();
        _rows.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int Write()
    {
        using DbDataReader rows = _rows.CreateDataReader();
        _writer.Begin();
        while (rows.Read())
        {
            _writer.Add(rows);
        }

        _writer.End();
        return _writer.Written.Length;
    }

    [Benchmark(Baseline = true)]
    public int ReadOnly()
    {
        using DbDataReader rows = _rows.CreateDataReader();
        var read = 0;
        while (rows.Read())
        {
            read += rows.GetGuid(0).Variant + rows.GetString(1).Length + rows.GetFieldValue<DateOnly>(2).Day + rows.GetFieldValue<TimeOnly>(3).Hour
                + rows.GetFieldValue<DateOnly>(4).Day + rows.GetFieldValue<TimeOnly>(5).Hour + (int)rows.GetDecimal(6) + (int)rows.GetDecimal(7);
        }

        return read;
    }
}
