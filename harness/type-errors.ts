/** Type errors of a tree, by the project's own TypeScript and its own settings. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import type { ExecResult, Limits, TaskSetup } from '#contracts';
import type { Workspace } from '#workspace';

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

/** `compiled`: the compiler read `files` files, those of its libraries included, and came to an end. `unreadable`: it gave no evidence. */
export const TypeReading = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('compiled'),
    files: z.int().positive(),
    errors: z.array(CompilerError),
    wallMs: z.int().nonnegative(),
  }),
  z.strictObject({ status: z.literal('unreadable'), reason: z.string().min(1) }),
]);
export type TypeReading = z.infer<typeof TypeReading>;

const NO_COMPILER = 86;
const MAX_OUTPUT_CHARS = 32_000_000;

/** The package's own TypeScript before that of the repository's root. */
const COMPILE = `
for tsc in "$1/node_modules/typescript/bin/tsc" node_modules/typescript/bin/tsc; do
  if [ -f "$tsc" ] && [ -f "$1/tsconfig.json" ]; then
    exec node "$tsc" --noEmit --pretty false --diagnostics --project "$1/tsconfig.json"
  fi
done
exit ${NO_COMPILER}`;

/**
 * Null where there is no TypeScript in node_modules, no tsconfig.json, or one that names no file, such as one of references only.
 * The exit code is not believed: 1 and 2 mean errors or a crash, depending on the version.
 */
export async function readTypeErrors(
  workspace: Workspace,
  setup: TaskSetup,
  limits: Pick<Limits, 'testTimeoutMs'>,
): Promise<TypeReading | null> {
  const result = await workspace.exec(['bash', '-c', COMPILE, 'bash', setup.folder], {
    timeoutMs: limits.testTimeoutMs,
    maxOutputChars: MAX_OUTPUT_CHARS,
  });
  if (result.exitCode === NO_COMPILER) return null;
  const unreadable = (reason: string): TypeReading => ({ status: 'unreadable', reason });
  if (result.ending !== 'exited') return unreadable(`the type checker ended early: ${result.ending}`);
  if (result.omittedChars > 0) return unreadable('the type checker found more errors than can be read');
  const files = Number(/^Files: +(\d+)$/m.exec(result.output)?.[1] ?? Number.NaN);
  if (Number.isNaN(files)) return unreadable(`the type checker broke down:\n${result.output.slice(-1_000)}`);
  if (files === 0) return null;
  return { status: 'compiled', files, errors: parse(result, [workspace.folder, '/workspace']), wallMs: result.wallMs };
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
