namespace Fever.Testing;

/// <summary>Waits for what happens by itself: that it does is asserted, never how soon. The limit only ends a test that would not.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task BecomesTrueAsync(Func<bool> condition) => BecomesTrueAsync(() => Task.FromResult(condition()));

    public static Task BecomesTrueAsync(Func<Task<bool>> condition) => BecomesAsync(condition, isTrue => isTrue);

    /// <summary>Asks until the condition holds, and returns the answer it holds for.</summary>
    public static async Task<T> BecomesAsync<T>(Func<Task<T>> ask, Predicate<T> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var answer = await ask();
            if (condition(answer))
            {
                return answer;
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
