/** Seeds that once broke something, by what they broke: the fuzz tests play them first, for ever. */
export const FAILING_SEEDS: Readonly<Record<string, number>> = {
  'a first subscription refused as too early is no gap': 16,
};
