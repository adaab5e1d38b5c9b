using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Message = Aspire.Hosting.Dashboard.Protocol.Resource;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard is told of a resource, in the words of its protocol.</summary>
internal sealed class ResourceMessages(string instanceId, ResourceCommandService commands)
{
    /// <summary>With the id of its telemetry, by which the dashboard puts the two together.</summary>
    private string NameOf(IResource resource) => $"{resource.Name}-{instanceId}";

    /// <summary>The resource's own name, of that the dashboard knows it by.</summary>
    public string Parse(string name) => name.EndsWith($"-{instanceId}", StringComparison.Ordinal) ? name[..^(instanceId.Length + 1)] : name;

    public Message Of(IResource resource, CustomResourceSnapshot snapshot)
    {
        var message = new Message
        {
            Name = NameOf(resource),
            DisplayName = resource.Name,
            Uid = NameOf(resource),
            ResourceType = snapshot.ResourceType,
            IsHidden = resource is DashboardResource,
            State = snapshot.State?.Text ?? "",
            StateStyle = snapshot.State?.Style ?? "",
            CreatedAt = At(snapshot.CreationTimeStamp),
            StartedAt = At(snapshot.StartTimeStamp),
            StoppedAt = At(snapshot.StopTimeStamp),
        };
        if (resource.Annotations.OfType<IconAnnotation>().LastOrDefault() is { } icon)
        {
            (message.IconName, message.IconVariant) = (icon.Name, (int)icon.Variant);
        }

        message.Commands.AddRange(resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => Of(command, commands.StateOf(command, snapshot))));
        message.Environment.AddRange(snapshot.EnvironmentVariables.Select(variable => new EnvironmentVariable { Name = variable.Name, Value = variable.Value, IsFromSpec = variable.IsFromSpec }));
        message.HealthReports.AddRange(snapshot.HealthReports.Select(Of));
        var relationships = RelationshipsOf(resource).ToList();
        message.Properties.AddRange(snapshot.Properties.Concat(PropertiesOf(resource, relationships)).Select(Of));
        message.Relationships.AddRange(relationships.Select(other => new ResourceRelationship { ResourceName = other.Resource.Name, Type = other.Type }));
        message.Urls.AddRange(resource is IResourceWithEndpoints endpoints ? UrlsAnnotation.Of(endpoints).Select(url => Of(url, snapshot)) : []);
        return message;
    }

    public static ResourceCommandResponse Of(ExecuteCommandResult result)
    {
        var response = new ResourceCommandResponse { Kind = result.Success ? 1 : 2 };
        if (result.Message is { } text)
        {
            response.Message = text;
        }

        if (result.Data is { } data)
        {
            response.Result = new() { Value = data.Value, Format = (int)data.Format + 1, DisplayImmediately = data.DisplayImmediately };
        }

        return response;
    }

    private static IEnumerable<RelationshipAnnotation> RelationshipsOf(IResource resource) =>
        [.. resource.Annotations.OfType<RelationshipAnnotation>(), .. resource is IResourceWithParent<IResource> child ? [new(child.Parent, "Parent")] : (RelationshipAnnotation[])[]];

    private IEnumerable<ResourcePropertySnapshot> PropertiesOf(IResource resource, List<RelationshipAnnotation> relationships) =>
    [
        .. relationships.Where(other => other.Type == "Parent").Select(parent => new ResourcePropertySnapshot("resource.parentName", NameOf(parent.Resource))),
        .. resource is ProjectResource project ? [new("project.path", project.ProjectPath)] : (ResourcePropertySnapshot[])[],
        .. resource is ParameterResource parameter ? [new("Value", parameter.CurrentValue) { IsSensitive = parameter.Secret }] : (ResourcePropertySnapshot[])[],
    ];

    private static ResourceProperty Of(ResourcePropertySnapshot property) => new() { Name = property.Name, Value = Of(property.Value), IsSensitive = property.IsSensitive };

    private static Protocol.HealthReport Of(HealthReportSnapshot report) => new()
    {
        Key = report.Name,
        // Here nothing is degraded, and the dashboard's numbers are not HealthStatus's.
        Status = report.Status == HealthStatus.Healthy ? 0 : 1,
        Description = report.Description ?? "",
        Exception = report.ExceptionText ?? "",
        LastRunAt = At(report.LastRunAt),
    };

    private static Url Of(ResourceUrlAnnotation url, CustomResourceSnapshot snapshot) => new()
    {
        EndpointName = url.Endpoint!.EndpointName,
        FullUrl = url.Url,
        IsInternal = url.DisplayLocation == UrlDisplayLocation.DetailsOnly,
        IsInactive = snapshot.State?.Text != KnownResourceStates.Running,
        DisplayProperties = new() { DisplayName = url.DisplayText ?? "" },
    };

    private static ResourceCommand Of(ResourceCommandAnnotation command, ResourceCommandState state)
    {
        var message = new ResourceCommand
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            IsHighlighted = command.Options.IsHighlighted,
            IconVariant = (int)(command.Options.IconVariant ?? IconVariant.Regular),
            State = (int)state,
            DisplayDescription = command.Options.Description ?? "",
            IconName = command.Options.IconName ?? "",
        };
        if (command.Options.ConfirmationMessage is { } question)
        {
            message.ConfirmationMessage = question;
        }

        return message;
    }

    private static Timestamp? At(DateTime? time) => time is { } known ? Timestamp.FromDateTime(known) : null;

    private static Value Of(object? value) => value is null ? Value.ForNull() : Value.ForString(Convert.ToString(value, CultureInfo.InvariantCulture));
}
