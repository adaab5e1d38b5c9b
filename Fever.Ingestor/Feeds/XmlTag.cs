using System.Security;
using System.Text;
using System.Xml;

namespace Fever.Ingestor.Feeds;

/// <summary>Writes the tag that a reader is on. The reader does not keep the text, so line breaks and entities are normalized.</summary>
internal sealed class XmlTag(XmlReader reader)
{
    private readonly StringBuilder _text = new();

    public override string ToString()
    {
        _text.Clear().Append('<').Append(reader.Name);
        while (_text.Length < PlanBuilder.MaxRawPart && reader.MoveToNextAttribute())
        {
            _text.Append(' ').Append(reader.Name).Append("=\"");
            _text.Append(SecurityElement.Escape(reader.Value.Head(PlanBuilder.MaxRawPart))).Append('"');
        }

        reader.MoveToElement();
        return _text.Append('>').ToString().Head(PlanBuilder.MaxRawPart);
    }
}
