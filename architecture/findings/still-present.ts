/** Which findings outlived the time in which their author would have healed them. */

/**
 * What was found in each of the last `iterations + 1` states without a break, so that it is `iterations` old or older. An export that
 * is written before its first use is healed within a few iterations; one that stays is worth a warning.
 *
 * @param history identities found after each iteration, oldest first @returns in the order of the newest
 */
export function stillPresent(history: readonly Iterable<string>[], iterations = 5): string[] {
  if (history.length <= iterations) return [];
  const [newest = new Set<string>(), ...earlier] = history
    .slice(-iterations - 1)
    .map((each) => new Set(each))
    .reverse();
  return [...newest].filter((id) => earlier.every((found) => found.has(id)));
}
