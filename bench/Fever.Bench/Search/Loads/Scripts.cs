using System.Globalization;
using Fever.Bench.Search.Cases;

namespace Fever.Bench.Search.Loads;

/// <summary>The requests of a load, in Lua for wrk: the same for the same seed, and made with as little work as can be, for wrk has the machine's processor too.</summary>
internal sealed class Scripts(Ranges ranges)
{
    private const int Seed = 1;

    // More than any load asks for, so that no two loads share a range.
    private const long Block = 250_000;

    /// <summary>For the path that wrk is given, over and over.</summary>
    public const string None = "";

    private long _next;

    public static string Now(Uri server) => $"{Common(server)}{NowFunction()}\nrequest = now\n";

    /// <summary>From the current second plus another millisecond on: nearly every request is a new range.</summary>
    public static string NowPrecise(Uri server) => $$"""
        {{Common(server)}}
        local millisecond = 0
        request = function()
          millisecond = (millisecond + 1) % 1000
          local time = os.time()
          local function precise(second) return os.date("!%Y-%m-%dT%H:%M:%S.", second) .. string.format("%03dZ", millisecond) end
          return get("/search?starts_at=" .. precise(time) .. "&ends_at=" .. precise(time + {{(int)Ranges.FromNow.TotalSeconds}}))
        end

        """;

    /// <summary>A block of ranges that have not been asked for yet.</summary>
    public string Different(Uri server) => $"{Common(server)}{DifferentFunction()}\nrequest = different\n";

    public static string InTurn(Uri server, IEnumerable<string> paths) => $$"""
        {{Common(server)}}{{Table("paths", paths)}}
        local place = 0
        request = function()
          place = place % #paths + 1
          return paths[place]
        end
        """;

    /// <summary>Eight of ten hot, one at the current second, one that has not been asked for yet.</summary>
    public string Mixed(Uri server) => $$"""
        {{Common(server)}}{{NowFunction()}}{{DifferentFunction()}}{{Table("hot", ranges.ManyHot.Select(range => range.Path))}}
        math.randomseed({{Seed}})
        request = function()
          local kind = math.random(10)
          if kind == 1 then return now() end
          if kind == 2 then return different() end
          return hot[math.random(#hot)]
        end
        """;

    private static string Common(Uri server) => $$"""
        local function stamp(time) return os.date("!%Y-%m-%dT%H:%M:%SZ", time) end
        local function get(path) return "GET " .. path .. " HTTP/1.1\r\nHost: {{server.Authority}}\r\n\r\n" end
        local function search(from, to) return get("/search?starts_at=" .. stamp(from) .. "&ends_at=" .. stamp(to)) end

        """;

    private static string NowFunction() => $$"""
        local second, text = 0, ""
        local function now()
          local time = os.time()
          if time ~= second then second, text = time, search(time, time + {{(int)Ranges.FromNow.TotalSeconds}}) end
          return text
        end

        """;

    private string DifferentFunction()
    {
        var first = Interlocked.Add(ref _next, Block) - Block;
        return string.Create(CultureInfo.InvariantCulture, $$"""
            local number = {{first}}
            local function different()
              local from = {{new DateTimeOffset(ranges.FirstDay).ToUnixTimeSeconds()}} + number * {{Ranges.Stride}} % {{Ranges.Minutes}} * 60
              local length = {{Ranges.ShortestDifferent}} + (number + math.floor(number / {{Ranges.Minutes}})) % {{Ranges.DifferentLengths}}
              number = number + 1
              return search(from, from + length * 60)
            end

            """);
    }

    private static string Table(string name, IEnumerable<string> paths) =>
        $"local {name} = {{}}\n{string.Concat(paths.Select(path => $"{name}[#{name} + 1] = get(\"{path}\")\n"))}";
}
