using System.Runtime.CompilerServices;

namespace Aspire.Hosting;

internal static class Unsupported
{
    /// <summary>A parameter of the real Aspire's that this stand-in would have to ignore is refused, by its name.</summary>
    public static void ThrowIf(bool isAskedFor, [CallerArgumentExpression(nameof(isAskedFor))] string parameter = "")
    {
        if (isAskedFor)
        {
            throw new NotSupportedException($"This stand-in of Aspire cannot honour the parameter '{parameter.Split(' ')[0]}': use the real Aspire (standins/README.md), or leave it out.");
        }
    }
}
