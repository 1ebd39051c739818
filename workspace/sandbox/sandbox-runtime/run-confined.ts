/** Runs one command below a process of its own that knows the library, so that nothing is shared between commands. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecResult } from '#contracts';
import type { Host } from '../../host.ts';
import { findProgram } from '../find-program.ts';
import { type HostPlaces, notStarted } from '../host-places.ts';
import { broken, runLimited } from '../run-limited.ts';
import type { Mount, SandboxCommand } from '../sandbox.ts';
import type { Assignment } from './assignment.ts';
import type { Library } from './find-library.ts';
import { hiddenPlaces } from './hidden-places.ts';
import { BEGUN, marked, PROXY_VARIABLES, startScript } from './start-script.ts';

const ENTRY = fileURLToPath(new URL('./run-command-entry.ts', import.meta.url));
/** Of what is visible. Homebrew's come first, as its users expect. */
const SEARCH_PATH = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** The library lets every command write there, whatever it is told. */
const SHARED_BY_LIBRARY = ['/tmp/claude', '/private/tmp/claude'];
const UNLIMITED = { maxMemoryMb: 0, maxProcesses: 0 };

/** @throws E_SANDBOX_BROKEN when the command did not come to begin; the signal's reason on abort. */
export async function runConfined(host: Host, library: Library, places: HostPlaces, command: SandboxCommand): Promise<ExecResult> {
  const { argv, cwd, path = [], mounts = [], network = false } = command;
  const { proxies, others } = apart(command.environment ?? {}, network);
  const environment = { PATH: [...path, ...SEARCH_PATH].join(delimiter), ...places.environment, ...others };
  const [program = ''] = argv;
  if ((await findProgram(program, environment.PATH, cwd)) === null) return notStarted(program);
  // The library forbids names such as .vscode below the folder it runs in, and puts sockets, whose paths must be short, into the temporary one.
  const scratch = await mkdtemp(join(tmpdir(), 'longhaul-'));
  try {
    const assignment: Assignment = {
      script: startScript(argv, cwd, network),
      environment: marked(environment),
      network,
      ...(await reach(host, places, mounts, [library.programs, scratch])),
    };
    const { report, ...result } = await runLimited(null, UNLIMITED, [process.execPath, ENTRY], {
      ...command,
      cwd: scratch,
      environment: { PATH: SEARCH_PATH.join(delimiter), HOME: places.home, TMPDIR: scratch, ...proxies },
      thirdInput: JSON.stringify(assignment),
      reports: true,
    });
    if (result.ending === 'exited' && report !== BEGUN) throw broken(result);
    return result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** With network, proxies are the library's to go through; what the command is to go through is the library's own. */
function apart(environment: Readonly<Record<string, string>>, network: boolean) {
  const isProxy = ([name]: readonly [string, string]) => network && PROXY_VARIABLES.includes(name);
  const variables = Object.entries(environment);
  return {
    proxies: Object.fromEntries(variables.filter(isProxy)),
    others: Object.fromEntries(variables.filter((variable) => !isProxy(variable))),
  };
}

/** @param ofLibrary what it needs inside itself: on Linux, programs and its way to the proxy. */
async function reach(host: Host, { home, temporary }: HostPlaces, mounts: readonly Mount[], ofLibrary: readonly string[]) {
  const writable = await real([home, temporary, ...mounts.filter((mount) => mount.writable).map((mount) => mount.host)]);
  const readable = await real(mounts.filter((mount) => !mount.writable).map((mount) => mount.host));
  const ofUser = await real([host.environment.HOME ?? '/nonexistent', host.cacheFolder, tmpdir()]);
  return {
    denyRead: [...new Set([...(await hiddenPlaces()), ...ofUser])],
    allowRead: [...writable, ...readable, ...ofLibrary],
    allowWrite: writable,
    denyWrite: [...SHARED_BY_LIBRARY, ...readable.filter((path) => writable.some((around) => path.startsWith(`${around}/`)))],
  };
}

/** Seatbelt judges a file by where it really lies. */
async function real(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return [...new Set(found)];
}
