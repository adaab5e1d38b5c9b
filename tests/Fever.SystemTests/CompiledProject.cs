using System.Text;
using Mono.Cecil;

namespace Fever.SystemTests;

/// <summary>
/// The types of a project, and which of them use which, read from the compiled assembly. Constants and <c>nameof</c>
/// leave no trace there: the compiler copies their values.
/// </summary>
internal sealed class CompiledProject(string name)
{
    // The AppHost's build compiles the services but does not copy them, so each is read from its own output folder.
    private readonly ModuleDefinition _module = ModuleDefinition.ReadModule(
        $"{AppContext.BaseDirectory.Replace("tests/Fever.SystemTests", name, StringComparison.Ordinal)}{name}.dll");

    /// <summary>Those of the project's own namespaces: not Program, which is in none, nor generated types in others.</summary>
    public IEnumerable<TypeDefinition> Types => _module.Types.Where(type => Folder(type) is not null);

    /// <summary>Uses between folders. Lambdas and async methods are compiled to nested types, which count as their outermost type.</summary>
    public ILookup<(string From, string To), string> Uses => (
        from user in _module.GetTypes()
        from used in Used(user).SelectMany(Definitions)
        let uses = (From: Outermost(user), To: Outermost(used))
        let folders = (From: Folder(uses.From)!, To: Folder(uses.To)!)
        where folders.From is not null && folders.To is not null && folders.From != folders.To
        select (folders, text: $"{uses.From.Name} uses {uses.To.Name}")).Distinct().ToLookup(use => use.folders, use => use.text);

    /// <summary>The first segment below the project's namespace; null outside of it.</summary>
    private string? Folder(TypeDefinition type) =>
        type.Namespace == name ? "(root)"
        : type.Namespace.StartsWith($"{name}.", StringComparison.Ordinal) ? type.Namespace[(name.Length + 1)..].Split('.')[0]
        : null;

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private IEnumerable<TypeReference?> Used(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(each => each.InterfaceType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Methods.SelectMany(Used),
        .. type.GenericParameters.Concat(type.Methods.SelectMany(method => method.GenericParameters))
            .SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. new IEnumerable<ICustomAttributeProvider>[] { [type], type.Fields, type.Properties, type.Methods, type.Methods.SelectMany(method => method.Parameters) }
            .SelectMany(members => members).SelectMany(member => member.CustomAttributes).SelectMany(Used),
    ];

    private static IEnumerable<TypeReference?> Used(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.ExceptionHandlers.Select(handler => handler.CatchType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(instruction => Used(instruction.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> Used(object? operand) => operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, .. method.GenericArguments],
        MemberReference member => [member.DeclaringType],
        _ => [],
    };

    // An argument that is a type is stored as its name; decoding arguments would need the assemblies of all enums among them.
    private IEnumerable<TypeReference?> Used(CustomAttribute attribute)
    {
        var arguments = Encoding.UTF8.GetString(attribute.GetBlob());
        return [attribute.AttributeType, .. Types.Where(type => arguments.Contains(type.FullName, StringComparison.Ordinal))];
    }

    private static IEnumerable<TypeDefinition> Definitions(TypeReference? type) => type switch
    {
        TypeDefinition definition => [definition],
        GenericInstanceType generic => [.. Definitions(generic.ElementType), .. generic.GenericArguments.SelectMany(Definitions)],
        TypeSpecification array => Definitions(array.ElementType),
        _ => [],
    };
}
