/** What isolates foreign code on this machine, what holds it within limits, and how trees get their dependencies. */
import { LonghaulError } from '#contracts';
import { probeLayMethod, probeSandboxes, type SandboxFacts } from '#workspace';
import type { Config } from '../../config.ts';
import type { Diagnosis } from './diagnosis.ts';

export async function diagnoseSandbox(config: Config): Promise<Diagnosis[]> {
  try {
    const facts = await probeSandboxes(config);
    return [sandbox(facts), limits(facts), overlays(facts), await dependencies(config)];
  } catch (error) {
    const { message, action } = LonghaulError.from(error, 'trying the sandbox');
    return [{ part: 'sandbox', state: 'missing', found: message, fix: action }];
  }
}

function sandbox({ backends, advice }: SandboxFacts): Diagnosis {
  const working = backends.flatMap(({ name, version }) => (version === null ? [] : [`${name} ${version}`]));
  const reasons = backends.flatMap(({ reason }) => reason ?? []);
  const [used, ...others] = working;
  if (used === undefined) {
    return { part: 'sandbox', state: 'limited', found: `${reasons.join('; ')}: only bundled tasks run, not isolated`, fix: advice };
  }
  const rest = [...others.map((other) => `${other} works too`), ...reasons];
  return { part: 'sandbox', state: 'ok', found: rest.length === 0 ? used : `${used} (${rest.join('; ')})`, fix: null };
}

function limits({ limitsBy, notEnforced, limitsAdvice }: SandboxFacts): Diagnosis {
  if (notEnforced.length === 0) {
    return { part: 'limits', state: 'ok', found: `memory, processes and processor time by ${limitsBy}`, fix: null };
  }
  const found = `not enforced: ${notEnforced.join(', ')}${limitsBy === null ? '' : ` (the rest by ${limitsBy})`}`;
  return { part: 'limits', state: 'limited', found, fix: limitsAdvice };
}

function overlays({ overlays }: SandboxFacts): Diagnosis {
  return overlays
    ? { part: 'overlays', state: 'ok', found: 'mount over the cache folder', fix: null }
    : { part: 'overlays', state: 'limited', found: 'do not mount over the cache folder', fix: null };
}

async function dependencies(config: Config): Promise<Diagnosis> {
  const method = await probeLayMethod(config);
  return { part: 'dependencies', state: 'ok', found: `laid into trees by ${method}, in ${config.cacheFolder}`, fix: null };
}
