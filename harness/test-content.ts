/** Says whether two runs of a test were runs of the same test. */
import { createHash } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';

const TEST = /\.(test|spec)\.[cm]?[jt]sx?$/;
const SNAPSHOT = /\.snap$/;

/**
 * Test file to a hash over the file, its snapshot and every helper of the suite: whatever could change what the test asks for.
 * A changed helper makes every test another test; that forgives too much rather than blame an agent for it.
 * @param files path to content id of all test files, helpers and snapshots of a tree.
 */
export function testContent(files: ReadonlyMap<string, string>): Record<string, string> {
  const helpers = [...files].filter(([path]) => !TEST.test(path) && !SNAPSHOT.test(path)).map(([path, id]) => `${path} ${id}`);
  const support = createHash('sha256').update(helpers.sort().join('\n')).digest('hex');
  return Object.fromEntries(
    [...files]
      .filter(([path]) => !SNAPSHOT.test(path))
      .map(([path, id]) => {
        const snapshot = files.get(join(dirname(path), '__snapshots__', `${basename(path)}.snap`)) ?? '';
        return [path, createHash('sha256').update([id, snapshot, support].join('\n')).digest('hex')];
      }),
  );
}

/** The file of a test, by its id. */
export function fileOf(id: string): string {
  return id.split(' > ')[0] ?? '';
}

/**
 * The test file of the tree behind a file that a runner reported. They differ where tests are compiled before they run:
 * `dist/test/main_test.js` then stands for `src/test/main_test.ts`, if only one test file has that name.
 * @param known test files of the tree.
 */
export function sourceOf(file: string, known: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.hasOwn(known, file)) return file;
  const alike = Object.keys(known).filter((path) => stem(path) === stem(file));
  return alike.length === 1 ? alike[0] : undefined;
}

function stem(path: string): string {
  return basename(path, extname(path));
}
