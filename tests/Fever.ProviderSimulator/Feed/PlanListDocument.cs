using System.Xml;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.ProviderSimulator.Feed;

/// <summary>Prints a catalogue as a <c>planList</c> document, one base plan in memory at a time.</summary>
internal static class PlanListDocument
{
    public static async Task WriteAsync(FeedDocument document, IEnumerable<BasePlan> basePlans, Stream destination, CancellationToken cancellationToken)
    {
        using var page = new Page(destination);
        using var xml = XmlWriter.Create(page, new XmlWriterSettings { Indent = true, Encoding = document.Encoding });
        Open(xml, document);
        foreach (var basePlan in basePlans)
        {
            Write(xml, basePlan);
            xml.Flush();
            await page.TurnAsync(cancellationToken);
        }

        foreach (var piece in document.Tails.SelectMany(tail => tail))
        {
            xml.WriteRaw(piece);
            xml.Flush();
            await page.TurnAsync(cancellationToken);
        }

        xml.WriteEndDocument();
        xml.Flush();
        await page.TurnAsync(cancellationToken);
    }

    private static void Open(XmlWriter xml, FeedDocument document)
    {
        xml.WriteProcessingInstruction("xml", $"version=\"1.0\" encoding=\"{document.Declared}\"");
        if (document.Subset != "")
        {
            xml.WriteDocType("planList", null, null, document.Subset);
        }

        xml.WriteStartElement("planList");
        xml.WriteAttributeString("version", "1.0");
        xml.WriteStartElement("output");
    }

    private static void Write(XmlWriter xml, BasePlan basePlan)
    {
        xml.WriteStartElement("base_plan");
        Write(xml, "base_plan_id", basePlan.Id);
        Write(xml, "sell_mode", basePlan.SellMode);
        Write(xml, "organizer_company_id", basePlan.OrganizerCompanyId);
        Write(xml, "title", basePlan.Title);
        WriteUnknown(xml, basePlan);
        foreach (var plan in basePlan.Plans)
        {
            Write(xml, plan, basePlan);
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, Plan plan, BasePlan basePlan)
    {
        xml.WriteStartElement("plan");
        Write(xml, "plan_start_date", plan.Start);
        Write(xml, "plan_end_date", plan.End);
        Write(xml, "plan_id", plan.Id);
        Write(xml, "sell_from", plan.SellFrom);
        Write(xml, "sell_to", plan.SellTo);
        xml.WriteAttributeString("sold_out", "false");
        WriteUnknown(xml, basePlan);
        foreach (var zone in plan.Zones)
        {
            xml.WriteStartElement("zone");
            Write(xml, "zone_id", zone.Id);
            Write(xml, "capacity", zone.Capacity);
            Write(xml, "price", zone.Price);
            Write(xml, "name", zone.Name);
            xml.WriteAttributeString("numbered", zone.IsNumbered ? "true" : "false");
            WriteUnknown(xml, basePlan);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteUnknown(XmlWriter xml, BasePlan basePlan)
    {
        if (!basePlan.HasUnknown)
        {
            return;
        }

        xml.WriteAttributeString("colour", "red");
        xml.WriteAttributeString("x", "colour", "urn:unknown", "blue");
        xml.WriteRaw("<!-- unknown --><?unknown?><venue title=\"Unknown\" price=\"?\">text<room>text<![CDATA[<zone>]]></room></venue>");
    }

    private static void Write(XmlWriter xml, string attribute, string? value)
    {
        if (value is null)
        {
            return;
        }

        xml.WriteStartAttribute(attribute);
        var written = 0;
        for (var index = 0; index < value.Length; index++)
        {
            if (!IsXml(value, index))
            {
                // The writer refuses what XML cannot carry; providers that print by hand do not.
                xml.WriteString(value[written..index]);
                xml.WriteRaw($"&#x{(int)value[index]:X};");
                written = index + 1;
            }
        }

        xml.WriteString(value[written..]);
        xml.WriteEndAttribute();
    }

    private static bool IsXml(string text, int index) =>
        XmlConvert.IsXmlChar(text[index])
        || (index + 1 < text.Length && char.IsSurrogatePair(text, index))
        || (index > 0 && char.IsSurrogatePair(text, index - 1));
}
