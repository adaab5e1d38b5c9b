using System.Text.Json;
using Fever.Testing;

namespace Fever.SystemTests;

internal static class Samples
{
    /// <summary>The four sample events after the sync of the third feed, in which Camela ends at 21:30.</summary>
    public static Task<JsonElement[]> LatestSamplesAsync(this FeverApp fever) =>
        Eventually.BecomesAsync(() => fever.SearchAsync(), AreLatest);

    public static bool AreLatest(JsonElement[] events) =>
        events.Length == 4 && events.Any(e => e.GetProperty("end_time").GetString() == "21:30:00" && e.GetProperty("title").GetString() == "Camela en concierto");
}
