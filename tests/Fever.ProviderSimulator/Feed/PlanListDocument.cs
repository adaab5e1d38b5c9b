using System.Globalization;
using System.Text;
using System.Xml;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.ProviderSimulator.Feed;

/// <summary>Prints a catalogue as a <c>planList</c> document, one base plan in memory at a time.</summary>
internal static class PlanListDocument
{
    private static readonly XmlWriterSettings Settings = new() { Indent = true, Encoding = new UTF8Encoding(false) };

    public static async Task WriteAsync(IEnumerable<BasePlan> basePlans, Stream destination, CancellationToken cancellationToken)
    {
        // XmlWriter's own asynchronous methods would treble the code; a response accepts no synchronous write.
        using var page = new MemoryStream();
        using var xml = XmlWriter.Create(page, Settings);
        xml.WriteStartElement("planList");
        xml.WriteAttributeString("version", "1.0");
        xml.WriteStartElement("output");
        foreach (var basePlan in basePlans)
        {
            Write(xml, basePlan);
            xml.Flush();
            await TurnPageAsync(page, destination, cancellationToken);
        }

        xml.WriteEndDocument();
        xml.Flush();
        await TurnPageAsync(page, destination, cancellationToken);
    }

    private static async Task TurnPageAsync(MemoryStream page, Stream destination, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(page.GetBuffer().AsMemory(0, (int)page.Length), cancellationToken);
        page.SetLength(0);
    }

    private static void Write(XmlWriter xml, BasePlan basePlan)
    {
        xml.WriteStartElement("base_plan");
        xml.WriteAttributeString("base_plan_id", basePlan.Id);
        xml.WriteAttributeString("sell_mode", basePlan.SellMode);
        WriteOptional(xml, "organizer_company_id", basePlan.OrganizerCompanyId);
        xml.WriteAttributeString("title", basePlan.Title);
        foreach (var plan in basePlan.Plans)
        {
            Write(xml, plan);
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, Plan plan)
    {
        xml.WriteStartElement("plan");
        xml.WriteAttributeString("plan_start_date", plan.Start);
        WriteOptional(xml, "plan_end_date", plan.End);
        xml.WriteAttributeString("plan_id", plan.Id);
        xml.WriteAttributeString("sell_from", plan.SellFrom);
        xml.WriteAttributeString("sell_to", plan.SellTo);
        xml.WriteAttributeString("sold_out", "false");
        foreach (var zone in plan.Zones)
        {
            xml.WriteStartElement("zone");
            xml.WriteAttributeString("zone_id", zone.Id);
            xml.WriteAttributeString("capacity", zone.Capacity.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("price", zone.Price);
            xml.WriteAttributeString("name", zone.Name);
            xml.WriteAttributeString("numbered", zone.IsNumbered ? "true" : "false");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteOptional(XmlWriter xml, string attribute, string? value)
    {
        if (value is not null)
        {
            xml.WriteAttributeString(attribute, value);
        }
    }
}
