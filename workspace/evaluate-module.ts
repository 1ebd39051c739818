/** Finds out what a module of a foreign repository exports, by running it where it can reach nothing. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecResult } from '#contracts';
import { cacheFolder, type Host } from './host.ts';
import { nodeFolder, OWN_NODE } from './node/node-program.ts';
import { openOwnedFolder } from './owned-folder.ts';
import { chooseSandbox } from './sandbox/choose-sandbox.ts';
import type { Mount } from './sandbox/sandbox.ts';

const LIMITS = { maxMemoryMb: 2048, maxProcesses: 64 };
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_CHARS = 8_000_000;

const SCRIPT: Mount = {
  host: fileURLToPath(new URL('./evaluate/print-exports.mjs', import.meta.url)),
  inside: '/opt/print-exports.mjs',
  writable: false,
};

export interface Evaluator extends AsyncDisposable {
  /** All exports of the module, as far as they are plain data. Rejects with a reason that fits in a sentence. */
  evaluate(path: string): Promise<unknown>;
}

/**
 * Everything is read-only and there is no network; memory, processes and time are limited.
 * @param folder a copy of the repository's files. An empty `node_modules` is made in it, to lay the installed one over.
 * @param installed the folder of the repository's dependencies, where it has one: settings of linters import their plugins.
 * @throws E_SANDBOX_UNAVAILABLE: foreign code runs in a sandbox, or not at all
 */
export async function openEvaluator(host: Host, folder: string, installed: string | null, signal?: AbortSignal): Promise<Evaluator> {
  const owned = await openOwnedFolder(await cacheFolder(host, 'workspaces'), signal);
  try {
    const sandbox = await chooseSandbox(host, 'required', owned.path, LIMITS);
    const tree: Mount = { host: folder, inside: '/workspace', writable: false };
    const mounts = [tree, OWN_NODE.mount, SCRIPT];
    if (installed !== null && (await isFolder(installed))) {
      await mkdir(join(folder, 'node_modules'), { recursive: true });
      mounts.push({ host: installed, inside: '/workspace/node_modules', writable: false });
    }
    return {
      async evaluate(path) {
        const mark = randomBytes(16).toString('hex');
        const result = await sandbox.exec({
          argv: [join(nodeFolder(sandbox, OWN_NODE), 'node'), '--no-warnings', sandbox.inside(SCRIPT), path, mark],
          cwd: sandbox.inside(tree),
          mounts,
          timeoutMs: TIMEOUT_MS,
          maxOutputChars: MAX_OUTPUT_CHARS,
          ...(signal && { signal }),
        });
        return exportsIn(result, mark);
      },
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    };
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}

function exportsIn({ ending, output }: ExecResult, mark: string): unknown {
  const [, printed] = output.split(mark);
  if (printed !== undefined) return JSON.parse(printed);
  if (ending === 'timed-out') throw new Error(`it did not end within ${TIMEOUT_MS / 1000} seconds`);
  if (ending === 'out-of-memory') throw new Error(`it took more than ${LIMITS.maxMemoryMb} MB`);
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(output)?.[1];
  if (missing !== undefined) throw new Error(`it imports ${missing}, which is not installed`);
  throw new Error(/^\w*Error[^\n]*/m.exec(output)?.[0] ?? 'it ended without an answer');
}

/** A link is not followed: it may lead out of the repository. */
function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
