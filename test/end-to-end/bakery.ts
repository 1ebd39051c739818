/** A bakery in a clone: the counter takes from the oven, the oven from the pantry. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildHistory, type CommitSpec, cloneOf, gitOf } from '../helpers/git-repository.ts';
import type { Place } from '../helpers/place.ts';

export const BAKERY = {
  'package.json': '{ "name": "bakery", "type": "module" }\n',
  'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "strict": true } }\n',
  'src/counter/sell.ts': "import { bake } from '../oven/bake.ts';\nexport const sell = () => bake();\n",
  'src/counter/open.ts': "import { sell } from './sell.ts';\nsell();\n",
  'src/oven/bake.ts':
    "import { flour } from '../pantry/flour.ts';\nimport { heat } from './heat.ts';\nexport const bake = () => flour + heat;\n",
  'src/oven/heat.ts': 'export const heat = 220;\n',
  'src/pantry/flour.ts': 'export const flour = 1;\n',
};

/** Closes a cycle through all three. */
export const ORDERS_FROM_COUNTER = {
  'src/pantry/flour.ts': "import { sell } from '../counter/sell.ts';\nexport const flour = () => sell();\n",
};

/** `null` deletes. */
export type Changes = Readonly<Record<string, string | null>>;

export interface Clone {
  folder: string;
  git(...args: string[]): string;
  change(files: Changes): void;
}

let repositories = 0;

/** A bare repository with the bakery as its first commit. */
export function openBakery(place: Place, ...later: readonly CommitSpec[]): { repository: string; clone(changes?: Changes): Clone } {
  repositories += 1;
  const { repository } = buildHistory(join(place.folder, `bakery-${repositories}.git`), [{ files: BAKERY }, ...later]);
  let clones = 0;
  return {
    repository,
    clone(changes = {}) {
      clones += 1;
      const folder = cloneOf(repository, `${repository.slice(0, -4)} ${clones}`);
      const clone: Clone = {
        folder,
        git: (...args) => gitOf(join(folder, '.git'), ['-C', folder, `--work-tree=${folder}`, ...args]),
        change(files) {
          for (const [path, text] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            if (text === null) rmSync(join(folder, path));
            else writeFileSync(join(folder, path), text);
          }
        },
      };
      clone.change(changes);
      return clone;
    },
  };
}
