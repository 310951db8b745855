using System.Numerics;
using Iij.Contracts;

namespace Iij.Reporting;

/// <summary>
/// How a value is made from others. The rule that computes a figure also takes the difference between two figures apart, so that an explanation
/// cannot follow another rule than the figure.
/// </summary>
public abstract record Rule
{
    private static readonly Exact _half = Exact.Of(1) / Exact.Of(2);

    private Rule()
    {
    }

    /// <summary>The product of any number of operands; 1 without one.</summary>
    public static Rule Product { get; } = new ProductOf();

    /// <summary>A sum of lines or measures with their signs.</summary>
    public static Rule Sum(IReadOnlyList<LineTerm> terms) => new SumOf(terms);

    /// <summary>The sum of a number of months: by their place in the period, so that April of one year meets April of another.</summary>
    public static Rule SumOfMonths(int count) =>
        new SumOf([.. Enumerable.Range(1, count).Select(month => new LineTerm(1, $"month {month}"))]) { IsOfMonths = true };

    /// <summary>A sum of what has these roles, each with the sign plus.</summary>
    public static Rule Sum(params IEnumerable<string> roles) => new SumOf([.. roles.Select(role => new LineTerm(1, role))]);

    /// <summary>The first operand divided by the second, times a scale, less a constant.</summary>
    public static Rule Quotient(int scale = 1, int less = 0) => new QuotientOf(Exact.Of(scale), Exact.Of(less));

    /// <summary>The value.</summary>
    /// <param name="operands">The values of the operands, in their order.</param>
    public abstract Exact Value(IReadOnlyList<Exact> operands);

    /// <summary>
    /// What a difference in each operand weighs in a difference of the values: the sum of weight × (now - before) over the operands is exactly
    /// the value now less the value before.
    /// </summary>
    /// <param name="now">The operands of one value.</param>
    /// <param name="before">The operands of the other value.</param>
    public abstract IReadOnlyList<Exact> Weights(IReadOnlyList<Exact> now, IReadOnlyList<Exact> before);

    /// <summary>A sum: each operand has a sign and a role by which it is found in the sum of another period.</summary>
    /// <param name="Terms">The signs and the roles.</param>
    public sealed record SumOf(IReadOnlyList<LineTerm> Terms) : Rule
    {
        /// <summary>Whether its operands are the months of a period, not lines or measures.</summary>
        public bool IsOfMonths { get; init; }

        /// <inheritdoc/>
        public override Exact Value(IReadOnlyList<Exact> operands) => Terms.Zip(operands)
            .Aggregate(default(Exact), (sum, part) => part.First.Sign > 0 ? sum + part.Second : sum - part.Second);

        /// <inheritdoc/>
        public override IReadOnlyList<Exact> Weights(IReadOnlyList<Exact> now, IReadOnlyList<Exact> before) =>
            [.. Terms.Select(term => Exact.Of(term.Sign))];
    }

    /// <summary>
    /// A quotient n / d × scale - constant. With the mean of both sides as the weight, neither operand is changed first: the numerator's effect is
    /// (n₁ - n₀) × (1/d₁ + 1/d₀) / 2, the denominator's (1/d₁ - 1/d₀) × (n₁ + n₀) / 2, and both add up to the difference.
    /// </summary>
    /// <param name="Scale">100 of a percentage, 1 of an amount per share.</param>
    /// <param name="Less">100 of a growth, 0 otherwise.</param>
    public sealed record QuotientOf(Exact Scale, Exact Less) : Rule
    {
        /// <inheritdoc/>
        public override Exact Value(IReadOnlyList<Exact> operands)
        {
            ArgumentNullException.ThrowIfNull(operands);
            return operands[0] / operands[1] * Scale - Less;
        }

        /// <inheritdoc/>
        public override IReadOnlyList<Exact> Weights(IReadOnlyList<Exact> now, IReadOnlyList<Exact> before)
        {
            ArgumentNullException.ThrowIfNull(now);
            ArgumentNullException.ThrowIfNull(before);
            var both = now[1] * before[1];
            return [Scale * _half * (now[1] + before[1]) / both, -(Scale * _half * (now[0] + before[0]) / both)];
        }
    }

    /// <summary>A product. Of two operands each weighs the mean of the other: (a₁ - a₀) × (b₁ + b₀) / 2 and (b₁ - b₀) × (a₁ + a₀) / 2.</summary>
    public sealed record ProductOf : Rule
    {
        /// <inheritdoc/>
        public override Exact Value(IReadOnlyList<Exact> operands) =>
            operands.Aggregate(Exact.Of(BigInteger.One), (product, operand) => product * operand);

        /// <inheritdoc/>
        public override IReadOnlyList<Exact> Weights(IReadOnlyList<Exact> now, IReadOnlyList<Exact> before)
        {
            ArgumentNullException.ThrowIfNull(now);
            ArgumentNullException.ThrowIfNull(before);
            return now.Count == 2
                ? [_half * (now[1] + before[1]), _half * (now[0] + before[0])]
                : throw new ArgumentException("a product of other than two operands is not taken apart", nameof(now));
        }
    }
}
