/** What a repository sets for its checks, in `longhaul.config.json` or under `longhaul` in package.json. */
import { z } from 'zod';
import { type Finding, LonghaulError, Severity } from '#contracts';

const FILE = 'longhaul.config.json';

const Settings = z.strictObject({
  check: z
    .strictObject({
      /** By rule; `off` drops its findings. */
      severities: z.record(z.string().min(1), z.enum([...Severity.options, 'off'])).default({}),
    })
    .default({ severities: {} }),
});
export type Settings = z.infer<typeof Settings>;

/** @param readText the text of a file of the base, null where it has none: a change cannot loosen the gate it has to pass. @throws E_SETTINGS_MALFORMED */
export async function readSettings(readText: (path: string) => Promise<string | null>): Promise<Settings> {
  const own = await readText(FILE);
  if (own !== null) return parse(FILE, json(FILE, own));
  const manifest = await readText('package.json');
  if (manifest === null) return parse('package.json', {});
  const parsed: unknown = (() => {
    try {
      return JSON.parse(manifest);
    } catch {
      return {}; // Other programs read it, and it is theirs to complain.
    }
  })();
  const section = typeof parsed === 'object' && parsed !== null ? Object.getOwnPropertyDescriptor(parsed, 'longhaul')?.value : undefined;
  return parse('package.json: longhaul', section ?? {});
}

/** @returns the findings as the repository weighs them, gates first, and for each rule that is turned off how many there were. */
export function weigh<T extends Finding>(
  findings: readonly T[],
  { check: { severities } }: Settings,
): { findings: T[]; off: Map<string, number> } {
  const off = new Map<string, number>();
  const weighed = findings.flatMap((finding) => {
    const severity = Object.hasOwn(severities, finding.rule) ? severities[finding.rule] : finding.severity;
    if (severity === 'off') off.set(finding.rule, (off.get(finding.rule) ?? 0) + 1);
    return severity === 'off' || severity === undefined ? [] : [{ ...finding, severity }];
  });
  const rank = ({ severity }: Finding) => Severity.options.indexOf(severity);
  return { findings: weighed.sort((a, b) => rank(a) - rank(b)), off };
}

function json(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new LonghaulError('E_SETTINGS_MALFORMED', `${file} of the base is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function parse(file: string, value: unknown): Settings {
  const settings = Settings.safeParse(value);
  if (!settings.success) {
    const [issue] = settings.error.issues;
    const field = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    throw new LonghaulError('E_SETTINGS_MALFORMED', `${file} of the base: ${field}${issue?.message}.`);
  }
  return settings.data;
}
