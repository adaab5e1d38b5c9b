using System.Diagnostics;

namespace Fever.Testing;

/// <summary>The volume of an app in the real Aspire's container engine; the stand-ins keep all data in the data folder.</summary>
public static class DataVolume
{
    /// <summary>Removes the volume of an app that has ended, as soon as its containers no longer use it; the engine is the one that Aspire is configured with.</summary>
    public static Task RemoveAsync(string name) => StandIns.AreUsed ? Task.CompletedTask : Eventually.BecomesTrueAsync(async () =>
    {
        using var engine = Process.Start(Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? "docker", ["volume", "rm", "--force", name]);
        await engine.WaitForExitAsync();
        return engine.ExitCode == 0;
    });
}
