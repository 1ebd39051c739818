/** Where bubblewrap is missing, an engine's containers keep the same promises. */
import { readdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '#contracts';
import { openWorkspace, probeSandboxes, type Workspace } from '#workspace';
import { childProcesses, ended, environmentOfTests, NO_SETUP, processesNaming, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const ENGINES = ['podman', 'docker'] as const;
const look = await mkdtemp(join(tmpdir(), 'longhaul-look-'));
const facts = await probeSandboxes({ environment: environmentOfTests(), cacheFolder: look }, [...ENGINES]);
await rm(look, { recursive: true });
const reasonAgainst = (engine: string) => facts.backends.find(({ name }) => name === engine)?.reason ?? null;
for (const engine of ENGINES) if (reasonAgainst(engine)) console.warn(`Tests of ${engine} are skipped: ${reasonAgainst(engine)}.`);

describe.each(ENGINES.filter((engine) => reasonAgainst(engine) === null))('%s', (engine) => {
  let workspace: Workspace;
  let server: Server;
  let outside: string;
  beforeAll(async () => {
    outside = await workshop.folder();
    await writeFile(join(outside, 'secret.txt'), 'secret of the host\n');
    server = createServer((_, response) => response.end('reached')).listen(0);
    const { repository, commits } = await workshop.repository({ files: { 'a.txt': 'a\n' } });
    const commit = commits[0];
    if (!commit) throw new Error('no commit');
    const others = ['bwrap', ...ENGINES.filter((other) => other !== engine)];
    const PATH = await programsWithout(others);
    workspace = await openWorkspace(
      { ...workshop.host, environment: { ...workshop.host.environment, PATH, OPENAI_API_KEY: 'sk-of-the-host' } },
      {
        ...{ repository, commit, environmentFrom: commit, sandbox: 'required', setup: NO_SETUP },
        limits: { ...DEFAULT_LIMITS, maxMemoryMb: 256, maxProcesses: 100, commandTimeoutMs: 60_000 },
      },
    );
  });
  afterAll(async () => {
    await workspace[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
  });
  const bash = (script: string, options = {}) => workspace.exec(['bash', '-c', script], options);
  const say = async (script: string) => (await bash(script)).output.trim();

  test('says what it is, and what it does not hold', () => {
    expect(workspace.isolation).toEqual({
      sandbox: engine,
      version: expect.stringMatching(/^\d+\.\d+/),
      notEnforced: expect.arrayContaining(['cpu-time']),
    });
  });

  test('commands end as everywhere', async () => {
    expect(ended(await bash('echo out; echo err >&2; cat a.txt; exit 3'))).toMatchObject({
      ending: 'exited',
      exitCode: 3,
      output: expect.stringMatching(/^(?=[\s\S]*out\n)(?=[\s\S]*err\n)[\s\S]*a\n/),
    });
    expect(await workspace.exec(['nonesuch'])).toMatchObject({ ending: 'not-started', exitCode: null });
    expect(await bash('exit 126')).toMatchObject({ ending: 'exited', exitCode: 126 });
    expect(await bash('exit 125')).toMatchObject({ ending: 'exited', exitCode: 125 });
    expect((await bash('cat | wc -c', { stdin: 'x'.repeat(300_000) })).output.trim()).toBe('300000');
    const odd = ['-rf', '--', 'a b', '$HOME', 'new\nline', ''];
    const { output } = await workspace.exec(['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd]);
    expect(JSON.parse(output)).toEqual(odd);
  });

  test('no network, no secret, no home and no environment of the host', async () => {
    const { port } = server.address() as AddressInfo;
    const knock = `fetch('http://127.0.0.1:${port}').then((r) => r.text(), (e) => e.cause?.code ?? e.message).then(console.log)`;
    expect(await say(`node -e "${knock}"`)).toBe('ECONNREFUSED');
    expect(await say(`cat ${join(outside, 'secret.txt')} 2>&1 | grep -c secret.of`)).toBe('0');
    expect(await say(`ls -A ${homedir()} ${process.cwd()} /work /srv 2>/dev/null`)).toBe('');
    expect(await say('cat /proc/1/environ /proc/self/environ | tr "\\0" "\\n" | grep -c sk-of-the-host')).toBe('0');
    expect(await say('env | cut -d= -f1 | grep -v "^_$" | sort | tr "\\n" " "')).toBe('CI HOME LANG PATH PWD SHLVL TZ');
    expect(await say('cut -d: -f1 /etc/passwd | tr "\\n" " "; hostname')).toBe('root agent nobody sandbox');
  });

  test('no capability, and only the tree, the home and /tmp can be written', async () => {
    expect(await say('grep -E "^(Cap(Prm|Eff|Bnd)|NoNewPrivs)" /proc/self/status | tr -d "\\t"')).toBe(
      'CapPrm:0000000000000000\nCapEff:0000000000000000\nCapBnd:0000000000000000\nNoNewPrivs:1',
    );
    for (const file of ['/x', '/usr/x', '/etc/x', '/opt/node/bin/node']) {
      expect(await say(`( echo x >>${file} ) 2>/dev/null && echo written || echo refused`), file).toBe('refused');
    }
    await bash('echo tree >b.txt; echo note >~/note; echo scrap >/tmp/scrap');
    expect(await say('cat b.txt ~/note /tmp/scrap')).toBe('tree\nnote\nscrap');
    expect(await workspace.readFile('b.txt')).toBe('tree\n');
  });

  test('time, memory and processes are limited, and no daemon is left', async () => {
    const word = `6${process.pid}${engine.length}`;
    expect(await bash(`setsid sleep ${word} & sleep ${word}`, { timeoutMs: 3000 })).toMatchObject({ ending: 'timed-out' });
    expect(await bash(`setsid sleep ${word} & sleep 0.2; echo left`)).toMatchObject({ exitCode: 0, output: 'left\n' });
    await vi.waitUntil(() => processesNaming(`sleep ${word}`).length === 0);
    if (workspace.isolation.notEnforced.includes('memory')) return;
    const hog = await workspace.exec(['node', '-e', 'const kept=[]; for(;;) kept.push(Buffer.alloc(1<<24, 1))']);
    expect(hog.exitCode).not.toBe(0);
    expect(await say('for i in $(seq 150); do sleep 20 & done 2>&1 | grep -m1 -o "Resource temporarily unavailable"')).toContain(
      'unavailable',
    );
  });

  test('no container is left', async () => {
    await vi.waitUntil(() => childProcesses().filter((command) => command.includes(engine)).length === 0);
    expect(processesNaming(`longhaul-${process.pid}-`)).toEqual([]);
  });
});

/** A search path that has every program but these. */
async function programsWithout(names: readonly string[]): Promise<string> {
  const folder = await workshop.folder();
  for (const place of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of list(place)) {
      try {
        if (!names.includes(name)) symlinkSync(join(place, name), join(folder, name));
      } catch {
        // Found in an earlier folder.
      }
    }
  }
  return folder;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
