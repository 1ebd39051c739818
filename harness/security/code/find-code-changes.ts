/** What the source files of a change can do that they could not do before. */
import type { Finding, Severity } from '#contracts';
import type { Area } from '../area.ts';
import type { ChangedFile, SubmittedChange, Unread } from '../change.ts';
import { digest, finding } from '../finding.ts';
import { BasePackages, keyOf } from './base-packages.ts';
import type { Capability } from './capabilities.ts';
import type { DangerousCall } from './dangerous-calls.ts';
import { isSource } from './parse-source.ts';
import { type CodeFacts, readCode } from './read-code.ts';

export interface CodeReading {
  findings: Finding[];
  unread: Unread[];
  facts: { sourceFilesRead: number; newCapabilities: number };
}

/**
 * Of a package's own code, when the package could not do it before. In tests and tools, and in a package that could already, all are
 * recorded. None is a gate: a new capability is what many a request asks for.
 */
const SEVERITY: Readonly<Record<Capability, Severity>> = {
  network: 'warn',
  processes: 'warn',
  'files-outside': 'warn',
  'dynamic-code': 'warn',
  'native-code': 'warn',
  'whole-environment': 'warn',
  files: 'record',
  environment: 'record',
  threads: 'record',
  'computed-import': 'record',
  'encoded-text': 'record',
};

export async function findCodeChanges(change: SubmittedChange, files: readonly ChangedFile[]): Promise<CodeReading> {
  const unread: Unread[] = [];
  const sources = files.filter(({ path }) => isSource(path));
  const before = sources.map(({ path, before: text }) => readCode(path, text));
  const after = sources.map(({ path, area, after: text }, index) => {
    const facts = readCode(path, text);
    // A test may need a file that is none; and what never could be read, a template say, is not the submission's doing.
    const fault = before[index]?.problem === undefined ? 'agent' : 'environment';
    if (facts.problem !== undefined && area === 'product') unread.push({ path, reason: facts.problem, fault });
    return facts;
  });
  const packages = new BasePackages(change, sources, before);
  const capabilities = await newCapabilities(sources, before, after, packages);
  return {
    findings: [...capabilities, ...newCalls(sources, before, after)],
    unread,
    facts: { sourceFilesRead: after.length, newCapabilities: capabilities.filter(({ severity }) => severity === 'warn').length },
  };
}

async function newCapabilities(
  sources: readonly ChangedFile[],
  before: readonly CodeFacts[],
  after: readonly CodeFacts[],
  packages: BasePackages,
): Promise<Finding[]> {
  const findings = new Map<string, Finding>();
  for (const [index, { path, area }] of sources.entries()) {
    const had = new Set(before[index]?.uses.map(keyOf));
    for (const use of after[index]?.uses ?? []) {
      if (had.has(keyOf(use))) continue;
      const { folder, name } = packages.ownerOf(path);
      const isNew = area === 'product' && !(await packages.could(folder, use));
      const key = `${folder}:${isNew ? '' : `${path}:`}${keyOf(use)}`;
      const severity = isNew ? SEVERITY[use.capability] : 'record';
      const message = isNew
        ? `${name} can now do what it could not: ${use.capability}, by ${use.by}.`
        : `${path} now has ${use.capability}, by ${use.by}.`;
      if (!findings.has(key))
        findings.set(key, finding(key, { rule: 'new-capability', severity, message, path, line: use.line, witness: [use.by] }));
    }
  }
  return [...findings.values()];
}

function newCalls(sources: readonly ChangedFile[], before: readonly CodeFacts[], after: readonly CodeFacts[]): Finding[] {
  const left = new Map<string, number>();
  for (const { rule, code } of before.flatMap(({ calls }) => calls)) left.set(`${rule}:${code}`, (left.get(`${rule}:${code}`) ?? 0) + 1);
  return sources.flatMap(({ path, area }, index) =>
    (after[index]?.calls ?? []).flatMap(({ rule, severity, code, line }) => {
      const count = left.get(`${rule}:${code}`) ?? 0;
      left.set(`${rule}:${code}`, count - 1);
      if (count > 0) return [];
      const message = `${path} now has ${TITLES[rule]}.`;
      const witness = [code.slice(0, 200)];
      return [finding(`${path}:${digest(code)}`, { rule, severity: inArea(severity, rule, area), message, path, line, witness })];
    }),
  );
}

const TITLES: Readonly<Record<DangerousCall['rule'], string>> = {
  'decoded-and-run': 'text that is decoded and run',
  'runs-text': 'text that is run as code',
  'shell-with-values': 'a command line for a shell that is put together from values',
  'certificates-unchecked': 'a connection whose certificate is not checked',
  'unsafe-deserialization': 'a deserializer that can make functions',
};

/** Code hidden from its reader is hidden on purpose wherever it lies; the other rules are about what users meet. */
function inArea(severity: Severity, rule: DangerousCall['rule'], area: Area): Severity {
  if (area === 'product') return severity;
  return rule === 'decoded-and-run' ? 'warn' : 'record';
}
