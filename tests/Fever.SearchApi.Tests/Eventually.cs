namespace Fever.SearchApi.Tests;

/// <summary>Waits for what happens by itself. The limit only stops a test that would never end.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static async Task BecomesTrueAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public static Task BecomesTrueAsync(Func<bool> condition) => BecomesTrueAsync(() => Task.FromResult(condition()));
}
