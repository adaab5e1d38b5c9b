namespace Fever.Bench;

internal static class Median
{
    public static double Of(IEnumerable<double> values) => Quantile([.. values.Order()], 0.5);

    /// <summary>Of values in order; 0.5 between two of them is their mean.</summary>
    public static double Quantile(IReadOnlyList<double> ordered, double share)
    {
        var place = share * (ordered.Count - 1);
        var (below, above) = (ordered[(int)Math.Floor(place)], ordered[(int)Math.Ceiling(place)]);
        return below + ((above - below) * (place - Math.Floor(place)));
    }
}
