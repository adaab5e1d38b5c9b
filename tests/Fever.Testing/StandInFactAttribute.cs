using Xunit;

namespace Fever.Testing;

/// <summary>A test of something that only the stand-ins have; with the real Aspire it is skipped, for this reason.</summary>
public sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute(string reason) => Skip = StandIns.AreUsed ? null : reason;
}

/// <inheritdoc cref="StandInFactAttribute"/>
public sealed class StandInTheoryAttribute : TheoryAttribute
{
    public StandInTheoryAttribute(string reason) => Skip = StandIns.AreUsed ? null : reason;
}

/// <summary>Whether this was built with the stand-ins or with the real packages.</summary>
public static class StandIns
{
#if STANDINS
    public static readonly bool AreUsed = true;
#else
    public static readonly bool AreUsed = false;
#endif
}
