using System.Text;
using System.Text.Json;
using System.Xml;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.Ingestor.Tests.Feeds;

/// <summary>Prints the same catalogue in both formats.</summary>
internal static class Printed
{
    public static string As(string format, IEnumerable<BasePlan> basePlans) => format == Reading.Xml ? Xml(basePlans) : Ndjson(basePlans);

    public static string Xml(IEnumerable<BasePlan> basePlans)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("planList");
            foreach (var basePlan in basePlans)
            {
                Start(xml, "base_plan", ("base_plan_id", basePlan.Id), ("sell_mode", basePlan.SellMode), ("title", basePlan.Title));
                foreach (var plan in basePlan.Plans)
                {
                    Start(xml, "plan", ("plan_id", plan.Id), ("plan_start_date", plan.Start), ("plan_end_date", plan.End), ("sell_from", plan.SellFrom));
                    foreach (var zone in plan.Zones)
                    {
                        Start(xml, "zone", ("zone_id", zone.Id), ("price", zone.Price), ("name", zone.Name));
                        xml.WriteEndElement();
                    }

                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }
        }

        return text.ToString();
    }

    public static string Ndjson(IEnumerable<BasePlan> basePlans, bool isTitleLast = false) =>
        string.Concat(basePlans.Select(basePlan => $"{Line(basePlan, isTitleLast)}\n").Append("{\"end_of_feed\":true}"));

    private static string Line(BasePlan basePlan, bool isTitleLast)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            Write(json, ("base_plan_id", basePlan.Id), ("sell_mode", basePlan.SellMode), ("title", isTitleLast ? null : basePlan.Title));
            WriteArray(json, "plans", basePlan.Plans, plan =>
            {
                WriteArray(json, "zones", plan.Zones, zone => Write(json, ("zone_id", zone.Id), ("price", zone.Price), ("name", zone.Name)));
                Write(json, ("plan_id", plan.Id), ("plan_start_date", plan.Start), ("plan_end_date", plan.End), ("sell_from", plan.SellFrom));
            });
            Write(json, ("title", isTitleLast ? basePlan.Title : null));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Start(XmlWriter xml, string name, params (string Name, string? Value)[] attributes)
    {
        xml.WriteStartElement(name);
        foreach (var (attribute, value) in attributes.Where(attribute => attribute.Value is not null))
        {
            xml.WriteAttributeString(attribute, value);
        }
    }

    private static void Write(Utf8JsonWriter json, params (string Name, string? Value)[] members)
    {
        foreach (var (name, value) in members.Where(member => member.Value is not null))
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
