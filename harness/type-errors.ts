/** Type errors of a tree, by the project's own TypeScript. */
import { basename, join } from 'node:path/posix';
import { z } from 'zod';
import type { ExecResult, Limits, TaskSetup } from '#contracts';
import type { Workspace } from '#workspace';
import { isSameSettings, settingsFor, TypeSettings } from './type-settings.ts';

const CompilerError = z.strictObject({
  /** Empty for errors of the settings as a whole. */
  path: z.string(),
  line: z.int().positive().nullable(),
  /** `TS2345`. */
  code: z.string(),
  /** Its first line, without paths of this machine. */
  message: z.string(),
});
export type CompilerError = z.infer<typeof CompilerError>;

/** `compiled`: the compiler read `files` files, those of its libraries included, and came to an end. `unreadable`: it gave no evidence; `ofTheMoment`: it was stopped, and another time may not be. */
export const TypeReading = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('compiled'),
    files: z.int().positive(),
    errors: z.array(CompilerError),
    /** Of the tree itself; null where they hold an error, which a compiler passes over and does not print. */
    settings: TypeSettings.nullable(),
    wallMs: z.int().nonnegative(),
  }),
  z.strictObject({ status: z.literal('unreadable'), reason: z.string().min(1), ofTheMoment: z.boolean() }),
]);
export type TypeReading = z.infer<typeof TypeReading>;

const NO_COMPILER = 86;
const MAX_OUTPUT_CHARS = 32_000_000;

/** Beside the tree's own, while the compiler runs. */
const OWN = 'tsconfig.json';
const HUMAN = 'tsconfig.longhaul.json';

/** The package's own TypeScript before that of the repository's root. Settings that come by standard input are written for this command only. */
const COMPILER = `
place=$1; settings=$2; shift 2
[ -f "$place/${OWN}" ] || exit ${NO_COMPILER}
for tsc in "$place/node_modules/typescript/bin/tsc" node_modules/typescript/bin/tsc; do
  if [ -f "$tsc" ]; then
    [ "$settings" = ${OWN} ] || { rm -rf "$place/$settings" && cat >"$place/$settings" || exit 1; }
    node "$tsc" --pretty false --project "$place/$settings" "$@"
    code=$?
    [ "$settings" = ${OWN} ] || rm -rf "$place/$settings"
    exit $code
  fi
done
exit ${NO_COMPILER}`;

/**
 * Null where there is no TypeScript in node_modules, no tsconfig.json, or one that names no file, such as one of references only.
 * The exit code is not believed: 1 and 2 mean errors or a crash, depending on the version.
 * @param human by whose settings a submission is judged, as `settingsFor` says; null for the tree's own.
 */
export async function readTypeErrors(
  workspace: Workspace,
  setup: TaskSetup,
  limits: Pick<Limits, 'testTimeoutMs'>,
  human: TypeSettings | null = null,
): Promise<TypeReading | null> {
  const startedMs = performance.now();
  const tsc = (settings: { file: string; text?: object }, ...args: string[]) =>
    workspace.exec(['bash', '-c', COMPILER, 'bash', setup.folder, settings.file, ...args], {
      timeoutMs: Math.max(1, Math.round(limits.testTimeoutMs - (performance.now() - startedMs))),
      maxOutputChars: MAX_OUTPUT_CHARS,
      ...(settings.text && { stdin: JSON.stringify(settings.text) }),
    });
  const unreadable = (reason: string, ofTheMoment = false): TypeReading => ({ status: 'unreadable', reason, ofTheMoment });

  const shown = await tsc({ file: OWN }, '--showConfig');
  if (shown.exitCode === NO_COMPILER) return null;
  if (shown.ending !== 'exited') return unreadable(`the type checker ended early: ${shown.ending}`, true);
  const settings = await named(parseSettings(shown), () =>
    // Inherits the files that are named one by one, and no pattern.
    tsc({ file: HUMAN, text: { extends: `./${OWN}`, include: ['no-such-folder/*'] } }, '--showConfig'),
  );
  if (human !== null && (settings === null || settings.files.length === 0)) {
    if (settings !== null || /TS1800[23]:/.test(shown.output)) return null;
    return unreadable(`the settings of the type checker cannot be read:\n${shown.output.slice(0, 1_000)}`);
  }

  const isOwn = human === null || settings === null || isSameSettings(human, settings);
  const by = isOwn ? { file: OWN } : { file: HUMAN, text: settingsFor(human, settings, OWN) };
  const result = await tsc(by, '--noEmit', '--diagnostics');
  if (result.ending !== 'exited') return unreadable(`the type checker ended early: ${result.ending}`, true);
  if (result.omittedChars > 0) return unreadable('the type checker found more errors than can be read');
  const files = Number(/^Files: +(\d+)$/m.exec(result.output)?.[1] ?? Number.NaN);
  if (Number.isNaN(files)) return unreadable(`the type checker broke down:\n${result.output.slice(-1_000)}`);
  if (files === 0) return null;
  const wallMs = Math.round(performance.now() - startedMs);
  const errors = parse(result, [workspace.folder, '/workspace']);
  const misfit = errors.find(({ path }) => basename(path) === HUMAN);
  if (misfit) return unreadable(`the human settings of the type checker do not go with the submission's: ${misfit.code} ${misfit.message}`);
  return {
    status: 'compiled',
    files,
    errors,
    settings: settings && { ...settings, files: [] },
    wallMs,
  };
}

/** Null where the compiler says what is wrong with them instead. */
function parseSettings({ output }: ExecResult): TypeSettings | null {
  try {
    return TypeSettings.safeParse(JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))).data ?? null;
  } catch {
    return null;
  }
}

/** With the pattern that is meant where there is none, or with the files named one by one: printed settings show neither apart from the other. */
async function named(settings: TypeSettings | null, probe: () => Promise<ExecResult>): Promise<TypeSettings | null> {
  if (settings === null || settings.include !== undefined) return settings;
  const files = parseSettings(await probe())?.files ?? [];
  return { ...settings, include: files.length > 0 ? files : ['**/*'] };
}

/** @param roots where the repository lies for the compiler: messages name files by their full paths. */
function parse({ output }: ExecResult, roots: readonly string[]): CompilerError[] {
  return output.split('\n').flatMap((line) => {
    const [, path = '', row, code, words] = /^(?:(.+?)\((\d+),\d+\): )?error (TS\d+): (.*)$/.exec(line.trimEnd()) ?? [];
    if (code === undefined || words === undefined) return [];
    const message = roots.reduce((text, root) => text.replaceAll(`${root}/`, ''), words);
    return [{ path: path === '' ? '' : join(path), line: row === undefined ? null : Math.max(1, Number(row)), code, message }];
  });
}
