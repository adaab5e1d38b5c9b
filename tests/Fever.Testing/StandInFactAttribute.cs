using Xunit;

namespace Fever.Testing;

/// <summary>A test of what only the stand-ins do or have; with the real Aspire it is skipped, with the reason given here.</summary>
public sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute(string reason) => Skip = StandIns.AreUsed ? null : reason;
}

/// <inheritdoc cref="StandInFactAttribute"/>
public sealed class StandInTheoryAttribute : TheoryAttribute
{
    public StandInTheoryAttribute(string reason) => Skip = StandIns.AreUsed ? null : reason;
}

internal static class StandIns
{
#if STANDINS
    public const bool AreUsed = true;
#else
    public const bool AreUsed = false;
#endif
}
