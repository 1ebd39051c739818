import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { treeOf, write } from './trees.ts';

/** The parser's fast ways reserve 6 GiB of addresses, which a machine with less memory refuses. */
test.skipIf(process.platform !== 'linux')('a machine of 5 GB reads a tree all the same', async () => {
  const folder = await write(await treeOf(), {
    'package.json': '{}',
    'a.ts': "import { b } from './b.ts';\nexport function a() {\n  return b ? 1 : 2;\n}",
    'b.ts': 'export const b = true;',
  });
  const program = `
    import { openArchitecture } from '#architecture';
    const { graph, production } = await openArchitecture(${JSON.stringify(folder)});
    const functions = graph.files.flatMap((file) => file?.text().functions ?? []);
    console.log(JSON.stringify({ edges: production.value.targets.length, cognitive: functions.map((each) => each.cognitive) }));
  `;
  const node = JSON.stringify(process.execPath);
  const { stdout } = await execa('bash', ['-c', `ulimit -v 5000000 && exec ${node} --input-type=module -`], {
    cwd: join(import.meta.dirname, '../..'),
    input: program,
  });
  expect(JSON.parse(stdout)).toEqual({ edges: 1, cognitive: [1] });
});
