/** The published formulas, for whoever wants one with other arguments than a score has. */
export { bootstrapInterval } from './bootstrap-interval.ts';
export { costPerUsefulAnswer } from './cost-per-useful-answer.ts';
export { evoScore } from './evo-score.ts';
export { evoClawScore } from './evoclaw-score.ts';
export { fixRate } from './fix-rate.ts';
export { funnel } from './funnel.ts';
export { longHorizonTax } from './long-horizon-tax.ts';
export { normalQuantile } from './normal-quantile.ts';
export { normalizedChange } from './normalized-change.ts';
export { passAtK, passHatK } from './pass-k.ts';
export { reliability } from './reliability.ts';
export { resolution } from './resolution.ts';
export { survivalCurve } from './survival-curve.ts';
export { wilsonInterval } from './wilson-interval.ts';
