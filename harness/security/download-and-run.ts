/** Programs that are fetched and run in one breath. */
import type { Finding } from '#contracts';
import type { ChangedFile } from './change.ts';
import { digest, finding } from './finding.ts';

/** Files that shells and build machines execute, or that hold commands as text. */
const EXECUTED = /\.(sh|bash|zsh|ps1|ya?ml|[cm]?[jt]sx?)$|(^|\/)(package\.json|Dockerfile[\w.-]*|Makefile|\.?husky\/[^/]+)$/;

const FETCHER = /\b(?:curl|wget|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b/;
/** The bound keeps a line of nothing but `curl` from costing its length squared. */
const FETCH = String.raw`${FETCHER.source}[^\n|;&]{0,400}`;
const SHELL = String.raw`(?:sudo\s+(?:-\w+\s+)*)?(?:\S*\/)?(?:(?:ba|z|da|k|fi)?sh|node|bun|deno|python3?|perl|iex|Invoke-Expression)\b`;
const PATTERNS = [
  new RegExp(String.raw`${FETCH}\|\s*(?:tee\s+\S+\s*\|\s*)?${SHELL}`, 'g'),
  new RegExp(String.raw`\b(?:(?:ba|z|da)?sh|source|\.|eval|node)\s+(?:-\w+\s+)*["']?(?:<|\$)\(\s*${FETCH}\)`, 'g'),
];

/**
 * Gate without encryption, where anybody on the line may write the program; warn with it, as many an installer is documented so.
 * Record among tests and documents. Source: OpenSSF Scorecard, Pinned-Dependencies, "downloadThenRun".
 */
export function findDownloadsThatRun(files: readonly ChangedFile[]): Finding[] {
  const scripts = files.filter(({ path }) => EXECUTED.test(path));
  const known = new Set(scripts.flatMap(({ before }) => occurrences(before).map(({ command }) => command)));
  return scripts.flatMap(({ path, area, after }) =>
    occurrences(after)
      .filter(({ command }) => !known.has(command))
      .map(({ command, line }) => {
        const plain = /\bhttp:\/\/(?!localhost|127\.0\.0\.1)/.test(command);
        return finding(`${path}:${digest(command)}`, {
          rule: 'download-and-run',
          severity: area === 'tests' ? 'record' : plain ? 'gate' : 'warn',
          message: `${path} now fetches a program${plain ? ' without encryption' : ''} and runs it at once.`,
          path,
          line,
          witness: [command.slice(0, 300)],
        });
      }),
  );
}

function occurrences(text: string | null): { command: string; line: number }[] {
  if (text === null || !FETCHER.test(text)) return [];
  return text
    .split('\n')
    .flatMap((content, index) =>
      PATTERNS.flatMap((pattern) => [...content.matchAll(pattern)].map(([command]) => ({ command, line: index + 1 }))),
    );
}
