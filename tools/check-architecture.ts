/** Checks every import against the map of the house, after proving that the check itself can see. */
import { join } from 'node:path';
import { type CruisedHouse, cruiseHouse, type HouseMap, listSources, readHouseMap, type Violation } from './cruise-house.ts';
import { plantArrows } from './planted-arrows.ts';

/** Folders outside the map that may import anything of ours. */
const outsideTheMap = ['test', 'tools', 'fixtures', 'bench'];

const root = join(import.meta.dirname, '..');
const map = await readHouseMap(root);
const house = await cruiseHouse(root, map);
const { planted, failures } = await plantArrows(root, map);

const complaints = [
  ...unseenFiles(listSources(root), house, map),
  ...failures.map((failure) => `The check is blind, so its result means nothing: ${failure}`),
  ...house.violations.map((violation) => explain(violation, map)),
];
if (complaints.length > 0) {
  console.error(`${complaints.join('\n\n')}\n\narchitecture: ${complaints.length} complaint(s)`);
  process.exitCode = 1;
} else {
  console.log(`architecture: ${house.files.length} files, ${house.arrows.length} arrows, ${planted} planted arrows caught`);
}

/** Passing because nothing was read is how this check has failed before: it may read no fewer files than git lists. */
function unseenFiles(sources: string[], { files }: CruisedHouse, { mayImport }: HouseMap): string[] {
  const inFolders = sources.filter((path) => path.includes('/'));
  const unseen = inFolders.filter((path) => isIn(Object.keys(mayImport), path) && !files.includes(path));
  const unmapped = inFolders.filter((path) => !isIn([...Object.keys(mayImport), ...outsideTheMap], path));
  return [
    ...unseen.map((path) => `${path} is listed by git, and was not read\n  What to do: correct the options of .dependency-cruiser.mjs.`),
    ...unmapped.map(
      (path) => `${path} lies in a folder that is not on the map\n  What to do: add the folder to mayImport in .dependency-cruiser.mjs.`,
    ),
  ];
}

function explain({ rule, from, written, to, cycle }: Violation, { rules }: HouseMap): string {
  const [reason, remedy] = (rules.find(({ name }) => name === rule)?.comment ?? '').split(' What to do: ');
  const arrow = cycle.length > 0 ? [from, ...cycle].join(' -> ') : `${from} -> ${written === to ? to : `${written} (${to})`}`;
  return `${rule}\n  ${arrow}\n  Why: ${reason}\n  What to do: ${remedy ?? 'see .dependency-cruiser.mjs'}`;
}

function isIn(folders: string[], path: string): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}
