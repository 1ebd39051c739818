/** The point below which a given share of the standard normal distribution lies. */

/**
 * Relative error at most 1.2e-7, measured from 1e-60 upwards. @param share between 0 and 1, ends excluded.
 * Source: Wichura, Algorithm AS 241, Applied Statistics 37 (1988), routine PPND7.
 */
export function normalQuantile(share: number): number {
  const q = share - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q * polynomial(r, 3.3871327179, 50.434271938, 159.29113202, 59.10937472)) / polynomial(r, 1, 17.895169469, 78.757757664, 67.1875636)
    );
  }
  const r = Math.sqrt(-Math.log(Math.min(share, 1 - share)));
  const tail =
    r <= 5
      ? polynomial(r - 1.6, 1.4234372777, 2.75681539, 1.3067284816, 0.17023821103) / polynomial(r - 1.6, 1, 0.7370016425, 0.12021132975)
      : polynomial(r - 5, 6.657905115, 3.081226386, 0.42868294337, 0.017337203997) / polynomial(r - 5, 1, 0.24197894225, 0.012258202635);
  return q < 0 ? -tail : tail;
}

function polynomial(x: number, ...coefficients: number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
