/** A function that the tests copy. */

/** Thirty lines that weigh a parcel, some 220 tokens. Each name and each literal can be another one. */
export function weighing({ name = 'weigh', item = 'parcel', scale = 1000, unit = 'kg' } = {}): string {
  return `
export function ${name}(${item}: Cargo, limits: Limits): Weight {
  // what a scale would do
  const grams = ${item}.boxes.map((box) => box.volume * box.density).reduce((sum, each) => sum + each, 0);
  if (grams > limits.most * ${scale}) throw new TooHeavy(\`\${grams} is more than \${limits.most} ${unit}\`);
  let rest = grams;
  const pallets: Pallet[] = [];
  while (rest > 0) {
    const next = limits.pallets.find((pallet) => pallet.free >= Math.min(rest, pallet.most));
    if (next === undefined) break;
    pallets.push({ ...next, load: Math.min(rest, next.free) });
    rest -= next.free;
  }
  switch (pallets.length) {
    case 0:
      return { kind: 'loose', grams, unit: '${unit}' };
    case 1:
      return { kind: 'single', grams, pallet: pallets[0], unit: '${unit}' };
    default: {
      const heaviest = pallets.toSorted((a, b) => b.load - a.load)[0];
      return limits.strict ? fail(heaviest) : { kind: 'stacked', grams, pallets, heaviest };
    }
  }
}
`;
}
