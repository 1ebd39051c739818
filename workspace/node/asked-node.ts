/** Which Node a commit asks for, in the words of whoever asked. */
import { Range } from 'semver';
import { LonghaulError } from '#contracts';
import type { RootManifest } from '../install/root-manifest.ts';

export interface AskedNode {
  /** A semver range; `*` and the names of LTS lines are ranges by now. */
  range: string;
  /** What was written, and where: `.nvmrc asks for lts/iron`. */
  because: string;
}

/**
 * Names of LTS lines. Source: nodejs/Release, schedule.json.
 * The line of 26 has no name yet that files could use.
 */
const LTS_LINES: Record<string, number> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
};

/** A range for every line that was ever long-term supported, as `lts/*` means it. */
const ANY_LTS = [...Object.values(LTS_LINES), 26].map((major) => `${major}.x`).join(' || ');

/**
 * The task's own word first, then `.nvmrc`, `.node-version`, `volta.node` and `engines.node`. Words of a repository that nobody could
 * understand are passed over.
 * @returns null when nobody asks for any.
 * @throws E_NODE_UNAVAILABLE when the task's own word is none
 */
export function askedNode(sources: {
  setup: string | null;
  nvmrc: string | null;
  nodeVersion: string | null;
  manifest: RootManifest | null;
}): AskedNode | null {
  const words: [where: string, word: string | null | undefined][] = [
    ['the task', sources.setup],
    ['.nvmrc', firstWord(sources.nvmrc)],
    ['.node-version', firstWord(sources.nodeVersion)],
    ['volta.node', sources.manifest?.volta.node],
    ['engines.node', sources.manifest?.engines.node],
  ];
  for (const [where, word] of words) {
    if (!word) continue;
    const range = rangeOf(word);
    if (range !== null) return { range, because: `${where} asks for ${word}` };
    if (word === sources.setup) {
      throw new LonghaulError('E_NODE_UNAVAILABLE', `"${word}" names no Node.`, {
        action: 'Name a version or a range, such as 22 or >=20.19.',
      });
    }
  }
  return null;
}

/** As nvm reads it: the first line that is no comment. */
function firstWord(text: string | null): string | undefined {
  const lines = (text ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.find((line) => line !== '');
}

function rangeOf(word: string): string | null {
  const name = word.toLowerCase().replace(/^v(?=\d)/, '');
  if (['node', 'current', 'latest', 'stable'].includes(name)) return '*';
  const line = /^lts(?:\/(.+))?$/.exec(name);
  if (line) {
    const [, which = '*'] = line;
    return which === '*' ? ANY_LTS : lineRange(which);
  }
  if (name in LTS_LINES) return lineRange(name);
  try {
    return new Range(name).range || '*';
  } catch {
    return null;
  }
}

/** `iron`, or `-1` for the line before the newest. */
function lineRange(which: string): string | null {
  const majors = [...Object.values(LTS_LINES), 26];
  const major = /^-\d+$/.test(which) ? majors.at(Number(which) - 1) : LTS_LINES[which];
  return major === undefined ? null : `${major}.x`;
}
