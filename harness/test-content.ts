/** Says whether two runs of a test were runs of the same test. */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';

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
