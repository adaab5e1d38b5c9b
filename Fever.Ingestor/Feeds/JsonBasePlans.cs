using System.Text.Json;

namespace Fever.Ingestor.Feeds;

/// <summary>Reads the elements of <c>base_plans</c>.</summary>
internal sealed class JsonBasePlans(JsonTokens tokens)
{
    // Plans that come before their base plan's title wait for it in memory.
    private const int MaxWaiting = 10_000;

    private readonly JsonPlans _plans = new(tokens);
    private readonly JsonText _text = new();
    private readonly List<PlanBuilder> _waiting = [];
    private string? _misfit;

    /// <summary>The records of the base plan that the token begins.</summary>
    public IEnumerable<FeedRecord> Read()
    {
        var line = tokens.Line;
        var basePlan = new BasePlanBuilder();
        Begin();
        while (ReadToPlans(basePlan))
        {
            while (tokens.ReadElement())
            {
                var plan = _plans.Read(basePlan);
                if (basePlan.IsWhole && _waiting is [])
                {
                    yield return plan.ToRecord();
                }
                else
                {
                    Wait(plan);
                }
            }

            tokens.WriteTo(_text);
        }

        foreach (var plan in _waiting)
        {
            yield return plan.ToRecord();
        }

        if (_misfit is not null)
        {
            yield return new Rejection(line, Plan: null, _misfit, basePlan.Raw);
        }
    }

    /// <summary>The record of an element that is no base plan.</summary>
    public Rejection ReadMisfit()
    {
        var (line, kind) = (tokens.Line, tokens.Kind);
        Begin();
        tokens.Skip();
        tokens.WriteTo(null);
        return new Rejection(line, Plan: null, $"a base_plan is {kind}, not an object", _text.ToString());
    }

    private void Begin()
    {
        _misfit = null;
        _waiting.Clear();
        _text.Clear();
        tokens.WriteTo(_text);
    }

    /// <summary>Goes on to an array of plans; false when the base plan has no further one.</summary>
    private bool ReadToPlans(BasePlanBuilder basePlan)
    {
        var hasPlans = false;
        while (!hasPlans && tokens.ReadMember())
        {
            hasPlans = ReadMember(basePlan);
        }

        tokens.WriteTo(null);
        basePlan.Raw = _text.ToString();
        return hasPlans;
    }

    /// <summary>Takes the member in; true when it is an array of plans, whose elements are still to be read.</summary>
    private bool ReadMember(BasePlanBuilder basePlan)
    {
        if (tokens.IsMember("plans"u8))
        {
            return IsArray();
        }

        if (tokens.IsMember("base_plan_id"u8))
        {
            basePlan.Id = tokens.ReadText(basePlan, "base_plan base_plan_id", basePlan.Id, isId: true);
        }
        else if (tokens.IsMember("sell_mode"u8))
        {
            basePlan.SellMode = tokens.ReadText(basePlan, "base_plan sell_mode", basePlan.SellMode);
        }
        else if (tokens.IsMember("title"u8))
        {
            basePlan.Title = tokens.ReadText(basePlan, "base_plan title", basePlan.Title);
        }
        else
        {
            tokens.SkipMember();
        }

        return false;
    }

    private bool IsArray()
    {
        tokens.Read();
        if (tokens.Type == JsonTokenType.StartArray)
        {
            return true;
        }

        if (tokens.Type != JsonTokenType.Null)
        {
            _misfit ??= $"base_plan plans is {tokens.Kind}, not an array";
        }

        tokens.Skip();
        return false;
    }

    private void Wait(PlanBuilder plan)
    {
        if (_waiting.Count == MaxWaiting)
        {
            throw new FeedException(
                FeedFault.TooManyRecords,
                $"line {tokens.Line}: more than {MaxWaiting} plans come before the base_plan_id, sell_mode or title of their base_plan");
        }

        _waiting.Add(plan);
    }
}
